/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DICOM JSON documents: see jsonstudies.h. */

#include "dicomweb/jsonstudies.h"

#include "dicom/naturaljson.h"
#include "dicomweb/location.h"
#include "error.h"

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY        VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES       VITRAIL_TAG (0x0020, 0x000e)

typedef struct {
  VitrailJsonLexer lexer;
  const char *name;
  VitrailJsonStudies *studies;
} Reader;

static void
reader_clear (Reader *self)
{
  vitrail_json_lexer_clear (&self->lexer);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

VitrailJsonStudies *
vitrail_json_studies_ref (VitrailJsonStudies *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_json_studies_unref (VitrailJsonStudies *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_hash_table_unref (self->urls);
  g_ptr_array_unref (self->data_sets);
  g_free (self);
}

static VitrailJsonStudies *
json_studies_new (void)
{
  VitrailJsonStudies *self = g_new0 (VitrailJsonStudies, 1);

  self->ref_count = 1;
  self->data_sets =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  self->urls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

static gboolean
fail (const Reader *self, const char *what, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "%s: not a DICOM JSON document: %s", self->name, what);
  return FALSE;
}

/* What is done with one object of an array; @base holds for it. */
typedef gboolean (*TakeOne) (Reader *self,
                             VitrailDataSet *base,
                             GError **error);

/* Each of the array that begins at @at. */
static gboolean
take_each (Reader *self,
           const char *at,
           VitrailDataSet *base,
           TakeOne take_one,
           GError **error)
{
  const char *before = self->lexer.position;

  if (at == NULL)
    return TRUE;
  self->lexer.position = at;
  if (!vitrail_json_lexer_take (&self->lexer, '['))
    return fail (self, "studies, series or instances are no array", error);
  for (guint i = 0; !vitrail_json_lexer_take (&self->lexer, ']'); i++) {
    if (i > 0 && !vitrail_json_lexer_take (&self->lexer, ','))
      return fail (self, "no valid JSON", error);
    if (!take_one (self, base, error))
      return FALSE;
  }
  self->lexer.position = before;
  return TRUE;
}

/* The attributes of the next object on top of @base, and its @members. */
static VitrailDataSet *
take_data_set (Reader *self,
               VitrailDataSet *base,
               VitrailNaturalMember *members,
               GError **error)
{
  g_autoptr (VitrailDataSetBuilder) builder =
      base != NULL ? vitrail_data_set_builder_new_from (base)
                   : vitrail_data_set_builder_new ();

  return vitrail_natural_json_take (&self->lexer, builder, members, self->name,
                                    error)
             ? vitrail_data_set_builder_end (g_steal_pointer (&builder))
             : NULL;
}

static char *
dup_uid (const VitrailDataSet *data_set, VitrailTag tag)
{
  g_autofree char *uid = vitrail_data_set_dup_string (data_set, tag, 0);

  return uid != NULL && vitrail_web_location_is_uid (uid)
             ? g_steal_pointer (&uid)
             : NULL;
}

static void
keep_instance (Reader *self, VitrailDataSet *data_set, const char *url)
{
  g_autofree char *uid = dup_uid (data_set, TAG_SOP_INSTANCE);
  g_autofree char *study = dup_uid (data_set, TAG_STUDY);
  g_autofree char *series = dup_uid (data_set, TAG_SERIES);

  if (uid == NULL || study == NULL || series == NULL || url == NULL) {
    g_message ("%s: an instance without its UIDs or its url is left out",
               self->name);
    return;
  }
  if (g_hash_table_contains (self->studies->urls, uid))
    return;
  g_hash_table_insert (self->studies->urls, g_steal_pointer (&uid),
                       g_strdup (url));
  g_ptr_array_add (self->studies->data_sets, vitrail_data_set_ref (data_set));
}

/* The text that begins at @at, or NULL. */
static char *
dup_text (Reader *self, const char *at)
{
  const char *before = self->lexer.position;

  if (at == NULL)
    return NULL;
  self->lexer.position = at;
  char *text = vitrail_json_lexer_take_string (&self->lexer)
                   ? g_strdup (self->lexer.string->str)
                   : NULL;
  self->lexer.position = before;
  return text;
}

static gboolean
take_instance (Reader *self, VitrailDataSet *series, GError **error)
{
  VitrailNaturalMember members[] = { { "metadata", NULL },
                                     { "url", NULL },
                                     { NULL, NULL } };

  if (!vitrail_natural_json_take (&self->lexer, NULL, members, self->name,
                                  error))
    return FALSE;
  const char *end = self->lexer.position;
  g_autofree char *url = dup_text (self, members[1].value);
  g_autoptr (VitrailDataSet) data_set = NULL;
  if (members[0].value != NULL) {
    self->lexer.position = members[0].value;
    data_set = take_data_set (self, series, NULL, error);
    if (data_set == NULL)
      return FALSE;
    self->lexer.position = end;
  }
  keep_instance (self, data_set != NULL ? data_set : series, url);
  return TRUE;
}

static gboolean
take_series (Reader *self, VitrailDataSet *study, GError **error)
{
  VitrailNaturalMember members[] = { { "instances", NULL }, { NULL, NULL } };
  g_autoptr (VitrailDataSet) series =
      take_data_set (self, study, members, error);

  return series != NULL &&
         take_each (self, members[0].value, series, take_instance, error);
}

static gboolean
take_study (Reader *self, VitrailDataSet *unused, GError **error)
{
  VitrailNaturalMember members[] = { { "series", NULL }, { NULL, NULL } };
  g_autoptr (VitrailDataSet) study = take_data_set (self, NULL, members, error);

  return study != NULL &&
         take_each (self, members[0].value, study, take_series, error);
}

VitrailJsonStudies *
vitrail_json_studies_read (GBytes *json, const char *name, GError **error)
{
  VitrailNaturalMember members[] = { { "studies", NULL }, { NULL, NULL } };
  g_autoptr (VitrailJsonStudies) studies = json_studies_new ();
  g_auto (Reader) reader = { .name = name, .studies = studies };
  gsize length = 0;
  const char *text = g_bytes_get_data (json, &length);

  vitrail_json_lexer_init (&reader.lexer, text != NULL ? text : "", length);
  if (!vitrail_natural_json_take (&reader.lexer, NULL, members, name, error))
    return NULL;
  if (members[0].value == NULL) {
    fail (&reader, "it has no studies", error);
    return NULL;
  }
  return take_each (&reader, members[0].value, NULL, take_study, error)
             ? g_steal_pointer (&studies)
             : NULL;
}
