/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Items of a work list: see worklist.h. */

#include "worklist.h"

#include "error.h"
#include "folder/walk.h"
#include "recordinghead.h"

#define TAG_ACCESSION    VITRAIL_TAG (0x0008, 0x0050)
#define TAG_PATIENT_NAME VITRAIL_TAG (0x0010, 0x0010)
#define TAG_PATIENT_ID   VITRAIL_TAG (0x0010, 0x0020)
#define MOST_TOLD        20

static gboolean
is_wanted (const VitrailDataSet *item, VitrailTag tag, const char *text)
{
  return text == NULL || vitrail_data_set_text_is (item, tag, 0, text);
}

static void
tell (GString *list, VitrailDataSet *item)
{
  g_autofree char *accession =
      vitrail_data_set_dup_string (item, TAG_ACCESSION, 0);
  g_autofree char *name =
      vitrail_data_set_dup_string (item, TAG_PATIENT_NAME, 0);
  g_autofree char *id = vitrail_data_set_dup_string (item, TAG_PATIENT_ID, 0);

  g_string_append_printf (list, "%s--accession %s --patient %s (%s)",
                          list->len > 0 ? ", " : "",
                          accession != NULL ? accession : "",
                          id != NULL ? id : "", name != NULL ? name : "");
}

/* Items that are wanted: how many; the last one's path. */
static guint
find (const char *path,
      const char *accession,
      const char *patient_id,
      char **found,
      GString *list)
{
  const char *const roots[] = { path, NULL };
  g_autoptr (VitrailWalk) walk = vitrail_walk_new (roots);
  VitrailWalkFile file;
  guint n = 0;

  while (vitrail_walk_next (walk, &file)) {
    if (file.error != 0 ||
        (!file.is_root && !g_str_has_suffix (file.path, ".wl")))
      continue;
    g_autoptr (VitrailDataSet) item =
        vitrail_recording_open_source (file.path, NULL);
    if (item == NULL || !is_wanted (item, TAG_ACCESSION, accession) ||
        !is_wanted (item, TAG_PATIENT_ID, patient_id))
      continue;
    g_free (*found);
    *found = g_strdup (file.path);
    if (++n <= MOST_TOLD)
      tell (list, item);
  }
  return n;
}

char *
vitrail_worklist_pick (const char *path,
                       const char *accession,
                       const char *patient_id,
                       GError **error)
{
  g_autofree char *found = NULL;
  g_autoptr (GString) list = g_string_new (NULL);
  const guint n = find (path, accession, patient_id, &found, list);

  if (n == 1)
    return g_steal_pointer (&found);
  if (n == 0)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no such item of a work list", path);
  else
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: %u items, say which: %s", path, n, list->str);
  return NULL;
}
