/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotations of waveforms: see waveform.h. */

#include "waveform/annotations.h"

#include "limits.h"

#include <math.h>

#define TAG_CODE_VALUE   VITRAIL_TAG (0x0008, 0x0100)
#define TAG_CODE_MEANING VITRAIL_TAG (0x0008, 0x0104)
#define TAG_UNITS        VITRAIL_TAG (0x0040, 0x08ea)
#define TAG_NAME         VITRAIL_TAG (0x0040, 0xa043)
#define TAG_CHANNELS     VITRAIL_TAG (0x0040, 0xa0b0)
#define TAG_RANGE_TYPE   VITRAIL_TAG (0x0040, 0xa130)
#define TAG_POSITIONS    VITRAIL_TAG (0x0040, 0xa132)
#define TAG_OFFSETS      VITRAIL_TAG (0x0040, 0xa138)
#define TAG_CONCEPT      VITRAIL_TAG (0x0040, 0xa168)
#define TAG_NUMBER       VITRAIL_TAG (0x0040, 0xa180)
#define TAG_VALUE        VITRAIL_TAG (0x0040, 0xa30a)
#define TAG_ANNOTATIONS  VITRAIL_TAG (0x0040, 0xb020)
#define TAG_TEXT         VITRAIL_TAG (0x0070, 0x0006)

static void
annotation_free (gpointer data)
{
  VitrailWaveformAnnotation *self = data;

  g_free (self->name);
  g_free (self->text);
  g_free (self->unit);
  g_free (self->type);
  g_free (self->times_s);
  g_free (self);
}

static char *
dup_code (const VitrailDataSet *item, VitrailTag sequence, VitrailTag what)
{
  const VitrailDataSet *code = vitrail_data_set_get_item (item, sequence, 0);

  return code != NULL ? vitrail_data_set_dup_string (code, what, 0) : NULL;
}

/* Referenced Waveform Channels (0040,A0B0) count from 1; channel 0 is all of
 * the group. FALSE: of a group that is not there. */
static gboolean
read_place (VitrailWaveformAnnotation *self,
            const VitrailDataSet *item,
            const GPtrArray *numbered,
            GPtrArray *groups,
            const VitrailWaveformGroup **group)
{
  int64_t number = 0;
  int64_t channel = 0;

  self->group = self->channel = VITRAIL_WAVEFORM_ALL;
  *group = groups->pdata[0];
  if (!vitrail_data_set_get_int (item, TAG_CHANNELS, 0, &number))
    return TRUE;
  vitrail_data_set_get_int (item, TAG_CHANNELS, 1, &channel);
  if (number < 1 || number > numbered->len ||
      numbered->pdata[number - 1] == NULL)
    return FALSE;
  *group = numbered->pdata[number - 1];
  if (channel < 0 || channel > (*group)->n_channels ||
      !g_ptr_array_find (groups, *group, &self->group))
    return FALSE;
  if (channel > 0)
    self->channel = (guint) channel - 1;
  return TRUE;
}

/* By numbers of samples, which count from 1, or by milliseconds. */
static void
read_times (VitrailWaveformAnnotation *self,
            const VitrailDataSet *item,
            const VitrailWaveformGroup *group)
{
  guint n = vitrail_data_set_get_n_values (item, TAG_POSITIONS);
  const gboolean by_sample = n > 0;

  if (!by_sample)
    n = vitrail_data_set_get_n_values (item, TAG_OFFSETS);
  self->times_s = g_new (double, n);
  for (guint i = 0; i < n; i++) {
    double value = 0;
    if (!vitrail_data_set_get_double (
            item, by_sample ? TAG_POSITIONS : TAG_OFFSETS, i, &value))
      continue;
    self->times_s[self->n_times++] =
        by_sample ? (value - 1) / group->rate_hz : value / 1000;
  }
}

static VitrailWaveformAnnotation *
annotation_new (const VitrailDataSet *item,
                const GPtrArray *numbered,
                GPtrArray *groups)
{
  VitrailWaveformAnnotation *self = g_new0 (VitrailWaveformAnnotation, 1);
  const VitrailWaveformGroup *group = NULL;

  if (!read_place (self, item, numbered, groups, &group)) {
    annotation_free (self);
    return NULL;
  }
  read_times (self, item, group);
  self->number =
      (guint) CLAMP (vitrail_data_set_get_int_or (item, TAG_NUMBER, 0), 0,
                     G_MAXUINT16);
  self->name = dup_code (item, TAG_NAME, TAG_CODE_MEANING);
  self->text = vitrail_data_set_dup_string (item, TAG_TEXT, 0);
  if (self->text == NULL)
    self->text = dup_code (item, TAG_CONCEPT, TAG_CODE_MEANING);
  self->value = NAN;
  vitrail_data_set_get_double (item, TAG_VALUE, 0, &self->value);
  self->unit = dup_code (item, TAG_UNITS, TAG_CODE_VALUE);
  if (self->unit == NULL)
    self->unit = g_strdup ("");
  self->type = vitrail_data_set_dup_string (item, TAG_RANGE_TYPE, 0);
  if (self->type == NULL)
    self->type = g_strdup ("");
  return self;
}

GPtrArray *
vitrail_waveform_annotations_read (const VitrailDataSet *data_set,
                                   const GPtrArray *numbered,
                                   VitrailWaveform *waveform)
{
  const guint n = vitrail_data_set_get_n_items (data_set, TAG_ANNOTATIONS);
  GPtrArray *all = g_ptr_array_new_with_free_func (annotation_free);
  guint n_lost = 0;

  for (guint i = 0; i < n; i++) {
    VitrailWaveformAnnotation *one =
        i < VITRAIL_LIMIT_WAVEFORM_ANNOTATIONS
            ? annotation_new (vitrail_data_set_get_item (data_set,
                                                         TAG_ANNOTATIONS, i),
                              numbered, waveform->groups)
            : NULL;
    if (one != NULL)
      g_ptr_array_add (all, one);
    else
      n_lost++;
  }
  if (n_lost > 0)
    g_ptr_array_add (waveform->warnings,
                     g_strdup_printf ("%u of %u annotations (0040,B020) belong "
                                      "to channels that are not there",
                                      n_lost, n));
  return all;
}
