/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Times of frames and waveforms: see synchrony.h. */

#include "waveform/synchrony.h"

#include "dicom/clock.h"

#include <string.h>

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_DATE         VITRAIL_TAG (0x0008, 0x0022)
#define TAG_DATE_TIME    VITRAIL_TAG (0x0008, 0x002a)
#define TAG_TIME         VITRAIL_TAG (0x0008, 0x0032)
#define TAG_CINE_RATE    VITRAIL_TAG (0x0018, 0x0040)
#define TAG_FRAME_TIME   VITRAIL_TAG (0x0018, 0x1063)
#define TAG_FRAME_TIMES  VITRAIL_TAG (0x0018, 0x1065)
#define TAG_SYNCHRONIZED VITRAIL_TAG (0x0018, 0x1800)
#define TAG_FRAME_TAKEN  VITRAIL_TAG (0x0018, 0x9074)
#define TAG_REFERENCE    VITRAIL_TAG (0x0020, 0x0200)
#define TAG_CONTENT      VITRAIL_TAG (0x0020, 0x9111)
#define TAG_PER_FRAME    VITRAIL_TAG (0x5200, 0x9230)

/* UTC where @text says from where it is; @is_utc: whether it does. */
static gboolean
parse (const char *text, double *seconds, gboolean *is_utc)
{
  int minutes = G_MAXINT;

  if (text == NULL || !vitrail_clock_parse_date_time (text, seconds, &minutes))
    return FALSE;
  *is_utc = minutes != G_MAXINT;
  if (*is_utc)
    *seconds -= 60.0 * minutes;
  return TRUE;
}

/* Acquisition DateTime, else date and time. */
static gboolean
get_start (const VitrailDataSet *data_set, double *seconds, gboolean *is_utc)
{
  g_autofree char *both =
      vitrail_data_set_dup_string (data_set, TAG_DATE_TIME, 0);
  g_autofree char *date = vitrail_data_set_dup_string (data_set, TAG_DATE, 0);
  g_autofree char *time = vitrail_data_set_dup_string (data_set, TAG_TIME, 0);
  double day = 0;
  double passed = 0;

  if (parse (both, seconds, is_utc))
    return TRUE;
  if (date == NULL || time == NULL || !vitrail_clock_parse_date (date, &day) ||
      !vitrail_clock_parse_time (time, &passed))
    return FALSE;
  *seconds = day + passed;
  *is_utc = FALSE;
  return TRUE;
}

/* Of frame @frame itself. */
static gboolean
get_taken (const VitrailDataSet *picture,
           guint frame,
           double *seconds,
           gboolean *is_utc)
{
  const VitrailDataSet *groups =
      vitrail_data_set_get_item (picture, TAG_PER_FRAME, frame - 1);
  const VitrailDataSet *content =
      groups != NULL ? vitrail_data_set_get_item (groups, TAG_CONTENT, 0)
                     : NULL;
  g_autofree char *text =
      content != NULL
          ? vitrail_data_set_dup_string (content, TAG_FRAME_TAKEN, 0)
          : NULL;

  return parse (text, seconds, is_utc);
}

/* From the first frame to @frame; FALSE: not known. */
static gboolean
get_passed (const VitrailDataSet *picture, guint frame, double *seconds)
{
  double ms = 0;
  double rate = 0;

  *seconds = 0;
  if (frame <= 1)
    return TRUE;
  if (vitrail_data_set_get_n_values (picture, TAG_FRAME_TIMES) >= frame) {
    for (guint i = 1; i < frame; i++) {
      if (!vitrail_data_set_get_double (picture, TAG_FRAME_TIMES, i, &ms))
        return FALSE;
      *seconds += ms / 1000;
    }
    return TRUE;
  }
  if (vitrail_data_set_get_double (picture, TAG_FRAME_TIME, 0, &ms) && ms > 0)
    *seconds = (frame - 1) * ms / 1000;
  else if (vitrail_data_set_get_double (picture, TAG_CINE_RATE, 0, &rate) &&
           rate > 0)
    *seconds = (frame - 1) / rate;
  return *seconds > 0;
}

static gboolean
is_same (const VitrailDataSet *a, const VitrailDataSet *b, VitrailTag tag)
{
  g_autofree char *one = vitrail_data_set_dup_string (a, tag, 0);
  g_autofree char *other = vitrail_data_set_dup_string (b, tag, 0);

  return one != NULL && other != NULL && strcmp (one, other) == 0;
}

static const char *
find_why_not (const VitrailDataSet *picture, const VitrailDataSet *waveform)
{
  if (!is_same (picture, waveform, TAG_REFERENCE))
    return "they have no Synchronization Frame of Reference in common";
  if (!vitrail_data_set_text_is (picture, TAG_SYNCHRONIZED, 0, "Y") ||
      !vitrail_data_set_text_is (waveform, TAG_SYNCHRONIZED, 0, "Y"))
    return "their acquisition times are not said to be synchronized";
  return NULL;
}

const char *
vitrail_synchrony_find (const VitrailDataSet *picture,
                        guint frame,
                        const VitrailDataSet *waveform,
                        double *seconds)
{
  const gboolean same =
      picture == waveform || is_same (picture, waveform, TAG_SOP_INSTANCE);
  const char *why_not = same ? NULL : find_why_not (picture, waveform);
  double from = 0;
  double taken = 0;
  double passed = 0;
  gboolean from_is_utc = FALSE;
  gboolean taken_is_utc = FALSE;

  if (why_not != NULL)
    return why_not;
  const gboolean has_start = get_start (waveform, &from, &from_is_utc);
  if (!has_start && !same)
    return "the waveform has no acquisition time";
  if (!has_start || !get_taken (picture, frame, &taken, &taken_is_utc)) {
    if (!get_passed (picture, frame, &passed))
      return "the times of the frames are not known";
    if (!same && !get_start (picture, &taken, &taken_is_utc))
      return "the picture has no acquisition time";
    if (same) {
      *seconds = passed;
      return NULL;
    }
  }
  if (from_is_utc != taken_is_utc)
    return "only one of them says its time zone";
  *seconds = taken - from + passed;
  return NULL;
}
