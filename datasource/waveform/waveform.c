/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading waveforms: see waveform.h. */

#include "waveform/waveform.h"

#include "byteorder.h"
#include "error.h"
#include "limits.h"
#include "waveform/annotations.h"

#include <math.h>
#include <string.h>

#define TAG_ACQUISITION_OFFSET VITRAIL_TAG (0x0018, 0x1068)
#define TAG_TRIGGER_OFFSET     VITRAIL_TAG (0x0018, 0x1069)
#define TAG_N_CHANNELS         VITRAIL_TAG (0x003a, 0x0005)
#define TAG_N_SAMPLES          VITRAIL_TAG (0x003a, 0x0010)
#define TAG_RATE               VITRAIL_TAG (0x003a, 0x001a)
#define TAG_GROUP_LABEL        VITRAIL_TAG (0x003a, 0x0020)
#define TAG_CHANNELS           VITRAIL_TAG (0x003a, 0x0200)
#define TAG_CHANNEL_LABEL      VITRAIL_TAG (0x003a, 0x0203)
#define TAG_SOURCE             VITRAIL_TAG (0x003a, 0x0208)
#define TAG_SENSITIVITY        VITRAIL_TAG (0x003a, 0x0210)
#define TAG_UNITS              VITRAIL_TAG (0x003a, 0x0211)
#define TAG_CORRECTION         VITRAIL_TAG (0x003a, 0x0212)
#define TAG_BASELINE           VITRAIL_TAG (0x003a, 0x0213)
#define TAG_TIME_SKEW          VITRAIL_TAG (0x003a, 0x0214)
#define TAG_SAMPLE_SKEW        VITRAIL_TAG (0x003a, 0x0215)
#define TAG_CHANNEL_OFFSET     VITRAIL_TAG (0x003a, 0x0218)
#define TAG_LOW_FREQUENCY      VITRAIL_TAG (0x003a, 0x0220)
#define TAG_HIGH_FREQUENCY     VITRAIL_TAG (0x003a, 0x0221)
#define TAG_NOTCH_FREQUENCY    VITRAIL_TAG (0x003a, 0x0222)
#define TAG_CODE_VALUE         VITRAIL_TAG (0x0008, 0x0100)
#define TAG_CODE_MEANING       VITRAIL_TAG (0x0008, 0x0104)
#define TAG_GROUPS             VITRAIL_TAG (0x5400, 0x0100)
#define TAG_BITS               VITRAIL_TAG (0x5400, 0x1004)
#define TAG_INTERPRETATION     VITRAIL_TAG (0x5400, 0x1006)
#define TAG_PADDING            VITRAIL_TAG (0x5400, 0x100a)
#define TAG_DATA               VITRAIL_TAG (0x5400, 0x1010)

static void
group_free (gpointer data)
{
  VitrailWaveformGroup *self = data;

  for (guint i = 0; self->channels != NULL && i < self->n_channels; i++) {
    g_free (self->channels[i].label);
    g_free (self->channels[i].code);
    g_free (self->channels[i].unit);
  }
  g_free (self->channels);
  g_free (self->label);
  g_clear_pointer (&self->data, g_bytes_unref);
  g_free (self);
}

static double
get_number (const VitrailDataSet *data_set, VitrailTag tag, double fallback)
{
  double value = fallback;

  if (data_set != NULL)
    vitrail_data_set_get_double (data_set, tag, 0, &value);
  return value;
}

/* Frequencies of 0 are how some say that there is none. */
static double
get_frequency (const VitrailDataSet *data_set, VitrailTag tag)
{
  const double value = get_number (data_set, tag, NAN);

  return value > 0 ? value : NAN;
}

/* Without the spaces around it; NULL for nothing. */
static char *
dup_text (const VitrailDataSet *data_set, VitrailTag tag)
{
  g_autofree char *text =
      data_set != NULL ? vitrail_data_set_dup_string (data_set, tag, 0) : NULL;

  if (text == NULL || *g_strstrip (text) == '\0')
    return NULL;
  return g_steal_pointer (&text);
}

/* --- a channel --- */

static double
get_delay (const VitrailDataSet *definition, double rate)
{
  double skew = 0;

  if (!vitrail_data_set_get_double (definition, TAG_TIME_SKEW, 0, &skew))
    skew = get_number (definition, TAG_SAMPLE_SKEW, 0) / rate;
  return skew + get_number (definition, TAG_CHANNEL_OFFSET, 0);
}

static void
read_scale (VitrailWaveformChannel *self, const VitrailDataSet *definition)
{
  self->gain = 1;
  self->baseline = get_number (definition, TAG_BASELINE, 0);
  if (!vitrail_data_set_get_double (definition, TAG_SENSITIVITY, 0,
                                    &self->gain))
    return;
  self->gain *= get_number (definition, TAG_CORRECTION, 1);
  self->unit = dup_text (vitrail_data_set_get_item (definition, TAG_UNITS, 0),
                         TAG_CODE_VALUE);
}

static void
read_channel (VitrailWaveformChannel *self,
              const VitrailDataSet *definition,
              guint number,
              double rate)
{
  *self = (VitrailWaveformChannel){ .gain = 1,
                                    .low_hz = NAN,
                                    .high_hz = NAN,
                                    .notch_hz = NAN };
  if (definition != NULL) {
    const VitrailDataSet *source =
        vitrail_data_set_get_item (definition, TAG_SOURCE, 0);
    self->label = dup_text (definition, TAG_CHANNEL_LABEL);
    self->code = dup_text (source, TAG_CODE_VALUE);
    if (self->label == NULL)
      self->label = dup_text (source, TAG_CODE_MEANING);
    self->delay_s = get_delay (definition, rate);
    self->low_hz = get_frequency (definition, TAG_LOW_FREQUENCY);
    self->high_hz = get_frequency (definition, TAG_HIGH_FREQUENCY);
    self->notch_hz = get_frequency (definition, TAG_NOTCH_FREQUENCY);
    read_scale (self, definition);
  }
  if (self->label == NULL)
    self->label = g_strdup_printf ("Channel %u", number);
  if (self->unit == NULL)
    self->unit = g_strdup ("");
}

/* --- a group --- */

G_GNUC_PRINTF (2, 3)

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED, reason);
  return FALSE;
}

static gboolean
read_coding (VitrailWaveformGroup *self,
             const VitrailDataSet *item,
             GError **error)
{
  g_autofree char *text = dup_text (item, TAG_INTERPRETATION);
  const int64_t bits = vitrail_data_set_get_int_or (item, TAG_BITS, 0);

  for (guint i = 0; text != NULL && i < VITRAIL_N_WAVEFORM_CODINGS; i++) {
    if (strcmp (text, vitrail_waveform_coding_to_text (i)) != 0)
      continue;
    self->coding = (VitrailWaveformCoding) i;
    if (bits == (int64_t) vitrail_waveform_coding_get_size (self->coding) * 8)
      return TRUE;
    return refuse (error,
                   "Waveform Bits Allocated (5400,1004) is %" G_GINT64_FORMAT
                   ", which is not %s, the Waveform Sample Interpretation "
                   "(5400,1006)",
                   bits, text);
  }
  return refuse (error,
                 "Waveform Sample Interpretation (5400,1006) \"%s\" is none",
                 text != NULL ? text : "");
}

static gboolean
read_numbers (VitrailWaveformGroup *self,
              const VitrailDataSet *item,
              GError **error)
{
  const int64_t n_channels =
      vitrail_data_set_get_int_or (item, TAG_N_CHANNELS, 0);
  const int64_t n_samples =
      vitrail_data_set_get_int_or (item, TAG_N_SAMPLES, 0);

  self->rate_hz = get_number (item, TAG_RATE, 0);
  if (n_channels < 1 || n_channels > G_MAXUINT16)
    return refuse (error,
                   "Number of Waveform Channels (003A,0005) is "
                   "%" G_GINT64_FORMAT,
                   n_channels);
  if (n_samples < 1 || n_samples > G_MAXUINT32)
    return refuse (error,
                   "Number of Waveform Samples (003A,0010) is "
                   "%" G_GINT64_FORMAT,
                   n_samples);
  if (!(self->rate_hz > 0 && self->rate_hz <= VITRAIL_LIMIT_WAVEFORM_RATE))
    return refuse (error, "Sampling Frequency (003A,001A) is %g",
                   self->rate_hz);
  self->n_channels = (guint) n_channels;
  self->n_samples = (guint) n_samples;
  return TRUE;
}

/* Fewer samples than announced are what there is. */
static gboolean
read_data (VitrailWaveformGroup *self,
           VitrailDataSet *item,
           GPtrArray *warnings,
           GError **error)
{
  const VitrailElement *element = vitrail_data_set_find (item, TAG_DATA);
  const gsize stride = (gsize) self->n_channels *
                       vitrail_waveform_coding_get_size (self->coding);

  self->data = vitrail_data_set_ref_value (item, TAG_DATA);
  const gsize n = self->data != NULL && stride > 0
                      ? g_bytes_get_size (self->data) / stride
                      : 0;
  if (n == 0)
    return refuse (error, "Waveform Data (5400,1010) has no samples");
  self->is_big_endian = element != NULL && element->big_endian;
  if (n < self->n_samples) {
    g_ptr_array_add (warnings,
                     g_strdup_printf ("Waveform Data (5400,1010) has %zu of "
                                      "%u samples",
                                      n, self->n_samples));
    self->n_samples = (guint) n;
  }
  return TRUE;
}

static void
read_padding (VitrailWaveformGroup *self, VitrailDataSet *item)
{
  const guint size = vitrail_waveform_coding_get_size (self->coding);
  g_autoptr (GBytes) value = vitrail_data_set_ref_value (item, TAG_PADDING);
  const VitrailElement *element = vitrail_data_set_find (item, TAG_PADDING);

  if (value == NULL || g_bytes_get_size (value) < size)
    return;
  const guint8 *data = g_bytes_get_data (value, NULL);
  self->has_padding = TRUE;
  for (guint i = 0; i < size; i++) {
    const guint at = element->big_endian ? i : size - 1 - i;
    self->padding = self->padding << 8 | data[at];
  }
}

static void
read_channels (VitrailWaveformGroup *self,
               const VitrailDataSet *item,
               GPtrArray *warnings)
{
  const guint n = vitrail_data_set_get_n_items (item, TAG_CHANNELS);

  if (n != self->n_channels)
    g_ptr_array_add (warnings,
                     g_strdup_printf ("Channel Definition Sequence (003A,0200) "
                                      "has %u items for %u channels",
                                      n, self->n_channels));
  self->channels = g_new0 (VitrailWaveformChannel, self->n_channels);
  for (guint i = 0; i < self->n_channels; i++)
    read_channel (&self->channels[i],
                  vitrail_data_set_get_item (item, TAG_CHANNELS, i), i + 1,
                  self->rate_hz);
}

static VitrailWaveformGroup *
group_new (VitrailDataSet *item, GPtrArray *warnings, GError **error)
{
  VitrailWaveformGroup *self = g_new0 (VitrailWaveformGroup, 1);

  if (!read_coding (self, item, error) || !read_numbers (self, item, error) ||
      !read_data (self, item, warnings, error))
  {
    group_free (self);
    return NULL;
  }
  read_padding (self, item);
  read_channels (self, item, warnings);
  self->label = dup_text (item, TAG_GROUP_LABEL);
  if (self->label == NULL)
    self->label = g_strdup ("");
  self->offset_s = get_number (item, TAG_ACQUISITION_OFFSET, 0) / 1000;
  self->trigger_s = get_number (item, TAG_TRIGGER_OFFSET, NAN) / 1000;
  return self;
}

/* --- all --- */

gboolean
vitrail_waveform_is_there (const VitrailDataSet *data_set)
{
  return vitrail_data_set_get_n_items (data_set, TAG_GROUPS) > 0;
}

/* The groups that can be read; what annotations number, group by group: NULL
 * for the others. */
static GPtrArray *
read_groups (VitrailWaveform *self, VitrailDataSet *data_set, GError **error)
{
  const guint n = vitrail_data_set_get_n_items (data_set, TAG_GROUPS);
  GPtrArray *numbered = g_ptr_array_new ();

  for (guint i = 0; i < n && i < VITRAIL_LIMIT_WAVEFORM_GROUPS; i++) {
    g_autoptr (GError) wrong = NULL;
    VitrailWaveformGroup *group =
        group_new (vitrail_data_set_get_item (data_set, TAG_GROUPS, i),
                   self->warnings, &wrong);
    g_ptr_array_add (numbered, group);
    if (group != NULL) {
      g_ptr_array_add (self->groups, group);
      continue;
    }
    g_ptr_array_add (self->warnings,
                     g_strdup_printf ("Group %u of Waveform Sequence "
                                      "(5400,0100) is left out: %s",
                                      i + 1, wrong->message));
    if (error != NULL && *error == NULL)
      g_propagate_error (error, g_steal_pointer (&wrong));
  }
  if (n > VITRAIL_LIMIT_WAVEFORM_GROUPS)
    g_ptr_array_add (self->warnings,
                     g_strdup_printf ("Waveform Sequence (5400,0100) has %u "
                                      "groups: the first %u are read",
                                      n, VITRAIL_LIMIT_WAVEFORM_GROUPS));
  return numbered;
}

VitrailWaveform *
vitrail_waveform_new (VitrailDataSet *data_set, GError **error)
{
  g_autoptr (VitrailWaveform) self = g_new0 (VitrailWaveform, 1);
  g_autoptr (GError) wrong = NULL;

  self->ref_count = 1;
  self->groups = g_ptr_array_new_with_free_func (group_free);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) numbered = read_groups (self, data_set, &wrong);
  if (self->groups->len == 0) {
    if (wrong != NULL)
      g_propagate_error (error, g_steal_pointer (&wrong));
    else
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                   "There is no Waveform Sequence (5400,0100)");
    return NULL;
  }
  self->annotations =
      vitrail_waveform_annotations_read (data_set, numbered, self);
  return g_steal_pointer (&self);
}

VitrailWaveform *
vitrail_waveform_ref (VitrailWaveform *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_waveform_unref (VitrailWaveform *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->annotations, g_ptr_array_unref);
  g_clear_pointer (&self->warnings, g_ptr_array_unref);
  g_free (self);
}
