/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an archive has: see storedcopy.h. */

#include "dicomweb/storedcopy.h"

#include "byteorder.h"
#include "dicom/part10.h"
#include "dicomweb/client.h"
#include "dicomweb/multipart.h"

#include <string.h>

/* Around the file, and a group 2 that is longer. */
#define ENVELOPE_BYTES 65536u
/* Preamble, "DICM", and File Meta Information Group Length (PS3.10 7.1). */
#define LENGTH_AT   132u
#define LENGTH_SIZE 12u

/* What follows group 2, which says how long it is; NULL where it does not. */
static GBytes *
find_data_set (GBytes *file)
{
  static const guint8 first[] = { 2, 0, 0, 0, 'U', 'L', 4, 0 };
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (file, &length);

  if (length < LENGTH_AT + LENGTH_SIZE ||
      memcmp (data + LENGTH_AT, first, sizeof first) != 0)
    return NULL;
  const gsize start = LENGTH_AT + LENGTH_SIZE;
  const guint32 meta = vitrail_read_u32 (data + start - 4, FALSE);
  return meta < length - start ? g_bytes_new_from_bytes (file, start + meta,
                                                         length - start - meta)
                               : NULL;
}

static char *
dup_syntax (GBytes *file)
{
  g_autoptr (VitrailPart10) read =
      vitrail_part10_read (file, "", VITRAIL_READ_HEADER, NULL);

  return read != NULL ? g_strdup (vitrail_part10_get_transfer_syntax (read))
                      : NULL;
}

static gboolean
is_same (GBytes *ours, GBytes *theirs)
{
  g_autoptr (GBytes) our_set = find_data_set (ours);
  g_autoptr (GBytes) their_set = find_data_set (theirs);

  if (our_set == NULL || their_set == NULL ||
      !g_bytes_equal (our_set, their_set))
    return FALSE;
  g_autofree char *our_syntax = dup_syntax (ours);
  g_autofree char *their_syntax = dup_syntax (theirs);
  return our_syntax != NULL && g_strcmp0 (our_syntax, their_syntax) == 0;
}

gboolean
vitrail_stored_copy_is_there (const VitrailStoredCopy *self,
                              GCancellable *cancellable)
{
  g_autofree char *url =
      g_strdup_printf ("%s/studies/%s/series/%s/instances/%s",
                       self->location->root_url, self->study, self->series,
                       self->sop);
  g_auto (VitrailWebAnswer) answer = { 0 };
  const VitrailWebRequest request = {
    .uri = url,
    .accept = "multipart/related; type=\"application/dicom\"; "
              "transfer-syntax=*",
    .authorization = self->location->authorization,
    .as_it_is = TRUE,
    .max_bytes = g_bytes_get_size (self->file) + ENVELOPE_BYTES,
    .priority = VITRAIL_WEB_NOW,
  };

  if (!vitrail_web_client_fetch (&request, cancellable, &answer, NULL))
    return FALSE;
  g_autoptr (GPtrArray) parts =
      vitrail_multipart_read (answer.body, answer.content_type,
                              self->location->name, NULL);
  if (parts == NULL)
    return FALSE;
  const VitrailWebPart *part = g_ptr_array_index (parts, 0);
  return is_same (self->file, part->bytes);
}
