/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* includefield: see qidoinclude.h. */

#include "qidoinclude.h"

#include "dicom/builder.h"
#include "dicom/part10.h"
#include "folder/attributes.h"

#include <string.h>

/* Values above this many bytes are left out of answers. */
#define INLINE_BYTES 65536

#define TAG_RETRIEVE_URL VITRAIL_TAG (0x0008, 0x1190)

/* What "all" means for a study beyond the index: Patient, Clinical Trial,
 * General Study and Patient Study modules (PS3.3 C.7.1, C.7.2); ends with 0. */
static const VitrailTag study_tags[] = {
  0x00080051, 0x00081032, 0x00081048, 0x00081060, 0x00081080, 0x00081110,
  0x00100032, 0x00101000, 0x00101001, 0x00101002, 0x00101020, 0x00101030,
  0x00102160, 0x00102180, 0x001021b0, 0x001021c0, 0x00102201, 0x00102202,
  0x00102203, 0x00102292, 0x00102297, 0x00104000, 0x00120010, 0x00120020,
  0x00120040, 0x00120062, 0x00120063, 0x00120064, 0x00321060, 0x00380010,
  0x00380060, 0,
};

/* And for a series: General Series and General Equipment (C.7.3, C.7.5). */
static const VitrailTag series_tags[] = {
  0x00080068, 0x00081040, 0x00081050, 0x00081070, 0x00081090,
  0x00081111, 0x00081250, 0x00181000, 0x00181008, 0x00181020,
  0x00185100, 0x00200200, 0x00201040, 0x00400250, 0x00400251,
  0x00400253, 0x00400254, 0x00400260, 0x00400280, 0,
};

/* The answer, what is added, and the file where that was needed. */
typedef struct {
  const VitrailQido *qido;
  const VitrailRequest *request;
  VitrailDataSet *answer;
  VitrailDataSetBuilder *builder;
  VitrailPart10 *file;
  gboolean was_opened;
} Include;

static gboolean
is_text (VitrailVR vr)
{
  static const char texts[] = "AEASCSDADSDTISLOLTPNSHSTTMUCUIURUT";
  char name[3] = { (char) (vr >> 8), (char) (vr & 0xff), '\0' };

  for (const char *c = texts; *c != '\0'; c += 2)
    if (strncmp (c, name, 2) == 0)
      return TRUE;
  return FALSE;
}

static void
copy_value (VitrailDataSetBuilder *to,
            VitrailDataSet *from,
            const VitrailElement *element)
{
  if (is_text (element->vr)) {
    g_autofree char *text = vitrail_data_set_dup_strings (from, element->tag);
    vitrail_data_set_builder_set_string (to, element->tag,
                                         text != NULL ? text : "");
  } else if (element->length <= INLINE_BYTES && !element->big_endian) {
    g_autoptr (GBytes) bytes = vitrail_data_set_ref_value (from, element->tag);
    vitrail_data_set_builder_set_bytes (to, element->tag, element->vr, bytes);
  }
}

static void copy_paths (const Include *self,
                        VitrailDataSetBuilder *to,
                        VitrailDataSet *from,
                        const VitrailTagPath *prefix);

/* Whether the sequence at @path was asked for as a whole. */
static gboolean
is_whole (const Include *self, const VitrailTagPath *path)
{
  const GArray *include = self->qido->include;
  gboolean has_part = FALSE;

  for (guint i = 0; i < include->len; i++) {
    const VitrailTagPath *asked = &g_array_index (include, VitrailTagPath, i);
    if (asked->n < path->n ||
        memcmp (asked->tags, path->tags, path->n * sizeof path->tags[0]) != 0)
      continue;
    if (asked->n == path->n)
      return TRUE;
    has_part = TRUE;
  }
  return !has_part;
}

/* Copies the attribute at @path, which is @from's. */
static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_QIDO_DEPTH */
copy_attribute (const Include *self,
                VitrailDataSetBuilder *to,
                VitrailDataSet *from,
                const VitrailTagPath *path)
{
  VitrailTag tag = path->tags[path->n - 1];
  const VitrailElement *element = vitrail_data_set_find (from, tag);
  guint n_items = vitrail_data_set_get_n_items (from, tag);

  if (element != NULL && n_items == 0)
    copy_value (to, from, element);
  if (n_items == 0)
    return;
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  gboolean whole = is_whole (self, path);
  for (guint i = 0; i < n_items; i++) {
    VitrailDataSet *item = vitrail_data_set_get_item (from, tag, i);
    if (whole) {
      g_ptr_array_add (items, vitrail_data_set_ref (item));
      continue;
    }
    VitrailDataSetBuilder *part = vitrail_data_set_builder_new ();
    copy_paths (self, part, item, path);
    g_ptr_array_add (items, vitrail_data_set_builder_end (part));
  }
  vitrail_data_set_builder_set_items (to, tag,
                                      (VitrailDataSet *const *) items->pdata,
                                      items->len);
}

/* What was asked for below @prefix. */
static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_QIDO_DEPTH */
copy_paths (const Include *self,
            VitrailDataSetBuilder *to,
            VitrailDataSet *from,
            const VitrailTagPath *prefix)
{
  const GArray *include = self->qido->include;

  for (guint i = 0; i < include->len; i++) {
    VitrailTagPath path = g_array_index (include, VitrailTagPath, i);
    if (path.n <= prefix->n || memcmp (path.tags, prefix->tags,
                                       prefix->n * sizeof prefix->tags[0]) != 0)
      continue;
    path.n = prefix->n + 1;
    copy_attribute (self, to, from, &path);
  }
}

/* The first instance of a study or series, as an answer. */
static VitrailDataSet *
find_first (const Include *self)
{
  VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE,
                         .limit = 1,
                         .with_slides = TRUE };
  static const VitrailTag uids[] = { VITRAIL_TAG (0x0020, 0x000d),
                                     VITRAIL_TAG (0x0020, 0x000e) };
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (uids); i++) {
    g_autofree char *uid =
        vitrail_data_set_dup_string (self->answer, uids[i], 0);
    if (uid != NULL)
      vitrail_data_set_builder_set_string (builder, uids[i], uid);
  }
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  query.match = match;
  g_autoptr (GPtrArray) found =
      vitrail_data_source_query (self->request->service->source, &query,
                                 self->request->cancellable, NULL);
  return found != NULL && found->len > 0
             ? vitrail_data_set_ref (g_ptr_array_index (found, 0))
             : NULL;
}

/* The data set of the answer's first file, or NULL. */
static VitrailDataSet *
ensure_file (Include *self)
{
  if (!self->was_opened) {
    g_autoptr (VitrailDataSet) first =
        self->qido->query.level == VITRAIL_LEVEL_INSTANCE
            ? vitrail_data_set_ref (self->answer)
            : find_first (self);
    self->was_opened = TRUE;
    if (first != NULL)
      self->file = vitrail_archive_open_file (self->request, first,
                                              VITRAIL_READ_HEADER, NULL);
  }
  return self->file != NULL ? vitrail_part10_get_data_set (self->file) : NULL;
}

static gboolean
is_of_level (VitrailTag tag, VitrailLevel level)
{
  guint index = vitrail_folder_attribute_index (tag);

  return index == G_MAXUINT || vitrail_folder_attributes[index].level <= level;
}

/* A part of a sequence is not the sequence that the index has. */
static gboolean
is_there (const Include *self, VitrailTag tag)
{
  return vitrail_data_set_has (self->answer, tag) &&
         vitrail_data_set_get_n_items (self->answer, tag) == 0;
}

static void
add_tag (Include *self, VitrailTag tag)
{
  const VitrailTagPath path = { .tags = { tag }, .n = 1 };

  if (tag == TAG_RETRIEVE_URL || is_there (self, tag) ||
      !is_of_level (tag, self->qido->query.level))
    return;
  VitrailDataSet *file = ensure_file (self);
  if (file != NULL)
    copy_attribute (self, self->builder, file, &path);
}

static void
add_tags (Include *self, const VitrailTag *tags)
{
  for (; *tags != 0; tags++)
    if (!vitrail_data_set_has (self->answer, *tags))
      add_tag (self, *tags);
}

static void
add_all (Include *self)
{
  add_tags (self, study_tags);
  if (self->qido->query.level != VITRAIL_LEVEL_STUDY)
    add_tags (self, series_tags);
  if (self->qido->query.level != VITRAIL_LEVEL_INSTANCE)
    return;
  VitrailDataSet *file = ensure_file (self);
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (file); i++) {
    VitrailTag tag = vitrail_data_set_get_element (file, i)->tag;
    if (VITRAIL_TAG_GROUP (tag) < 0x7fe0)
      add_tag (self, tag);
  }
}

VitrailDataSet *
vitrail_qido_include (const VitrailQido *self,
                      const VitrailRequest *request,
                      VitrailDataSet *answer)
{
  Include include = { .qido = self, .request = request, .answer = answer };
  g_autofree char *url =
      vitrail_archive_dup_url (request, answer, self->query.level);

  include.builder = vitrail_data_set_builder_new_from (answer);
  vitrail_data_set_builder_set_string (include.builder, TAG_RETRIEVE_URL, url);
  for (guint i = 0; i < self->include->len; i++)
    add_tag (&include,
             g_array_index (self->include, VitrailTagPath, i).tags[0]);
  if (self->include_all)
    add_all (&include);
  g_clear_pointer (&include.file, vitrail_part10_unref);
  return vitrail_data_set_builder_end (include.builder);
}
