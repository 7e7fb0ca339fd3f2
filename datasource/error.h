/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What can go wrong below the elements. The message of every error names the
 * file and, where there is one, the attribute and its value: it is shown to
 * people as it is, and tests pin it. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VITRAIL_ERROR (vitrail_error_quark ())

/**
 * VitrailError:
 * @VITRAIL_ERROR_IO: the operating system refused (open, map, read, write)
 * @VITRAIL_ERROR_FORMAT: not the kind of file that was expected
 * @VITRAIL_ERROR_TRUNCATED: the file ends inside a value
 * @VITRAIL_ERROR_MALFORMED: the file contradicts the standard or itself
 * @VITRAIL_ERROR_LIMIT: beyond one of the limits in limits.h
 * @VITRAIL_ERROR_UNSUPPORTED: correct, but nothing here can do it
 * @VITRAIL_ERROR_NOT_FOUND: no such study, instance, frame, level or tile
 * @VITRAIL_ERROR_CORRUPT: a code stream that does not decode
 */
typedef enum {
  VITRAIL_ERROR_IO,
  VITRAIL_ERROR_FORMAT,
  VITRAIL_ERROR_TRUNCATED,
  VITRAIL_ERROR_MALFORMED,
  VITRAIL_ERROR_LIMIT,
  VITRAIL_ERROR_UNSUPPORTED,
  VITRAIL_ERROR_NOT_FOUND,
  VITRAIL_ERROR_CORRUPT,
} VitrailError;

GQuark vitrail_error_quark (void);

G_END_DECLS
