/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Words in the corners: see cornertext.h. */

#include "cornertext.h"

#include "dicom/personname.h"
#include "displayset.h"
#include "mask/maskinstance.h"
#include "stressgrid.h"
#include "viewportslide.h"

#include <glib/gi18n.h>

#include <math.h>
#include <string.h>

static void
add_line (GString *text, const char *line)
{
  if (line == NULL || *line == '\0')
    return;
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, line);
}

static void
add_format (GString *text, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_format (GString *text, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *line = g_strdup_vprintf (format, args);
  va_end (args);
  add_line (text, line);
}

/* A date of 8 digits (PS3.5 6.2, DA) as 2026-01-31, any other text as it is.
 * @format has one %s. */
static void
add_date (GString *text, const char *format, const char *date)
{
  if (date == NULL || *date == '\0')
    return;
  g_autofree char *readable =
      strlen (date) == 8 && strspn (date, "0123456789") == 8
          ? g_strdup_printf ("%.4s-%.2s-%s", date, date + 4, date + 6)
          : g_strdup (date);
  g_auto (GStrv) around = g_strsplit (format, "%s", 2);
  g_autofree char *line = g_strjoinv (readable, around);
  add_line (text, line);
}

static void
add_patient (GString *text, const VitrailFrameInfo *info)
{
  g_autofree char *name = vitrail_person_name_format (info->patient_name);
  add_line (text, name);
  add_line (text, info->patient_id);
  add_date (text, _ ("Born %s"), info->patient_birth_date);
  add_line (text, info->study_description);
}

static void
add_series (GString *text, const VitrailFrameInfo *info)
{
  g_autofree char *place =
      info->data_set != NULL ? vitrail_stress_dup_place (info->data_set) : NULL;
  add_line (text, place);
  add_date (text, "%s", info->study_date);
  add_line (text, info->modality);
  if (*info->series_number != '\0')
    add_format (text, _ ("Series %s"), info->series_number);
  add_line (text, info->series_description);
}

static void
add_magnification (GString *text, const VitrailShownState *shown)
{
  double step = vitrail_slide_get_shown_step (shown->slide, shown->to_frame);
  double full = vitrail_slide_get_full_magnification (shown->slide);
  if (!(full > 0) || !(step > 0))
    return;
  double magnification = full / step;
  /* More than was scanned is made up. */
  add_format (text, step < 0.999 ? _ ("%.*f×, interpolated") : "%.*f×",
              magnification < 1 ? 2 : 1, magnification);
}

char *
vitrail_size_text (const VitrailShapeSize *size)
{
  /* Files have ASCII, people have signs; areas first. */
  static const char *const signs[][2] = { { "mm2", "mm²" },
                                          { "um2", "µm²" },
                                          { "px2", "px²" },
                                          { " um", " µm" } };
  g_autofree char *plain = vitrail_shape_size_to_string (size);
  GString *text = g_string_new (plain);
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    g_string_replace (text, signs[i][0], signs[i][1], 0);
  return g_string_free (text, FALSE);
}

char *
vitrail_focal_plane_text (VitrailSlide *slide, guint plane)
{
  guint n = vitrail_slide_get_n_focal_planes (slide);
  double um = vitrail_slide_get_focal_plane_um (slide, plane);
  /* All at 0: how high they lie is not known. */
  if (vitrail_slide_get_focal_plane_um (slide, 0) >=
      vitrail_slide_get_focal_plane_um (slide, n - 1))
    return g_strdup_printf ("%u / %u", plane + 1, n);
  return g_strdup_printf (_ ("%u / %u, %+.1f µm"), plane + 1, n,
                          fabs (um) < 0.05 ? 0.0 : um);
}

static void
add_focal_plane (GString *text,
                 const VitrailSlideLook *look,
                 VitrailSlide *slide)
{
  if (vitrail_slide_get_n_focal_planes (slide) < 2)
    return;
  g_autofree char *plane = vitrail_focal_plane_text (slide, look->focal_plane);
  add_format (text, _ ("Focus %s"), plane);
}

/* What of them is to be seen, where it is not the slide as it is. */
static void
add_stains (GString *text, const VitrailSlideLook *look)
{
  static const char *const names[VITRAIL_N_STAINS] = {
    N_ ("original"), N_ ("Hematoxylin"), N_ ("Eosin"), N_ ("DAB")
  };
  g_autoptr (GString) line = g_string_new (NULL);

  if (vitrail_stain_looks_are_plain (look->stains))
    return;
  for (guint i = 1; i <= VITRAIL_N_STAINS; i++) {
    guint which = i % VITRAIL_N_STAINS; /* the original last */
    if (look->stains[which].visible)
      g_string_append_printf (line, "%s%s", line->len > 0 ? " + " : "",
                              _ (names[which]));
  }
  add_line (text, line->len > 0 ? line->str : _ ("No stain shown"));
}

/* What the colours mean. Channels have colours that somebody chose. */
static void
add_colors (GString *text, const VitrailSlideLook *look, VitrailSlide *slide)
{
  static const char *const stains[] = { NULL, N_ ("Hematoxylin alone"),
                                        N_ ("Eosin alone"), N_ ("DAB alone") };
  VitrailSlidePath path;
  g_autoptr (GBytes) profile = vitrail_slide_get_icc_profile (slide);
  vitrail_slide_get_path (slide, 0, &path);
  if (!path.is_color)
    return;
  if (look->has_stains)
    add_stains (text, look);
  else if (look->stain != VITRAIL_STAIN_NONE)
    add_line (text, _ (stains[look->stain]));
  if (profile == NULL)
    add_line (text, _ ("No colour profile"));
  else
    add_line (text, look->color_managed ? _ ("Colours managed")
                                        : _ ("Colours as stored"));
}

static void
add_slide_values (GString *text, const VitrailShownState *shown)
{
  double um_per_pixel = vitrail_shown_get_mm_per_pixel (shown) * 1000;
  g_autoptr (VitrailSlideLook) look =
      shown->look != NULL
          ? vitrail_slide_look_from_string (shown->slide, shown->look, NULL)
          : NULL;
  add_magnification (text, shown);
  if (um_per_pixel > 0)
    add_format (text, _ ("%.3g µm per pixel"), um_per_pixel);
  if (look == NULL)
    return;
  add_focal_plane (text, look, shown->slide);
  add_colors (text, look, shown->slide);
}

/* A slide's name, and what its data set says, if it has one. */
static char *
slide_corner_text (VitrailCorner corner, const VitrailShownState *shown)
{
  GString *text = g_string_new (NULL);
  g_autoptr (VitrailFrameInfo) info =
      vitrail_slide_ref_frame_info (shown->slide);

  if (corner == VITRAIL_CORNER_BOTTOM_LEFT)
    add_slide_values (text, shown);
  if (corner == VITRAIL_CORNER_TOP_LEFT)
    add_line (text, vitrail_slide_get_name (shown->slide));
  if (corner == VITRAIL_CORNER_TOP_LEFT && info != NULL)
    add_patient (text, info);
  if (corner == VITRAIL_CORNER_TOP_RIGHT && info != NULL)
    add_series (text, info);
  else if (corner == VITRAIL_CORNER_TOP_RIGHT)
    add_line (text, "SM");
  return g_string_free (text, FALSE);
}

static double
get_pixel_zoom (const VitrailShownState *shown)
{
  double step = hypot (shown->to_frame[0], shown->to_frame[3]);
  return step > 0 ? 1.0 / step : 0.0;
}

/* Windows of a few units need decimals, those of hundreds do not. */
static int
get_digits (double width)
{
  if (width >= 20)
    return 0;
  return width >= 2 ? 1 : 3;
}

/* A page is drawn for an object that has no frames: a waveform. */
static gboolean
is_page (const VitrailShownState *shown)
{
  return shown->info != NULL && shown->info->frame == 0;
}

static void
add_values (GString *text, const VitrailShownState *shown)
{
  double zoom = get_pixel_zoom (shown);
  if (shown->info != NULL && zoom > 0 && !is_page (shown))
    add_format (text, _ ("Zoom %.0f %%"), zoom * 100);
  if (shown->has_window) {
    int digits = get_digits (shown->window_width);
    const char *units = shown->info != NULL ? shown->info->units : "";
    add_format (text, _ ("W %.*f  L %.*f %s"), digits, shown->window_width,
                digits, shown->window_center, units);
  }
}

const char *
vitrail_plane_name (const double plane[12])
{
  static const char *const names[3] = { N_ ("Sagittal"), N_ ("Coronal"),
                                        N_ ("Axial") };
  double normal[3];
  double length = 0;

  for (guint n = 0; n < 3; n++) {
    const double *b = &plane[(gsize) 4 * ((n + 1) % 3)];
    const double *c = &plane[(gsize) 4 * ((n + 2) % 3)];
    normal[n] = b[0] * c[1] - c[0] * b[1];
    length += normal[n] * normal[n];
  }
  for (guint n = 0; n < 3; n++)
    if (fabs (normal[n]) > 0.9999 * sqrt (length))
      return _ (names[n]);
  return _ ("Oblique");
}

/* Laid straight: each of its columns lies in another direction. */
static gboolean
is_along_path (const VitrailShownState *shown)
{
  const VitrailFrameInfo *info = shown->info;

  return info->sop_instance_uid != NULL && info->sop_instance_uid[0] == '\0' &&
         !info->has_plane && !info->has_orientation;
}

static void
add_position (GString *text,
              const VitrailShownState *shown,
              guint position,
              guint n_positions)
{
  double location = 0;
  /* A plane through a volume has nothing of one image's place. */
  const char *uid = shown->info->sop_instance_uid;
  const gboolean is_made = uid != NULL && uid[0] == '\0';
  /* A body has one position only, and is no plane however it is turned. */
  if (is_made && shown->has_plane && n_positions > 1)
    add_line (text, vitrail_plane_name (shown->plane));
  if (!is_made &&
      vitrail_data_set_get_double (shown->info->data_set,
                                   VITRAIL_TAG (0x0020, 0x1041), 0, &location))
    add_format (text, _ ("Location %.1f mm"), location);
  if (is_page (shown)) {
    if (n_positions > 1)
      add_format (text, _ ("From %.2f s"),
                  (position - 1) * VITRAIL_WAVEFORM_STEP_S);
  } else if (n_positions > 1 && is_along_path (shown)) {
    add_format (text, _ ("Along a path, turned %u°"),
                (position - 1) * 360 / n_positions);
  } else if (position > 0 && (!is_made || n_positions > 1))
    add_format (text, _ ("Image %u / %u"), position, n_positions);
}

/* "trigger time 120 ms" and "Time 3 / 10", or "Mean of 4". */
static void
add_time (GString *text, const VitrailFrameTime *time)
{
  static const char *const made[][2] = {
    { "sum", N_ ("Sum of %u") },
    { "mean", N_ ("Mean of %u") },
    { "subtract", N_ ("First less the others of %u") },
    { "maximum", N_ ("Maximum of %u") },
  };

  if (time->n == 0)
    return;
  if (time->combined == NULL && *time->unit != '\0')
    add_format (text, "%s %g %s", time->name, time->value, time->unit);
  if (time->combined == NULL)
    add_format (text, _ ("Time %u / %u"), time->number, time->n);
  for (guint i = 0; i < G_N_ELEMENTS (made) && time->combined != NULL; i++)
    if (strcmp (time->combined, made[i][0]) == 0)
      add_format (text, _ (made[i][1]), time->n);
}

char *
vitrail_corner_text (VitrailCorner corner,
                     const VitrailShownState *shown,
                     guint position,
                     guint n_positions)
{
  if (shown->slide != NULL)
    return slide_corner_text (corner, shown);
  GString *text = g_string_new (NULL);
  const VitrailFrameInfo *info = shown->info;

  if (corner == VITRAIL_CORNER_BOTTOM_LEFT)
    add_values (text, shown);
  if (info == NULL)
    return g_string_free (text, FALSE);
  if (corner == VITRAIL_CORNER_TOP_LEFT)
    add_patient (text, info);
  else if (corner == VITRAIL_CORNER_TOP_RIGHT)
    add_series (text, info);
  else if (corner == VITRAIL_CORNER_BOTTOM_RIGHT) {
    add_position (text, shown, position, n_positions);
    add_time (text, &info->time);
  }
  return g_string_free (text, FALSE);
}

/* Of a video for both eyes. */
static const char *
find_views (const VitrailFrameInfo *info)
{
  static const char packed[] = "1.2.840.10008.1.2.4.105";
  static const char stereo[] = "1.2.840.10008.1.2.4.106";

  if (info == NULL || info->transfer_syntax == NULL)
    return NULL;
  if (g_str_has_prefix (info->transfer_syntax, packed))
    return _ ("Two views in one picture");
  if (g_str_has_prefix (info->transfer_syntax, stereo))
    return _ ("Two views: the base view is shown");
  return NULL;
}

/* What was made of a volume lies in the patient, or somewhere else. */
static gboolean
knows_orientation (const VitrailShownState *shown)
{
  const VitrailFrameInfo *info = shown->info;
  const char *uid = info != NULL ? info->sop_instance_uid : NULL;
  const gboolean is_made = uid != NULL && uid[0] == '\0';

  return info != NULL && info->has_orientation &&
         (shown->has_plane || !is_made);
}

char *
vitrail_warning_text (const VitrailShownState *shown)
{
  GString *text = g_string_new (NULL);
  if (shown->flags & VITRAIL_FRAME_META_CORRUPT)
    add_line (text, _ ("This image could not be decoded"));
  if (shown->flags & VITRAIL_FRAME_META_INCOMPLETE)
    add_line (text, shown->info != NULL ? _ ("Preview") : _ ("Incomplete"));
  else if (shown->quality == VITRAIL_QUALITY_PREVIEW && shown->info == NULL)
    add_line (text, _ ("Preview"));
  if (shown->flags & VITRAIL_FRAME_META_LOSSY)
    add_line (text, _ ("Lossy compression"));
  add_line (text, find_views (shown->info));
  if (shown->info != NULL && shown->info->data_set != NULL &&
      vitrail_mask_is_subtracted (shown->info->data_set))
    add_line (text, _ ("Mask subtracted"));
  if (vitrail_shown_get_mm_per_pixel (shown) <= 0 && !is_page (shown))
    add_line (text, _ ("Not calibrated"));
  if (shown->info != NULL && !knows_orientation (shown) && !is_page (shown) &&
      !is_along_path (shown))
    add_line (text, _ ("Orientation not known"));
  return g_string_free (text, FALSE);
}

/* "FILE: frame 3: WORDS" -> "WORDS". */
static const char *
skip_place (const char *text)
{
  const char *place = strstr (text, ": frame ");
  const char *words = place != NULL ? strstr (place + 2, ": ") : NULL;
  return words != NULL ? words + 2 : text;
}

char *
vitrail_notice_text (const VitrailShownState *shown)
{
  if (shown->warning == NULL)
    return g_strdup ("");
  return g_strdup_printf (_ ("Header overruled: %s"),
                          skip_place (shown->warning));
}

char *
vitrail_failure_text (const VitrailShownState *shown,
                      guint position,
                      guint n_positions)
{
  if (!(shown->flags & VITRAIL_FRAME_META_CORRUPT))
    return NULL;
  GString *text = g_string_new (NULL);
  if (shown->info != NULL && shown->info->n_frames > 1)
    add_format (text, _ ("Frame %u of %u could not be decoded"),
                shown->info->frame, shown->info->n_frames);
  else if (position > 0)
    add_format (text, _ ("Image %u of %u could not be decoded"), position,
                n_positions);
  else
    add_line (text, _ ("This image could not be decoded"));
  add_line (text, shown->reason);
  return g_string_free (text, FALSE);
}

void
vitrail_window_texts (const VitrailShownState *shown, char **low, char **high)
{
  *low = NULL;
  *high = NULL;
  if (!shown->has_window || shown->info == NULL)
    return;
  int digits = get_digits (shown->window_width);
  const char *units = shown->info->units;
  *low =
      g_strdup_printf ("%.*f %s", digits,
                       shown->window_center - shown->window_width / 2, units);
  *high =
      g_strdup_printf ("%.*f %s", digits,
                       shown->window_center + shown->window_width / 2, units);
  g_strchomp (*low);
  g_strchomp (*high);
}

/* Along axis @i of the patient, to the right or downwards. */
static double
get_step (const VitrailShownState *shown, int i, gboolean across)
{
  const VitrailFrameInfo *info = shown->info;
  const int k = across ? 0 : 1;

  if (shown->has_plane)
    return shown->plane[4 * i + k];
  /* Where an image lies need not be known for where its sides point. */
  const double x = info->has_spacing ? info->spacing[1] : 1;
  const double y = info->has_spacing ? info->spacing[0] : 1;
  return info->orientation[i] * x * shown->to_frame[k] +
         info->orientation[3 + i] * y * shown->to_frame[3 + k];
}

void
vitrail_edge_text (VitrailEdge edge,
                   const VitrailShownState *shown,
                   char text[4])
{
  text[0] = '\0';
  if (!knows_orientation (shown))
    return;
  gboolean across = edge == VITRAIL_EDGE_LEFT || edge == VITRAIL_EDGE_RIGHT;
  double sign = edge == VITRAIL_EDGE_LEFT || edge == VITRAIL_EDGE_TOP ? -1 : 1;
  double direction[3];
  for (int i = 0; i < 3; i++)
    direction[i] = sign * get_step (shown, i, across);
  vitrail_orientation_letters (direction, text);
}

double
vitrail_shown_get_mm_per_pixel (const VitrailShownState *shown)
{
  if (shown->has_plane)
    return sqrt (shown->plane[0] * shown->plane[0] +
                 shown->plane[4] * shown->plane[4] +
                 shown->plane[8] * shown->plane[8]);
  if (shown->info == NULL || !shown->info->has_spacing)
    return 0.0;
  return hypot (shown->to_frame[0] * shown->info->spacing[1],
                shown->to_frame[3] * shown->info->spacing[0]);
}

/* Millimetres that are not the patient's say so. */
static char *
qualify_length (char *length, const VitrailFrameInfo *info)
{
  g_autofree char *plain = length;

  if (info != NULL && info->has_spacing &&
      info->spacing_kind == VITRAIL_SPACING_DETECTOR)
    return g_strdup_printf (_ ("%s at detector"), plain);
  if (info != NULL && info->has_spacing &&
      info->spacing_kind == VITRAIL_SPACING_SCANNED)
    return g_strdup_printf (_ ("%s on film"), plain);
  return g_steal_pointer (&plain);
}

static char *
length_text (double mm)
{
  if (mm >= 10)
    return g_strdup_printf ("%.0f cm", mm / 10);
  if (mm >= 1)
    return g_strdup_printf ("%.0f mm", mm);
  if (mm >= 0.001)
    return g_strdup_printf ("%.0f µm", mm * 1000);
  return g_strdup_printf ("%.0f nm", mm * 1e6);
}

double
vitrail_scale_bar (const VitrailShownState *shown, double max_px, char **text)
{
  static const double steps[] = { 5, 2, 1 };
  double mm_per_pixel = vitrail_shown_get_mm_per_pixel (shown);
  *text = NULL;
  if (!(mm_per_pixel > 0) || !isfinite (mm_per_pixel) || !(max_px > 0))
    return 0.0;
  double max_mm = max_px * mm_per_pixel;
  double power = pow (10, floor (log10 (max_mm)));
  double length = power;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    if (steps[i] * power <= max_mm) {
      length = steps[i] * power;
      break;
    }
  }
  *text = qualify_length (length_text (length), shown->info);
  return length / mm_per_pixel;
}
