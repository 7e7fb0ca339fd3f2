/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Versions of slides: see slideversion.h. */

#include "slideversion.h"

#include <string.h>
#include <sys/stat.h>

static void
add_files (GChecksum *sum, char **paths)
{
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++) {
    struct stat state = { 0 };
    if (stat (paths[i], &state) != 0)
      memset (&state, 0, sizeof state);
    g_autofree char *text = g_strdup_printf (
        "%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
        paths[i], (gint64) state.st_size, (gint64) state.st_mtim.tv_sec,
        (gint64) state.st_mtim.tv_nsec);
    g_checksum_update (sum, (const guchar *) text, -1);
  }
}

static char *
make_version (char **paths, char **companions, const char *content)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  const gsize digits = 16;

  add_files (sum, paths);
  add_files (sum, companions);
  if (content != NULL)
    g_checksum_update (sum, (const guchar *) content, -1);
  return g_strndup (g_checksum_get_string (sum), digits);
}

char *
vitrail_slide_make_version (const VitrailSlideEntry *entry, VitrailSlide *slide)
{
  return make_version (entry->paths, vitrail_slide_get_companions (slide),
                       vitrail_slide_get_version (slide));
}

/* --- descriptions --- */

VitrailSlideDescription *
vitrail_slide_description_new (VitrailSlide *slide,
                               const char *version,
                               char *json)
{
  VitrailSlideDescription *self =
      g_atomic_rc_box_new0 (VitrailSlideDescription);

  self->json = json;
  self->version = g_strdup (version);
  self->companions = g_strdupv (vitrail_slide_get_companions (slide));
  self->content = g_strdup (vitrail_slide_get_version (slide));
  return self;
}

VitrailSlideDescription *
vitrail_slide_description_ref (VitrailSlideDescription *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
description_clear (gpointer data)
{
  VitrailSlideDescription *self = data;

  g_free (self->json);
  g_free (self->version);
  g_strfreev (self->companions);
  g_free (self->content);
}

void
vitrail_slide_description_unref (VitrailSlideDescription *self)
{
  g_atomic_rc_box_release_full (self, description_clear);
}

gboolean
vitrail_slide_description_is_of (const VitrailSlideDescription *self,
                                 const VitrailSlideEntry *entry,
                                 const char *version)
{
  g_autofree char *now =
      version == NULL
          ? make_version (entry->paths, self->companions, self->content)
          : NULL;

  return strcmp (self->version, version != NULL ? version : now) == 0;
}
