/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Displays: see display.h. */

#include "pixel/display.h"

#include "error.h"
#include "pixel/icc.h"

#include <pthread.h>
#include <string.h>

/* A display and what it was made of, to know it again. */
typedef struct {
  VitrailDisplay display;
  GBytes *text; /* of the calibration, or NULL */
} Entry;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GPtrArray *entries;                    /* lock */
static const VitrailDisplay *default_display; /* lock */

static gboolean
is_given (const char *path)
{
  return path != NULL && path[0] != '\0';
}

/* A copy: the file may change. */
static GBytes *
load (const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);

  if (file == NULL)
    return NULL;
  const gsize length = g_mapped_file_get_length (file);
  if (length > VITRAIL_ICC_MAX_BYTES) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: %" G_GSIZE_FORMAT " bytes: larger than a description of "
                 "a display",
                 path, length);
    return NULL;
  }
  return g_bytes_new (g_mapped_file_get_contents (file), length);
}

static gboolean
is_same_bytes (GBytes *a, GBytes *b)
{
  return a == NULL || b == NULL ? a == b : g_bytes_equal (a, b);
}

static const Entry *
find_locked (GBytes *text, const VitrailDisplay *display)
{
  for (guint i = 0; entries != NULL && i < entries->len; i++) {
    const Entry *entry = g_ptr_array_index (entries, i);
    if (entry->display.keeps_colors == display->keeps_colors &&
        entry->display.black_point == display->black_point &&
        is_same_bytes (entry->text, text) &&
        is_same_bytes (entry->display.profile, display->profile))
      return entry;
  }
  return NULL;
}

static const VitrailDisplay *
intern (GBytes *text, VitrailDisplay *display)
{
  pthread_mutex_lock (&lock);
  const Entry *found = find_locked (text, display);
  if (found == NULL) {
    Entry *entry = g_new0 (Entry, 1);
    entry->display = *display;
    entry->display.calibration = g_steal_pointer (&display->calibration);
    entry->display.profile =
        display->profile != NULL ? g_bytes_ref (display->profile) : NULL;
    entry->text = text != NULL ? g_bytes_ref (text) : NULL;
    if (entries == NULL)
      entries = g_ptr_array_new ();
    g_ptr_array_add (entries, entry);
    found = entry;
  }
  pthread_mutex_unlock (&lock);
  return &found->display;
}

static gboolean
load_profile (const char *path, GBytes **profile, GError **error)
{
  g_autoptr (GBytes) bytes = load (path, error);

  if (bytes == NULL)
    return FALSE;
  if (!vitrail_icc_check_display (bytes, error)) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  *profile = g_steal_pointer (&bytes);
  return TRUE;
}

static gboolean
load_calibration (const char *path,
                  GBytes **text,
                  VitrailCalibration **calibration,
                  GError **error)
{
  *text = load (path, error);
  if (*text == NULL)
    return FALSE;
  *calibration =
      vitrail_calibration_new (g_bytes_get_data (*text, NULL),
                               g_bytes_get_size (*text), path, error);
  return *calibration != NULL;
}

gboolean
vitrail_display_find (const VitrailDisplayFiles *files,
                      const VitrailDisplay **display,
                      GError **error)
{
  const gboolean keeps_colors = g_strcmp0 (files->profile, "none") == 0;
  const gboolean has_profile = is_given (files->profile) && !keeps_colors;
  g_autoptr (VitrailCalibration) calibration = NULL;
  g_autoptr (GBytes) profile = NULL;
  g_autoptr (GBytes) text = NULL;

  if (has_profile && !load_profile (files->profile, &profile, error))
    return FALSE;
  if (is_given (files->calibration) &&
      !load_calibration (files->calibration, &text, &calibration, error))
    return FALSE;
  VitrailDisplay wanted = { calibration, profile, keeps_colors,
                            files->black_point };
  *display = NULL;
  if (text == NULL && profile == NULL && !keeps_colors && !files->black_point)
    return TRUE;
  *display = intern (text, &wanted);
  if (wanted.calibration == NULL) /* it belongs to the display now */
    g_steal_pointer (&calibration);
  return TRUE;
}

void
vitrail_display_set_default (const VitrailDisplay *display)
{
  pthread_mutex_lock (&lock);
  default_display = display;
  pthread_mutex_unlock (&lock);
}

const VitrailDisplay *
vitrail_display_get_default (void)
{
  pthread_mutex_lock (&lock);
  const VitrailDisplay *display = default_display;
  pthread_mutex_unlock (&lock);
  return display;
}
