/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Spatial Registration objects (PS3.3 C.20.2): how one frame of reference lies
 * in another. Images of the same patient from two machines, or two days, can
 * only be laid over each other where somebody said how. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/**
 * VitrailRegistrationKind: what the matrix may be (PS3.3 C.20.2.1.2).
 * @VITRAIL_REGISTRATION_RIGID: turned and moved
 * @VITRAIL_REGISTRATION_RIGID_SCALE: and longer or shorter along axes
 * @VITRAIL_REGISTRATION_AFFINE: and sheared
 */
typedef enum {
  VITRAIL_REGISTRATION_RIGID,
  VITRAIL_REGISTRATION_RIGID_SCALE,
  VITRAIL_REGISTRATION_AFFINE,
} VitrailRegistrationKind;

/**
 * VitrailRegistration:
 * @from: the frame of reference that is moved; owned
 * @to: the one that it is moved into; owned
 * @matrix: of millimetres, 4 x 4, row by row; the last row is 0 0 0 1, and it
 *   can be inverted
 * @kind: of all matrices that it was composed of, the least strict
 */
typedef struct {
  char *from;
  char *to;
  double matrix[16];
  VitrailRegistrationKind kind;
} VitrailRegistration;

void vitrail_registration_free (VitrailRegistration *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailRegistration, vitrail_registration_free)

/* "RIGID", "RIGID_SCALE", "AFFINE". */
const char *vitrail_registration_kind_to_text (VitrailRegistrationKind kind);

/**
 * vitrail_registrations_read:
 * @data_set: of a Spatial Registration
 * @name: the file, for messages
 *
 * One for each item that says its frame of reference. Of the matrices of
 * one item the first moves first (equation C.20.2-2: M3 M2 M1).
 *
 * Returns: (element-type VitrailRegistration): NULL with
 *   VITRAIL_ERROR_UNSUPPORTED for a deformable one, VITRAIL_ERROR_FORMAT for
 *   other objects, VITRAIL_ERROR_MALFORMED for a matrix that is none, or is not
 *   of the kind that it says
 */
GPtrArray *vitrail_registrations_read (VitrailDataSet *data_set,
                                       const char *name,
                                       GError **error);

/* The same of a file, or of all such objects in a folder: other files there are
 * passed by. An error where there is none. */
GPtrArray *vitrail_registrations_load (const char *path, GError **error);

/**
 * vitrail_registrations_find:
 * @list: (element-type VitrailRegistration) (nullable): what is known
 * @matrix: (out): from frame of reference @from to @to
 *
 * Through as few of them as will do, each way; the identity where both are the
 * same.
 *
 * Returns: FALSE with VITRAIL_ERROR_NOT_FOUND where there is no way, or one of
 *   them is unknown ("")
 */
gboolean vitrail_registrations_find (GPtrArray *list,
                                     const char *from,
                                     const char *to,
                                     double matrix[16],
                                     GError **error);

/* 16 numbers, row by row, between blanks, commas or backslashes; FALSE where
 * it is something else, cannot be inverted, or the last row is not 0 0 0 1. */
gboolean
vitrail_registration_matrix_from_text (const char *text, double matrix[16]);

G_END_DECLS
