/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the index keeps of one file: see record.h. */

#include "folder/record.h"

#include "dicom/builder.h"
#include "dicom/json.h"
#include "dicom/packedjson.h"
#include "dicom/part10.h"
#include "error.h"
#include "folder/moment.h"
#include "limits.h"
#include "slide/dicomize.h"

#include <string.h>

/* Longest text that is kept of one attribute, in bytes: what a person types or
 * a program compares is shorter (PS3.5 table 6.2-1; three groups of a PN). */
#define VALUE_BYTES 1024
/* Items that are kept of a sequence. */
#define MAX_ITEMS 16u

/* The metadata of a data set that takes more memory than this, which has
 * a thousand attributes, is made when somebody asks for it. */
#define READY_BYTES ((size_t) 64 * 1024)

/* What is smaller than this in both ways is a picture unless it says that it is
 * a slide, in pixels. */
#define SLIDE_SIDE 512

#define TAG_MEDIA_STORAGE_SOP_CLASS    VITRAIL_TAG (0x0002, 0x0002)
#define TAG_MEDIA_STORAGE_SOP_INSTANCE VITRAIL_TAG (0x0002, 0x0003)
#define TAG_DIRECTORY_RECORD_SEQUENCE  VITRAIL_TAG (0x0004, 0x1220)
#define TAG_SOP_INSTANCE_UID           VITRAIL_TAG (0x0008, 0x0018)
#define TAG_TRANSFER_SYNTAX            VITRAIL_TAG (0x0008, 0x3002)
#define TAG_STUDY_INSTANCE_UID         VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES_INSTANCE_UID        VITRAIL_TAG (0x0020, 0x000e)
#define TAG_N_FRAMES                   VITRAIL_TAG (0x0028, 0x0008)
#define MEDIA_STORAGE_DIRECTORY        "1.2.840.10008.1.3.10"

VitrailFileRecord *
vitrail_file_record_new (const VitrailWalkFile *file)
{
  VitrailFileRecord *self = g_new0 (VitrailFileRecord, 1);

  self->path = g_strdup (file->path);
  self->size = file->size;
  self->mtime_ns = file->mtime_ns;
  self->inode = file->inode;
  self->is_named = file->is_root;
  return self;
}

static void
values_free (char **values)
{
  for (guint i = 0; i < vitrail_folder_n_attributes; i++)
    g_free (values[i]);
  g_free (values);
}

void
vitrail_file_record_free (VitrailFileRecord *self)
{
  g_free (self->path);
  g_free (self->reason);
  g_free (self->slide_id);
  g_clear_pointer (&self->values, values_free);
  g_clear_pointer (&self->made, g_ptr_array_unref);
  g_clear_pointer (&self->metadata, g_bytes_unref);
  g_free (self);
}

/* At most VALUE_BYTES of @text, whole characters. */
static char *
shorten (char *text)
{
  if (text == NULL || strlen (text) <= VALUE_BYTES)
    return text;
  const char *end = text + VALUE_BYTES;
  while ((*end & 0xc0) == 0x80)
    end--;
  text[end - text] = '\0';
  return text;
}

/* One item of a request, with what is kept of it. */
static VitrailDataSet *
make_request_item (VitrailDataSet *item)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  for (const VitrailTag *tag = vitrail_folder_request_tags; *tag != 0; tag++) {
    g_autofree char *text = shorten (vitrail_data_set_dup_strings (item, *tag));
    if (text != NULL)
      vitrail_data_set_builder_set_string (builder, *tag, text);
  }
  return vitrail_data_set_builder_end (builder);
}

/* The sequence @tag as DICOM JSON; NULL where there is none. */
static char *
dup_items (VitrailDataSet *data_set, VitrailTag tag)
{
  guint n_items = MIN (vitrail_data_set_get_n_items (data_set, tag), MAX_ITEMS);
  VitrailDataSet *items[MAX_ITEMS];

  if (n_items == 0)
    return NULL;
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  for (guint i = 0; i < n_items; i++)
    items[i] = make_request_item (vitrail_data_set_get_item (data_set, tag, i));
  vitrail_data_set_builder_set_items (builder, tag, items, n_items);
  for (guint i = 0; i < n_items; i++)
    vitrail_data_set_unref (items[i]);
  g_autoptr (VitrailDataSet) whole = vitrail_data_set_builder_end (builder);
  GString *json = g_string_new (NULL);
  vitrail_json_write (whole, json, VALUE_BYTES, NULL, NULL);
  return g_string_free (json, FALSE);
}

/* As eight digits: "2020.01.02" is how older standards wrote them. */
static char *
dup_date (VitrailDataSet *data_set, VitrailTag tag)
{
  g_autofree char *text =
      shorten (vitrail_data_set_dup_strings (data_set, tag));
  g_autofree char *digits =
      text != NULL && strlen (text) == 10 && text[4] == '.' && text[7] == '.'
          ? vitrail_moment_dup_digits (text)
          : NULL;

  return digits != NULL && strlen (digits) == 8 ? g_steal_pointer (&digits)
                                                : g_steal_pointer (&text);
}

static char *
dup_value (VitrailDataSet *data_set,
           const char *transfer_syntax,
           const VitrailFolderAttribute *attribute)
{
  int64_t number;

  if (attribute->tag == TAG_TRANSFER_SYNTAX)
    return g_strdup (transfer_syntax);
  if (attribute->kind == VITRAIL_MATCH_ITEMS)
    return dup_items (data_set, attribute->tag);
  if (attribute->kind == VITRAIL_MATCH_DATE)
    return dup_date (data_set, attribute->tag);
  if (attribute->kind != VITRAIL_MATCH_NUMBER)
    return shorten (vitrail_data_set_dup_strings (data_set, attribute->tag));
  if (!vitrail_data_set_get_int (data_set, attribute->tag, 0, &number))
    return NULL;
  return g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) number);
}

static char **
dup_values (VitrailDataSet *data_set, const char *transfer_syntax)
{
  char **values = g_new0 (char *, vitrail_folder_n_attributes);

  for (guint i = 0; i < vitrail_folder_n_attributes; i++)
    values[i] =
        dup_value (data_set, transfer_syntax, &vitrail_folder_attributes[i]);
  return values;
}

static void
set_unreadable (VitrailFileRecord *self, const char *reason)
{
  self->state = VITRAIL_FILE_UNREADABLE;
  g_free (self->reason);
  self->reason = g_strdup (reason);
}

/* The message of an error without the path that it starts with. */
static void
set_unreadable_by_error (VitrailFileRecord *self, const GError *error)
{
  const char *reason = error->message;
  gsize length = strlen (self->path);

  if (g_str_has_prefix (reason, self->path) &&
      g_str_has_prefix (reason + length, ": "))
    reason += length + 2;
  set_unreadable (self, reason);
  /* What the system refused today it may grant tomorrow, with no change that
   * the walk could see. */
  if (g_error_matches (error, VITRAIL_ERROR, VITRAIL_ERROR_IO))
    self->mtime_ns = -1;
}

static gboolean
is_directory_file (VitrailPart10 *file)
{
  return vitrail_data_set_text_is (vitrail_part10_get_meta (file),
                                   TAG_MEDIA_STORAGE_SOP_CLASS, 0,
                                   MEDIA_STORAGE_DIRECTORY) ||
         vitrail_data_set_has (vitrail_part10_get_data_set (file),
                               TAG_DIRECTORY_RECORD_SEQUENCE);
}

/* Without these three an instance has no place in a study. */
static gboolean
check_uids (VitrailFileRecord *self)
{
  static const VitrailTag tags[] = { TAG_SOP_INSTANCE_UID,
                                     TAG_STUDY_INSTANCE_UID,
                                     TAG_SERIES_INSTANCE_UID };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    if (self->values[vitrail_folder_attribute_index (tags[i])] != NULL)
      continue;
    char text[VITRAIL_TAG_TEXT_SIZE];
    g_autofree char *reason =
        g_strdup_printf ("no %s", vitrail_tag_text (tags[i], text));
    set_unreadable (self, reason);
    return FALSE;
  }
  return TRUE;
}

/* A count that nothing here would open is not passed on as a fact. */
static gboolean
check_frames (VitrailFileRecord *self, VitrailPart10 *file)
{
  int64_t n = vitrail_data_set_get_int_or (vitrail_part10_get_data_set (file),
                                           TAG_N_FRAMES, 1);

  if (n <= VITRAIL_LIMIT_FRAMES)
    return TRUE;
  g_autofree char *reason =
      g_strdup_printf ("(0028,0008) NumberOfFrames: %" G_GINT64_FORMAT
                       ": more than %u",
                       (gint64) n, VITRAIL_LIMIT_FRAMES);
  set_unreadable (self, reason);
  return FALSE;
}

void
vitrail_file_record_take (VitrailFileRecord *self,
                          VitrailDataSet *data_set,
                          const char *transfer_syntax)
{
  self->values = dup_values (data_set, transfer_syntax);
  if (check_uids (self))
    self->state = VITRAIL_FILE_INSTANCE;
}

void
vitrail_file_record_refuse (VitrailFileRecord *self, const GError *error)
{
  set_unreadable_by_error (self, error);
}

static void
take_metadata (VitrailFileRecord *self, VitrailPart10 *file)
{
  VitrailDataSet *data_set = vitrail_part10_get_data_set (file);

  if (!self->wants_metadata ||
      vitrail_data_set_get_size_bytes (data_set) > READY_BYTES)
    return;
  g_autofree char *path = vitrail_instance_path_new (
      self->values[vitrail_folder_attribute_index (TAG_STUDY_INSTANCE_UID)],
      self->values[vitrail_folder_attribute_index (TAG_SERIES_INSTANCE_UID)],
      self->values[vitrail_folder_attribute_index (TAG_SOP_INSTANCE_UID)]);
  self->metadata = vitrail_packed_json_new_instance (
      data_set, vitrail_part10_get_transfer_syntax (file), path,
      VITRAIL_METADATA_INLINE_BYTES);
}

static void
take_instance (VitrailFileRecord *self, VitrailPart10 *file)
{
  guint sop = vitrail_folder_attribute_index (TAG_SOP_INSTANCE_UID);

  self->values = dup_values (vitrail_part10_get_data_set (file),
                             vitrail_part10_get_transfer_syntax (file));
  if (self->values[sop] == NULL)
    self->values[sop] =
        vitrail_data_set_dup_string (vitrail_part10_get_meta (file),
                                     TAG_MEDIA_STORAGE_SOP_INSTANCE, 0);
  if (!check_uids (self) || !check_frames (self, file))
    return;
  self->state = VITRAIL_FILE_INSTANCE;
  take_metadata (self, file);
}

/* Whether @slide fits on a screen and says nothing that a slide would say: no
 * micrometres, objective, maker, channels, planes or pictures beside it. */
static gboolean
is_picture (VitrailSlide *slide)
{
  VitrailSlideLevel level;
  double mpp_um[2];

  vitrail_slide_get_level (slide, 0, &level);
  return level.width < SLIDE_SIDE && level.height < SLIDE_SIDE &&
         !vitrail_slide_get_mpp_um (slide, mpp_um) &&
         vitrail_slide_get_objective_power (slide) <= 0 &&
         vitrail_slide_list_properties (slide)->keyword == NULL &&
         vitrail_slide_get_n_paths (slide) <= 1 &&
         vitrail_slide_get_n_focal_planes (slide) <= 1 &&
         vitrail_slide_list_associated (slide)[0] == NULL;
}

/* What a vendor's slide is to DICOM. */
static void
take_made (VitrailFileRecord *self, VitrailSlide *slide)
{
  g_autoptr (VitrailDicomized) dicomized =
      vitrail_dicomized_new (slide, 0, NULL);

  if (dicomized == NULL)
    return;
  self->made = g_ptr_array_new_with_free_func ((GDestroyNotify) values_free);
  for (guint i = 0; i < vitrail_dicomized_get_n_instances (dicomized); i++) {
    g_autoptr (VitrailDataSet) data_set =
        vitrail_dicomized_ref_data_set (dicomized, i, VITRAIL_DICOMIZE_BRIEF,
                                        NULL);
    if (data_set != NULL)
      g_ptr_array_add (
          self->made,
          dup_values (data_set,
                      vitrail_dicomized_get_transfer_syntax (dicomized, i)));
  }
}

static void
take_foreign (VitrailFileRecord *self)
{
  const char *paths[] = { self->path, NULL };
  g_autoptr (GError) error = NULL;

  if (!vitrail_slide_probe (self->path)) {
    set_unreadable (self, "not a DICOM file");
    return;
  }
  /* One that cannot be opened is listed as a slide all the same: whoever opens
   * it is told why it cannot be. */
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, NULL);
  if (slide != NULL && !self->is_named && is_picture (slide)) {
    set_unreadable (self, "a small picture, not a slide");
    return;
  }
  self->slide_id = vitrail_slide_make_id (self->path, &error);
  if (self->slide_id == NULL) {
    set_unreadable_by_error (self, error);
    return;
  }
  self->state = VITRAIL_FILE_SLIDE;
  if (slide != NULL)
    take_made (self, slide);
}

void
vitrail_file_record_read (VitrailFileRecord *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailPart10) file =
      vitrail_part10_open (self->path, VITRAIL_READ_HEADER, &error);

  if (file == NULL &&
      g_error_matches (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT))
    take_foreign (self);
  else if (file == NULL)
    set_unreadable_by_error (self, error);
  else if (is_directory_file (file))
    self->state = VITRAIL_FILE_SKIPPED;
  else
    take_instance (self, file);
}
