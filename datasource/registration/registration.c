/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading Spatial Registration objects: see registration.h. */

#include "registration/registration.h"

#include "dicom/part10.h"
#include "error.h"
#include "folder/walk.h"
#include "limits.h"
#include "registration/kind.h"
#include "volume/volume.h"

#include <math.h>
#include <string.h>

#define TAG_SOP_CLASS_UID         VITRAIL_TAG (0x0008, 0x0016)
#define TAG_FRAME_OF_REFERENCE    VITRAIL_TAG (0x0020, 0x0052)
#define TAG_MATRIX                VITRAIL_TAG (0x3006, 0x00c6)
#define TAG_REGISTRATION_SEQUENCE VITRAIL_TAG (0x0070, 0x0308)
#define TAG_MATRIX_REGISTRATION   VITRAIL_TAG (0x0070, 0x0309)
#define TAG_MATRIX_SEQUENCE       VITRAIL_TAG (0x0070, 0x030a)
#define TAG_MATRIX_TYPE           VITRAIL_TAG (0x0070, 0x030c)

#define UID_REGISTRATION "1.2.840.10008.5.1.4.1.1.66.1"
#define UID_DEFORMABLE   "1.2.840.10008.5.1.4.1.1.66.3"

static const double identity[16] = { 1, 0, 0, 0, 0, 1, 0, 0,
                                     0, 0, 1, 0, 0, 0, 0, 1 };

void
vitrail_registration_free (VitrailRegistration *self)
{
  g_free (self->from);
  g_free (self->to);
  g_free (self);
}

static void
free_cb (gpointer self)
{
  vitrail_registration_free (self);
}

static gboolean
complain (const char *name, const char *what, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED, "%s: %s", name,
               what);
  return FALSE;
}

/* One item of Matrix Sequence, behind those before it. */
static gboolean
add_matrix (VitrailRegistration *self,
            VitrailDataSet *item,
            const char *name,
            GError **error)
{
  VitrailRegistrationKind kind = VITRAIL_REGISTRATION_RIGID;
  double matrix[16];
  double inverse[16];

  if (!vitrail_registration_kind_read (item, TAG_MATRIX_TYPE, &kind))
    return complain (name,
                     "Frame of Reference Transformation Matrix Type "
                     "(0070,030C) is none of RIGID, RIGID_SCALE, AFFINE",
                     error);
  if (vitrail_data_set_get_n_values (item, TAG_MATRIX) != 16 ||
      !vitrail_data_set_get_doubles (item, TAG_MATRIX, matrix, 16) ||
      !vitrail_matrix_invert (matrix, inverse))
    return complain (name,
                     "Frame of Reference Transformation Matrix (3006,00C6) is "
                     "no matrix that can be inverted",
                     error);
  if (!vitrail_registration_kind_fits (kind, matrix))
    return complain (name,
                     "Frame of Reference Transformation Matrix (3006,00C6) is "
                     "not what its type (0070,030C) says",
                     error);
  self->kind = MAX (self->kind, kind);
  vitrail_matrix_multiply (matrix, self->matrix, self->matrix);
  return TRUE;
}

/* What many matrices make of each other has to be one, too. */
static gboolean
read_matrices (VitrailRegistration *self,
               VitrailDataSet *item,
               const char *name,
               GError **error)
{
  VitrailDataSet *one =
      vitrail_data_set_get_item (item, TAG_MATRIX_REGISTRATION, 0);
  const guint n = vitrail_data_set_get_n_items (one, TAG_MATRIX_SEQUENCE);
  double inverse[16];

  if (n == 0 || n > VITRAIL_LIMIT_REGISTRATIONS)
    return complain (name,
                     "Matrix Sequence (0070,030A) is missing, or too long",
                     error);
  memcpy (self->matrix, identity, sizeof identity);
  for (guint i = 0; i < n; i++)
    if (!add_matrix (self,
                     vitrail_data_set_get_item (one, TAG_MATRIX_SEQUENCE, i),
                     name, error))
      return FALSE;
  return vitrail_matrix_invert (self->matrix, inverse) ||
         complain (name, "its matrices have no inverse together", error);
}

static gboolean
read_items (VitrailDataSet *data_set,
            const char *to,
            const char *name,
            GPtrArray *list,
            GError **error)
{
  const guint n =
      vitrail_data_set_get_n_items (data_set, TAG_REGISTRATION_SEQUENCE);

  if (n == 0 || n > VITRAIL_LIMIT_REGISTRATIONS)
    return complain (
        name, "Registration Sequence (0070,0308) is missing, or too long",
        error);
  for (guint i = 0; i < n; i++) {
    VitrailDataSet *item =
        vitrail_data_set_get_item (data_set, TAG_REGISTRATION_SEQUENCE, i);
    g_autofree char *from =
        vitrail_data_set_dup_string (item, TAG_FRAME_OF_REFERENCE, 0);
    if (from == NULL)
      continue;
    g_autoptr (VitrailRegistration) self = g_new0 (VitrailRegistration, 1);
    self->from = g_steal_pointer (&from);
    self->to = g_strdup (to);
    if (!read_matrices (self, item, name, error))
      return FALSE;
    g_ptr_array_add (list, g_steal_pointer (&self));
  }
  return TRUE;
}

GPtrArray *
vitrail_registrations_read (VitrailDataSet *data_set,
                            const char *name,
                            GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free_cb);
  g_autofree char *to =
      vitrail_data_set_dup_string (data_set, TAG_FRAME_OF_REFERENCE, 0);

  if (vitrail_data_set_text_is (data_set, TAG_SOP_CLASS_UID, 0, UID_DEFORMABLE))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: a deformable registration; only rigid and affine ones "
                 "are applied",
                 name);
    return NULL;
  }
  if (!vitrail_data_set_text_is (data_set, TAG_SOP_CLASS_UID, 0,
                                 UID_REGISTRATION))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: not a Spatial Registration", name);
    return NULL;
  }
  if (to == NULL) {
    complain (name, "Frame of Reference UID (0020,0052) is missing", error);
    return NULL;
  }
  if (!read_items (data_set, to, name, list, error))
    return NULL;
  return g_steal_pointer (&list);
}

/* --- files --- */

/* FALSE where what stands in a file makes the rest worthless: nobody shall
 * take half of what was registered for all of it. */
static gboolean
load_file (const char *path, gboolean is_root, GPtrArray *list, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (VitrailPart10) part10 =
      vitrail_part10_open (path, VITRAIL_READ_HEADER, &reason);
  g_autoptr (GPtrArray) found = NULL;

  if (part10 != NULL)
    found = vitrail_registrations_read (vitrail_part10_get_data_set (part10),
                                        path, &reason);
  if (found != NULL) {
    g_ptr_array_extend_and_steal (list, g_steal_pointer (&found));
    return TRUE;
  }
  if (!is_root && (part10 == NULL || g_error_matches (reason, VITRAIL_ERROR,
                                                      VITRAIL_ERROR_FORMAT)))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

GPtrArray *
vitrail_registrations_load (const char *path, GError **error)
{
  const char *const roots[] = { path, NULL };
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free_cb);
  g_autoptr (VitrailWalk) walk = vitrail_walk_new (roots);
  VitrailWalkFile file;

  while (vitrail_walk_next (walk, &file)) {
    if (file.error != 0 && file.is_root) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: %s", path,
                   g_strerror (file.error));
      return NULL;
    }
    if (file.error == 0 && list->len < VITRAIL_LIMIT_REGISTRATIONS &&
        !load_file (file.path, file.is_root, list, error))
      return NULL;
  }
  if (list->len == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: there is no Spatial Registration that names a frame of "
                 "reference",
                 path);
    return NULL;
  }
  return g_steal_pointer (&list);
}

/* --- ways through them --- */

/* Frames of reference that were reached, each with its matrix from the first
 * one. */
typedef struct {
  const char *uid;
  double matrix[16];
} Reached;

static gboolean
is_reached (const GArray *reached, const char *uid)
{
  for (guint i = 0; i < reached->len; i++)
    if (strcmp (g_array_index (reached, Reached, i).uid, uid) == 0)
      return TRUE;
  return FALSE;
}

/* Goes on from @at along @step, if it leads somewhere new. */
static void
follow (GArray *reached, const Reached *at, const VitrailRegistration *step)
{
  const gboolean forward = strcmp (step->from, at->uid) == 0;
  double matrix[16];
  Reached next;

  if (!forward && strcmp (step->to, at->uid) != 0)
    return;
  next.uid = forward ? step->to : step->from;
  memcpy (matrix, step->matrix, sizeof matrix);
  if (is_reached (reached, next.uid) ||
      (!forward && !vitrail_matrix_invert (step->matrix, matrix)))
    return;
  vitrail_matrix_multiply (matrix, at->matrix, next.matrix);
  g_array_append_val (reached, next);
}

gboolean
vitrail_registrations_find (GPtrArray *list,
                            const char *from,
                            const char *to,
                            double matrix[16],
                            GError **error)
{
  g_autoptr (GArray) reached = g_array_new (FALSE, FALSE, sizeof (Reached));
  Reached first = { .uid = from };

  memcpy (first.matrix, identity, sizeof identity);
  g_array_append_val (reached, first);
  for (guint i = 0; i < reached->len && from[0] != '\0' && to[0] != '\0'; i++) {
    const Reached at = g_array_index (reached, Reached, i);
    if (strcmp (at.uid, to) == 0) {
      memcpy (matrix, at.matrix, sizeof at.matrix);
      return TRUE;
    }
    for (guint k = 0; list != NULL && k < list->len; k++)
      follow (reached, &at, g_ptr_array_index (list, k));
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               from[0] == '\0' || to[0] == '\0'
                   ? "one of them says no frame of reference"
                   : "their frames of reference differ, and no registration "
                     "leads from one to the other");
  return FALSE;
}

gboolean
vitrail_registration_matrix_from_text (const char *text, double matrix[16])
{
  double inverse[16];

  for (guint i = 0; i < 16; i++) {
    char *end = NULL;
    while (*text != '\0' && strchr (" ,\\\t\n", *text) != NULL)
      text++;
    matrix[i] = g_ascii_strtod (text, &end);
    if (end == text)
      return FALSE;
    text = end;
  }
  return text[strspn (text, " \t\n")] == '\0' &&
         vitrail_matrix_invert (matrix, inverse);
}
