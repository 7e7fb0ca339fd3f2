/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facts of waveforms: see contents-waveform.h. */

#include "contents-waveform.h"

#include "waveform/ecg.h"
#include "waveform/intervals.h"

#include <math.h>

#define TAG_SOP_CLASS_UID    VITRAIL_TAG (0x0008, 0x0016)
#define TAG_SOP_INSTANCE_UID VITRAIL_TAG (0x0008, 0x0018)
/* What the UIDs of all waveform SOP classes begin with (PS3.4 B.5). */
#define WAVEFORM_CLASSES "1.2.840.10008.5.1.4.1.1.9."

static gboolean
is_waveform (const VitrailDataSet *instance)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (instance, TAG_SOP_CLASS_UID, 0);

  return uid != NULL && g_str_has_prefix (uid, WAVEFORM_CLASSES);
}

static VitrailWaveform *
read_waveform (const VitrailContents *contents,
               const VitrailDataSet *answer,
               GError **error)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (answer, TAG_SOP_INSTANCE_UID, 0);
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance (contents->source, uid, NULL, error);

  return instance != NULL
             ? vitrail_waveform_new (vitrail_instance_get_data_set (instance),
                                     error)
             : NULL;
}

static double
get_duration_s (const VitrailWaveformGroup *group)
{
  return group->n_samples / group->rate_hz;
}

static gboolean
is_ecg (const VitrailWaveformGroup *group)
{
  for (guint i = 0; i < group->n_channels; i++) {
    if (vitrail_ecg_get_lead (&group->channels[i]) != NULL)
      return TRUE;
  }
  return FALSE;
}

/* --- for programs --- */

static void
add_text (JsonBuilder *json, const char *name, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, valid);
}

/* Left out where it is not known. */
static void
add_number (JsonBuilder *json, const char *name, double number)
{
  if (!isfinite (number))
    return;
  json_builder_set_member_name (json, name);
  json_builder_add_double_value (json, number);
}

static void
add_count (JsonBuilder *json, const char *name, guint count)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, count);
}

static void
begin_array (JsonBuilder *json, const char *name)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_array (json);
}

static void
add_channel (JsonBuilder *json, const VitrailWaveformChannel *channel)
{
  json_builder_begin_object (json);
  add_text (json, "label", channel->label);
  add_text (json, "code", channel->code);
  add_text (json, "unit", channel->unit);
  add_number (json, "gain", channel->gain);
  add_number (json, "baseline", channel->baseline);
  add_number (json, "delay_s", channel->delay_s);
  add_number (json, "low_hz", channel->low_hz);
  add_number (json, "high_hz", channel->high_hz);
  add_number (json, "notch_hz", channel->notch_hz);
  json_builder_end_object (json);
}

/* "pr_s", or "pr_why_not". */
static void
add_interval (JsonBuilder *json,
              const char *name,
              const VitrailInterval *interval)
{
  g_autofree char *seconds = g_strconcat (name, "_s", NULL);
  g_autofree char *why_not = g_strconcat (name, "_why_not", NULL);

  if (interval->why_not == NULL)
    add_number (json, seconds, interval->seconds);
  else
    add_text (json, why_not, interval->why_not);
}

static void
add_intervals (JsonBuilder *json, const VitrailIntervals *intervals)
{
  add_count (json, "beats", intervals->beats.n_beats);
  add_number (json, "rr_s", intervals->beats.rr_s);
  add_number (json, "rate", intervals->beats.rate);
  add_interval (json, "pr", &intervals->pr);
  add_interval (json, "qrs", &intervals->qrs);
  add_interval (json, "qt", &intervals->qt);
  if (intervals->qt.why_not != NULL)
    return;
  add_number (json, "qtc_bazett_s", intervals->qtc_bazett_s);
  add_number (json, "qtc_fridericia_s", intervals->qtc_fridericia_s);
}

/* Nothing for what is no ECG. */
static void
add_measured (JsonBuilder *json, const VitrailWaveform *waveform, guint number)
{
  VitrailIntervals intervals;

  if (!is_ecg (waveform->groups->pdata[number]))
    return;
  (void) vitrail_intervals_measure (waveform, number, &intervals);
  json_builder_set_member_name (json, "measured");
  json_builder_begin_object (json);
  if (intervals.beats.why_not == NULL)
    add_intervals (json, &intervals);
  else
    add_text (json, "why_not", intervals.beats.why_not);
  json_builder_end_object (json);
}

static void
add_group (JsonBuilder *json, const VitrailWaveform *waveform, guint number)
{
  const VitrailWaveformGroup *group = waveform->groups->pdata[number];

  json_builder_begin_object (json);
  add_text (json, "label", group->label);
  add_text (json, "coding", vitrail_waveform_coding_to_text (group->coding));
  add_number (json, "rate_hz", group->rate_hz);
  add_count (json, "samples", group->n_samples);
  add_number (json, "duration_s", get_duration_s (group));
  add_number (json, "offset_s", group->offset_s);
  add_number (json, "trigger_s", group->trigger_s);
  begin_array (json, "channels");
  for (guint i = 0; i < group->n_channels; i++)
    add_channel (json, &group->channels[i]);
  json_builder_end_array (json);
  add_measured (json, waveform, number);
  json_builder_end_object (json);
}

static void
add_annotation (JsonBuilder *json, const VitrailWaveformAnnotation *one)
{
  json_builder_begin_object (json);
  add_text (json, "name", one->name);
  add_text (json, "text", one->text);
  add_number (json, "value", one->value);
  add_text (json, "unit", one->unit);
  if (one->group != VITRAIL_WAVEFORM_ALL)
    add_count (json, "group", one->group);
  if (one->channel != VITRAIL_WAVEFORM_ALL)
    add_count (json, "channel", one->channel);
  add_text (json, "type", one->type);
  begin_array (json, "times_s");
  for (guint i = 0; i < one->n_times; i++)
    json_builder_add_double_value (json, one->times_s[i]);
  json_builder_end_array (json);
  json_builder_end_object (json);
}

static void
add_waveform (JsonBuilder *json, const VitrailWaveform *waveform)
{
  begin_array (json, "groups");
  for (guint i = 0; i < waveform->groups->len; i++)
    add_group (json, waveform, i);
  json_builder_end_array (json);
  begin_array (json, "annotations");
  for (guint i = 0; i < waveform->annotations->len; i++)
    add_annotation (json, waveform->annotations->pdata[i]);
  json_builder_end_array (json);
  begin_array (json, "warnings");
  for (guint i = 0; i < waveform->warnings->len; i++) {
    g_autofree char *valid =
        g_utf8_make_valid (waveform->warnings->pdata[i], -1);
    json_builder_add_string_value (json, valid);
  }
  json_builder_end_array (json);
}

void
vitrail_contents_add_waveform (JsonBuilder *json,
                               const VitrailContents *contents,
                               const VitrailDataSet *instance)
{
  g_autoptr (GError) error = NULL;

  if (!is_waveform (instance))
    return;
  g_autoptr (VitrailWaveform) waveform =
      read_waveform (contents, instance, &error);
  json_builder_set_member_name (json, "waveform");
  json_builder_begin_object (json);
  if (waveform != NULL)
    add_waveform (json, waveform);
  else
    add_text (json, "error", error->message);
  json_builder_end_object (json);
}

/* --- for a person --- */

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
append_channel (GString *out, const VitrailWaveformChannel *channel)
{
  g_string_append (out, "      ");
  append_text (out, channel->label);
  if (*channel->unit != '\0') {
    g_string_append_printf (out, ": %g ", channel->gain);
    append_text (out, channel->unit);
    g_string_append (out, " a step");
  } else {
    g_string_append (out, ": no sensitivity");
  }
  if (channel->baseline != 0)
    g_string_append_printf (out, ", baseline %g", channel->baseline);
  if (channel->delay_s != 0)
    g_string_append_printf (out, ", delay %g ms", 1000 * channel->delay_s);
  if (isfinite (channel->low_hz))
    g_string_append_printf (out, ", high-pass %g Hz", channel->low_hz);
  if (isfinite (channel->high_hz))
    g_string_append_printf (out, ", low-pass %g Hz", channel->high_hz);
  if (isfinite (channel->notch_hz))
    g_string_append_printf (out, ", notch %g Hz", channel->notch_hz);
  g_string_append_c (out, '\n');
}

static void
append_measured (GString *out, const VitrailWaveform *waveform, guint number)
{
  VitrailIntervals intervals;

  if (!is_ecg (waveform->groups->pdata[number]))
    return;
  (void) vitrail_intervals_measure (waveform, number, &intervals);
  if (intervals.beats.why_not != NULL) {
    g_string_append_printf (out, "      RR not measurable, because %s\n",
                            intervals.beats.why_not);
    return;
  }
  g_autofree char *text = vitrail_intervals_to_text (&intervals);
  g_string_append_printf (out,
                          "      measured: RR %.0f ms, %.1f /min (%u beats)\n"
                          "      measured: %s\n",
                          1000 * intervals.beats.rr_s, intervals.beats.rate,
                          intervals.beats.n_beats, text);
}

static void
append_group (GString *out, const VitrailWaveform *waveform, guint number)
{
  const VitrailWaveformGroup *group = waveform->groups->pdata[number];

  g_string_append_printf (out, "    group %u ", number + 1);
  append_text (out, group->label);
  g_string_append_printf (out,
                          ": %u channel%s, %u samples at %g Hz (%g s), %s\n",
                          group->n_channels, group->n_channels == 1 ? "" : "s",
                          group->n_samples, group->rate_hz,
                          get_duration_s (group),
                          vitrail_waveform_coding_to_text (group->coding));
  for (guint i = 0; i < group->n_channels; i++)
    append_channel (out, &group->channels[i]);
  append_measured (out, waveform, number);
}

/* Statements and values; FALSE for a place in time. */
static gboolean
append_finding (GString *out, const VitrailWaveformAnnotation *one)
{
  if (one->n_times > 0)
    return FALSE;
  g_string_append (out, "    says ");
  append_text (out, one->name != NULL ? one->name : "");
  if (isfinite (one->value)) {
    g_string_append_printf (out, " %g ", one->value);
    append_text (out, one->unit);
  } else if (one->text != NULL) {
    g_string_append (out, one->name != NULL ? " " : "");
    append_text (out, one->text);
  }
  g_string_append_c (out, '\n');
  return TRUE;
}

static void
append_facts (GString *out, const VitrailWaveform *waveform)
{
  guint n_places = 0;

  for (guint i = 0; i < waveform->groups->len; i++)
    append_group (out, waveform, i);
  for (guint i = 0; i < waveform->annotations->len; i++)
    n_places += !append_finding (out, waveform->annotations->pdata[i]);
  if (n_places > 0)
    g_string_append_printf (out, "    %u annotation%s in time\n", n_places,
                            n_places == 1 ? "" : "s");
  for (guint i = 0; i < waveform->warnings->len; i++) {
    g_string_append (out, "    warning: ");
    append_text (out, waveform->warnings->pdata[i]);
    g_string_append_c (out, '\n');
  }
}

void
vitrail_contents_append_waveform (GString *out,
                                  const VitrailContents *contents,
                                  const VitrailDataSet *instance)
{
  g_autoptr (GError) error = NULL;

  if (!is_waveform (instance))
    return;
  g_autoptr (VitrailWaveform) waveform =
      read_waveform (contents, instance, &error);
  if (waveform != NULL) {
    append_facts (out, waveform);
    return;
  }
  g_string_append (out, "    no waveform: ");
  append_text (out, error->message);
  g_string_append_c (out, '\n');
}
