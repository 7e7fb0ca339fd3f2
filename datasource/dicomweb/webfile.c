/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files over a network: see webfile.h. */

#include "dicomweb/webfile.h"

#include "dicomweb/location.h"
#include "dicomweb/mediatype.h"
#include "dicomweb/multipart.h"
#include "dicomweb/webkept.h"
#include "error.h"
#include "limits.h"

/* Servers of files say all sorts of things of what they do not know; but what
 * people are to read is no file. */
static GBytes *
take_file (const VitrailWebAnswer *answer, const char *name, GError **error)
{
  g_autoptr (GPtrArray) parts =
      vitrail_multipart_read (answer->body, answer->content_type, name, error);

  if (parts == NULL)
    return NULL;
  const VitrailWebPart *part = g_ptr_array_index (parts, 0);
  if (!vitrail_media_type_is (part->content_type, "text/html") &&
      g_bytes_get_size (part->bytes) > 0)
    return g_bytes_ref (part->bytes);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
               "%s: the server answers a page or nothing, not a DICOM file",
               name);
  return NULL;
}

VitrailPart10 *
vitrail_web_file_read (const char *url,
                       const char *accept,
                       const char *authorization,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autofree char *name = vitrail_web_location_dup_public (url);
  const VitrailWebKept kept = {
    .kind = "webfiles",
    .url = url,
    .accept = accept,
    .authorization = authorization,
    .max_bytes = VITRAIL_LIMIT_WEB_BYTES,
    .take = take_file,
  };
  g_autoptr (GBytes) bytes = vitrail_web_kept_get (&kept, cancellable, error);

  return bytes != NULL
             ? vitrail_part10_read (bytes, name,
                                    VITRAIL_READ_HEADER | VITRAIL_READ_PIXELS,
                                    error)
             : NULL;
}
