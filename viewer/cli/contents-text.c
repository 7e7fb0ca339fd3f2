/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a folder holds, for a person: one line a study, series, slide and
 * unreadable file; the instances of a series are counted, waveforms told. */

#include "contents-registration.h"
#include "contents-slide.h"
#include "contents-waveform.h"
#include "contents.h"

#define TAG_STUDY_DATE         VITRAIL_TAG (0x0008, 0x0020)
#define TAG_MODALITY           VITRAIL_TAG (0x0008, 0x0060)
#define TAG_STUDY_DESCRIPTION  VITRAIL_TAG (0x0008, 0x1030)
#define TAG_SERIES_DESCRIPTION VITRAIL_TAG (0x0008, 0x103e)
#define TAG_TRANSFER_SYNTAX    VITRAIL_TAG (0x0008, 0x3002)
#define TAG_PATIENT_NAME       VITRAIL_TAG (0x0010, 0x0010)
#define TAG_PATIENT_ID         VITRAIL_TAG (0x0010, 0x0020)
#define TAG_SERIES_NUMBER      VITRAIL_TAG (0x0020, 0x0011)
#define TAG_N_FRAMES           VITRAIL_TAG (0x0028, 0x0008)
#define TAG_ROWS               VITRAIL_TAG (0x0028, 0x0010)
#define TAG_COLUMNS            VITRAIL_TAG (0x0028, 0x0011)

/* Text from a file: a control character in it must not reach a terminal. */
static void
append_text (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    g_string_append_unichar (out, g_unichar_iscntrl (c) ? 0xfffd : c);
  }
}

static void
append_attribute (GString *out,
                  const VitrailDataSet *answer,
                  VitrailTag tag,
                  const char *absent)
{
  g_autofree char *text = vitrail_data_set_dup_strings (answer, tag);

  g_string_append_c (out, ' ');
  append_text (out, text != NULL ? text : absent);
}

static void
append_count (GString *out, guint n, const char *what)
{
  g_string_append_printf (out, "%u %s%s", n, what, n == 1 ? "" : "s");
}

static gint64
count_frames (GPtrArray *instances)
{
  gint64 n = 0;

  for (guint i = 0; i < instances->len; i++) {
    const VitrailDataSet *instance = g_ptr_array_index (instances, i);
    n += vitrail_data_set_get_int_or (
        instance, TAG_N_FRAMES,
        vitrail_data_set_get_int_or (instance, TAG_ROWS, 0) > 0);
  }
  return n;
}

static void
append_series (GString *out,
               const VitrailContents *contents,
               const VitrailDataSet *series)
{
  GPtrArray *instances = vitrail_contents_get_instances (contents, series);

  g_string_append (out, "  series");
  append_attribute (out, series, TAG_SERIES_NUMBER, "-");
  append_attribute (out, series, TAG_MODALITY, "-");
  append_attribute (out, series, TAG_SERIES_DESCRIPTION, "");
  g_string_append (out, ": ");
  append_count (out, instances->len, "instance");
  const VitrailDataSet *first = g_ptr_array_index (instances, 0);
  gint64 rows = vitrail_data_set_get_int_or (first, TAG_ROWS, 0);
  if (rows > 0) {
    g_string_append (out, ", ");
    append_count (out, (guint) count_frames (instances), "frame");
    g_string_append_printf (
        out, ", %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT,
        (gint64) vitrail_data_set_get_int_or (first, TAG_COLUMNS, 0), rows);
  }
  g_autofree char *syntax =
      vitrail_data_set_dup_string (first, TAG_TRANSFER_SYNTAX, 0);
  const char *name = syntax != NULL ? vitrail_uid_name (syntax) : NULL;
  if (syntax != NULL)
    g_string_append_printf (out, ", %s", name != NULL ? name : syntax);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < instances->len; i++)
    vitrail_contents_append_waveform (out, contents, instances->pdata[i]);
}

static void
append_study (GString *out,
              const VitrailContents *contents,
              const VitrailDataSet *study)
{
  GPtrArray *series = vitrail_contents_get_series (contents, study);

  g_string_append (out, "study");
  append_attribute (out, study, TAG_STUDY_DATE, "(no date)");
  append_attribute (out, study, TAG_PATIENT_NAME, "(no name)");
  g_string_append (out, ",");
  append_attribute (out, study, TAG_PATIENT_ID, "(no ID)");
  g_string_append (out, ":");
  append_attribute (out, study, TAG_STUDY_DESCRIPTION, "(no description)");
  g_string_append_c (out, '\n');
  for (guint i = 0; series != NULL && i < series->len; i++)
    append_series (out, contents, g_ptr_array_index (series, i));
  vitrail_contents_append_registrations (out, contents, study);
}

static void
append_slide (GString *out, const VitrailSlideEntry *entry, VitrailSlide *slide)
{
  VitrailSlideLevel finest;
  double mpp_um[2];

  vitrail_slide_get_level (slide, 0, &finest);
  g_string_append (out, "slide ");
  append_text (out, entry->name);
  g_string_append_printf (out,
                          ": %" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT ", ",
                          finest.width, finest.height);
  append_count (out, vitrail_slide_get_n_levels (slide), "level");
  if (vitrail_slide_get_mpp_um (slide, mpp_um))
    g_string_append_printf (out, ", %.4g µm a pixel", mpp_um[0]);
  g_string_append_printf (out, "\n  %s\n", entry->id);
  vitrail_contents_append_slide_facts (out, slide);
}

static void
append_unreadable (GString *out, const VitrailUnreadable *unreadable)
{
  g_string_append (out, "unreadable ");
  append_text (out, unreadable->path);
  g_string_append (out, ": ");
  append_text (out, unreadable->reason);
  g_string_append_c (out, '\n');
}

char *
vitrail_contents_to_text (const VitrailContents *self)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < self->studies->len; i++)
    append_study (out, self, g_ptr_array_index (self->studies, i));
  for (guint i = 0; i < self->slides->len; i++)
    append_slide (out, g_ptr_array_index (self->slides, i),
                  g_ptr_array_index (self->pyramids, i));
  for (guint i = 0; i < self->unreadable->len; i++)
    append_unreadable (out, g_ptr_array_index (self->unreadable, i));
  if (out->len == 0)
    g_string_append (out, "nothing\n");
  return g_string_free (out, FALSE);
}
