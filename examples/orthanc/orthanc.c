/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An archive that is not DICOMweb as a data source: Orthanc by its own REST
 * interface. "orthanc://localhost:8042". Searches are Orthanc's (/tools/find),
 * and what they answer is made of its tags; instances are fetched whole
 * (/instances/ID/file) when they are opened. */

#include "dicom/builder.h"
#include "error.h"
#include "rest.h"
#include "source.h"

#include <string.h>

#define TAG_SOP_INSTANCE       VITRAIL_TAG (0x0008, 0x0018)
#define TAG_MODALITIES         VITRAIL_TAG (0x0008, 0x0061)
#define TAG_AVAILABLE_SYNTAX   VITRAIL_TAG (0x0008, 0x3002)
#define TAG_SERIES_NUMBER      VITRAIL_TAG (0x0020, 0x0011)
#define TAG_INSTANCE_NUMBER    VITRAIL_TAG (0x0020, 0x0013)
#define TAG_N_STUDY_SERIES     VITRAIL_TAG (0x0020, 0x1206)
#define TAG_N_STUDY_INSTANCES  VITRAIL_TAG (0x0020, 0x1208)
#define TAG_N_SERIES_INSTANCES VITRAIL_TAG (0x0020, 0x1209)

struct _VitrailOrthanc {
  GObject parent_instance;
  Rest *rest;
  GMutex lock;
  /* Guarded by lock: */
  GHashTable *ids;    /* SOP Instance UID -> Orthanc's name of it */
  GHashTable *opened; /* SOP Instance UID -> GWeakRef of its VitrailInstance */
};

#define VITRAIL_TYPE_ORTHANC (vitrail_orthanc_get_type ())
G_DECLARE_FINAL_TYPE (VitrailOrthanc,
                      vitrail_orthanc,
                      VITRAIL,
                      ORTHANC,
                      GObject)

static void data_source_init (VitrailDataSourceInterface *iface);

G_DEFINE_DYNAMIC_TYPE_EXTENDED (
    VitrailOrthanc,
    vitrail_orthanc,
    G_TYPE_OBJECT,
    G_TYPE_FLAG_FINAL,
    G_IMPLEMENT_INTERFACE_DYNAMIC (VITRAIL_TYPE_DATA_SOURCE, data_source_init))

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
vitrail_orthanc_finalize (GObject *object)
{
  VitrailOrthanc *self = VITRAIL_ORTHANC (object);

  g_clear_pointer (&self->rest, rest_free);
  g_hash_table_unref (self->ids);
  g_hash_table_unref (self->opened);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (vitrail_orthanc_parent_class)->finalize (object);
}

static void
vitrail_orthanc_class_init (VitrailOrthancClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_orthanc_finalize;
}

static void
vitrail_orthanc_class_finalize (VitrailOrthancClass *klass)
{
}

static void
vitrail_orthanc_init (VitrailOrthanc *self)
{
  g_mutex_init (&self->lock);
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->opened =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, weak_ref_free);
}

/* --- JSON --- */

static JsonNode *
get (JsonNode *node, const char *member)
{
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? json_object_get_member (json_node_get_object (node), member)
             : NULL;
}

static const char *
get_text (JsonNode *node, const char *member)
{
  JsonNode *found = member != NULL ? get (node, member) : node;

  return found != NULL && JSON_NODE_HOLDS_VALUE (found) &&
                 json_node_get_value_type (found) == G_TYPE_STRING
             ? json_node_get_string (found)
             : NULL;
}

static guint
get_length (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node)
             ? json_array_get_length (json_node_get_array (node))
             : 0;
}

static JsonNode *
get_element (JsonNode *node, guint i)
{
  return json_array_get_element (json_node_get_array (node), i);
}

/* Orthanc names its resources by hashes; nothing else goes into a path. */
static gboolean
is_id (const char *id)
{
  return id != NULL && id[0] != '\0' &&
         strspn (id, "0123456789abcdef-") == strlen (id);
}

/* --- answers --- */

/* {"PatientID": "1"} */
static void
take_keywords (VitrailDataSetBuilder *builder, JsonNode *tags)
{
  JsonObjectIter iter;
  const char *keyword = NULL;
  JsonNode *value = NULL;

  if (tags == NULL || !JSON_NODE_HOLDS_OBJECT (tags))
    return;
  json_object_iter_init (&iter, json_node_get_object (tags));
  while (json_object_iter_next (&iter, &keyword, &value)) {
    const VitrailDictionaryEntry *entry =
        vitrail_dictionary_find_keyword (keyword);
    const char *text = get_text (value, NULL);
    if (entry != NULL && text != NULL)
      vitrail_data_set_builder_set_string (builder, entry->tag, text);
  }
}

/* {"0010,0020": {"Type": "String", "Value": "1"}}; sequences are left out. */
static void
take_tags (VitrailDataSetBuilder *builder, JsonNode *tags)
{
  JsonObjectIter iter;
  const char *name = NULL;
  JsonNode *value = NULL;

  if (tags == NULL || !JSON_NODE_HOLDS_OBJECT (tags))
    return;
  json_object_iter_init (&iter, json_node_get_object (tags));
  while (json_object_iter_next (&iter, &name, &value)) {
    const char *text = get_text (value, "Value");
    VitrailTag tag = 0;
    if (text != NULL && vitrail_tag_parse (name, &tag) && tag >> 16 != 0x0002)
      vitrail_data_set_builder_set_string (builder, tag, text);
  }
}

/* The tags of what is above @found. */
static gboolean
take_parent (VitrailOrthanc *self,
             VitrailDataSetBuilder *builder,
             const char *kind,
             const char *id,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (JsonNode) parent =
      is_id (id)
          ? rest_get_json (self->rest, cancellable, error, "/%s/%s", kind, id)
          : NULL;

  take_keywords (builder, get (parent, "PatientMainDicomTags"));
  take_keywords (builder, get (parent, "MainDicomTags"));
  return parent != NULL;
}

/* Series, modalities and instances of a study. */
static gboolean
count_study (VitrailOrthanc *self,
             VitrailDataSetBuilder *builder,
             const char *id,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (JsonNode) series =
      is_id (id) ? rest_get_json (self->rest, cancellable, error,
                                  "/studies/%s/series", id)
                 : NULL;
  g_autoptr (GString) modalities = g_string_new (NULL);
  guint n_instances = 0;

  for (guint i = 0; i < get_length (series); i++) {
    JsonNode *one = get_element (series, i);
    const char *modality = get_text (get (one, "MainDicomTags"), "Modality");
    n_instances += get_length (get (one, "Instances"));
    if (modality != NULL && strstr (modalities->str, modality) == NULL)
      g_string_append_printf (modalities, "%s%s",
                              modalities->len > 0 ? "\\" : "", modality);
  }
  vitrail_data_set_builder_set_int (builder, TAG_N_STUDY_SERIES,
                                    get_length (series));
  vitrail_data_set_builder_set_int (builder, TAG_N_STUDY_INSTANCES,
                                    n_instances);
  vitrail_data_set_builder_set_string (builder, TAG_MODALITIES,
                                       modalities->str);
  return series != NULL;
}

/* All that a file says but its pixels, and as what it is stored. */
static gboolean
take_instance (VitrailOrthanc *self,
               VitrailDataSetBuilder *builder,
               const char *id,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (JsonNode) tags =
      is_id (id) ? rest_get_json (self->rest, cancellable, error,
                                  "/instances/%s/tags", id)
                 : NULL;
  g_autoptr (GBytes) syntax =
      tags != NULL ? rest_get (self->rest, cancellable, error,
                               "/instances/%s/metadata/TransferSyntax", id)
                   : NULL;
  gsize length = 0;

  if (syntax == NULL)
    return FALSE;
  const char *data = g_bytes_get_data (syntax, &length);
  g_autofree char *uid = g_strndup (data, MIN (length, 64));
  take_tags (builder, tags);
  vitrail_data_set_builder_set_string (builder, TAG_AVAILABLE_SYNTAX, uid);
  return TRUE;
}

static gboolean
fill (VitrailOrthanc *self,
      VitrailDataSetBuilder *builder,
      VitrailLevel level,
      JsonNode *found,
      GCancellable *cancellable,
      GError **error)
{
  const char *id = get_text (found, "ID");

  if (level == VITRAIL_LEVEL_STUDY) {
    take_keywords (builder, get (found, "PatientMainDicomTags"));
    take_keywords (builder, get (found, "MainDicomTags"));
    return count_study (self, builder, id, cancellable, error);
  }
  if (level == VITRAIL_LEVEL_SERIES) {
    if (!take_parent (self, builder, "studies", get_text (found, "ParentStudy"),
                      cancellable, error))
      return FALSE;
    take_keywords (builder, get (found, "MainDicomTags"));
    vitrail_data_set_builder_set_int (builder, TAG_N_SERIES_INSTANCES,
                                      get_length (get (found, "Instances")));
    return TRUE;
  }
  return take_instance (self, builder, id, cancellable, error);
}

/* By their numbers: Orthanc's own order is that of its names. */
static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  const VitrailDataSet *left = *(VitrailDataSet *const *) a;
  const VitrailDataSet *right = *(VitrailDataSet *const *) b;
  const VitrailTag tag = vitrail_data_set_has (left, TAG_INSTANCE_NUMBER)
                             ? TAG_INSTANCE_NUMBER
                             : TAG_SERIES_NUMBER;
  const int64_t one = vitrail_data_set_get_int_or (left, tag, INT64_MAX);
  const int64_t other = vitrail_data_set_get_int_or (right, tag, INT64_MAX);

  return one < other ? -1 : one > other;
}

static void
note_id (VitrailOrthanc *self, const VitrailDataSet *answer, const char *id)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (answer, TAG_SOP_INSTANCE, 0);

  if (uid == NULL || !is_id (id))
    return;
  g_mutex_lock (&self->lock);
  g_hash_table_replace (self->ids, g_steal_pointer (&uid), g_strdup (id));
  g_mutex_unlock (&self->lock);
}

/* --- searches --- */

/* The body of /tools/find for @query. */
static GBytes *
make_search (const VitrailQuery *query)
{
  static const char *const levels[] = { "Study", "Series", "Instance" };
  const size_t n = vitrail_data_set_get_n_elements (query->match);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "Level");
  json_builder_add_string_value (builder, levels[query->level]);
  json_builder_set_member_name (builder, "Expand");
  json_builder_add_boolean_value (builder, TRUE);
  json_builder_set_member_name (builder, "Since");
  json_builder_add_int_value (builder, query->offset);
  json_builder_set_member_name (builder, "Limit");
  json_builder_add_int_value (builder, query->limit);
  json_builder_set_member_name (builder, "Query");
  json_builder_begin_object (builder);
  for (size_t i = 0; i < n; i++) {
    const VitrailElement *element =
        vitrail_data_set_get_element (query->match, i);
    g_autofree char *value =
        vitrail_data_set_dup_strings (query->match, element->tag);
    g_autofree char *name = g_strdup_printf ("%08x", element->tag);
    if (value == NULL || element->tag == VITRAIL_TAG (0x0008, 0x0005))
      continue;
    json_builder_set_member_name (builder, name);
    json_builder_add_string_value (builder, value);
  }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  char *text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

static GPtrArray *
query (VitrailDataSource *source,
       const VitrailQuery *query,
       GCancellable *cancellable,
       GError **error)
{
  VitrailOrthanc *self = VITRAIL_ORTHANC (source);
  g_autoptr (JsonNode) found =
      rest_post (self->rest, "/tools/find", make_search (query), cancellable,
                 error);
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  if (found == NULL)
    return NULL;
  for (guint i = 0; i < get_length (found); i++) {
    JsonNode *one = get_element (found, i);
    g_autoptr (VitrailDataSetBuilder) builder = vitrail_data_set_builder_new ();
    if (!fill (self, builder, query->level, one, cancellable, error))
      return NULL;
    VitrailDataSet *answer =
        vitrail_data_set_builder_end (g_steal_pointer (&builder));
    g_ptr_array_add (answers, answer);
    if (query->level == VITRAIL_LEVEL_INSTANCE)
      note_id (self, answer, get_text (one, "ID"));
  }
  if (query->level != VITRAIL_LEVEL_STUDY)
    g_ptr_array_sort (answers, compare_numbers);
  return g_steal_pointer (&answers);
}

/* --- instances --- */

static VitrailInstance *
peek_instance (VitrailDataSource *source, const char *uid)
{
  VitrailOrthanc *self = VITRAIL_ORTHANC (source);

  g_mutex_lock (&self->lock);
  GWeakRef *kept = g_hash_table_lookup (self->opened, uid);
  VitrailInstance *instance = kept != NULL ? g_weak_ref_get (kept) : NULL;
  g_mutex_unlock (&self->lock);
  return instance;
}

/* @instance (transfer full), or the one that somebody was faster to keep: the
 * same instance is the same object. */
static VitrailInstance *
keep (VitrailOrthanc *self, const char *uid, VitrailInstance *instance)
{
  g_mutex_lock (&self->lock);
  GWeakRef *kept = g_hash_table_lookup (self->opened, uid);
  VitrailInstance *other = kept != NULL ? g_weak_ref_get (kept) : NULL;
  if (other == NULL) {
    kept = g_new0 (GWeakRef, 1);
    g_weak_ref_init (kept, instance);
    g_hash_table_replace (self->opened, g_strdup (uid), kept);
  }
  g_mutex_unlock (&self->lock);
  if (other == NULL)
    return instance;
  g_object_unref (instance);
  return other;
}

/* Orthanc's name of the instance, from the last search, or asked for. */
static char *
find_id (VitrailOrthanc *self,
         const char *uid,
         GCancellable *cancellable,
         GError **error)
{
  g_mutex_lock (&self->lock);
  char *id = g_strdup (g_hash_table_lookup (self->ids, uid));
  g_mutex_unlock (&self->lock);
  if (id != NULL)
    return id;
  g_autoptr (JsonNode) found =
      rest_post (self->rest, "/tools/lookup", g_bytes_new (uid, strlen (uid)),
                 cancellable, error);
  if (found == NULL)
    return NULL;
  for (guint i = 0; i < get_length (found); i++) {
    JsonNode *one = get_element (found, i);
    if (g_strcmp0 (get_text (one, "Type"), "Instance") == 0 &&
        is_id (get_text (one, "ID")))
      return g_strdup (get_text (one, "ID"));
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "%s: no instance %s", rest_get_name (self->rest), uid);
  return NULL;
}

static VitrailInstance *
open_instance (VitrailDataSource *source,
               const char *uid,
               GCancellable *cancellable,
               GError **error)
{
  VitrailOrthanc *self = VITRAIL_ORTHANC (source);
  VitrailInstance *opened = peek_instance (source, uid);

  if (opened != NULL)
    return opened;
  g_autofree char *id = find_id (self, uid, cancellable, error);
  g_autoptr (GBytes) bytes =
      id != NULL
          ? rest_get (self->rest, cancellable, error, "/instances/%s/file", id)
          : NULL;
  g_autofree char *name =
      g_strdup_printf ("%s/instances/%s", rest_get_name (self->rest),
                       id != NULL ? id : "");
  g_autoptr (VitrailPart10) file =
      bytes != NULL ? vitrail_part10_read (bytes, name, VITRAIL_READ_ALL, error)
                    : NULL;
  return file != NULL ? keep (self, uid, vitrail_instance_new (file, name))
                      : NULL;
}

/* Nothing is kept but the names of instances. */
static gboolean
refresh (VitrailDataSource *source, GCancellable *cancellable, GError **error)
{
  VitrailOrthanc *self = VITRAIL_ORTHANC (source);
  g_autoptr (JsonNode) system =
      rest_get_json (self->rest, cancellable, error, "/system");

  g_mutex_lock (&self->lock);
  g_hash_table_remove_all (self->ids);
  g_mutex_unlock (&self->lock);
  return system != NULL;
}

/* --- the source, and its module --- */

static gboolean
takes (const char *location)
{
  return g_str_has_prefix (location, "orthanc://") ||
         g_str_has_prefix (location, "orthancs://");
}

static VitrailDataSource *
open_location (const char *location, GError **error)
{
  Rest *rest = rest_new (location, error);

  if (rest == NULL)
    return NULL;
  VitrailOrthanc *self = g_object_new (VITRAIL_TYPE_ORTHANC, NULL);
  self->rest = rest;
  return VITRAIL_DATA_SOURCE (self);
}

static void
data_source_init (VitrailDataSourceInterface *iface)
{
  iface->takes = takes;
  iface->open = open_location;
  iface->query = query;
  iface->open_instance = open_instance;
  iface->refresh = refresh;
  iface->peek_instance = peek_instance;
}

void
g_io_module_load (GIOModule *module)
{
  vitrail_orthanc_register_type (G_TYPE_MODULE (module));
  g_io_extension_point_implement (VITRAIL_DATA_SOURCE_EXTENSION_POINT,
                                  VITRAIL_TYPE_ORTHANC, "orthanc", 10);
}

void
g_io_module_unload (GIOModule *module)
{
}
