/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotation sets in files: see store.h. */

#include "annotation/store.h"

#include "annotation/geojson.h"
#include "error.h"
#include "limits.h"
#include "mapping.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX     ".geojson"
#define MAX_NAME   100u
#define MAX_SLIDE  200u
#define MAX_LISTED 4096u

struct _VitrailAnnotationStore {
  gint ref_count;
  char *folder;
  const char *suffix;
  pthread_mutex_t lock; /* held over looking and replacing what was seen */
};

/* --- names --- */

gboolean
vitrail_annotation_name_is_valid (const char *name)
{
  const size_t length = strlen (name);

  if (length == 0 || length > MAX_NAME || name[0] == '.' || name[0] == ' ' ||
      name[length - 1] == ' ' || !g_utf8_validate (name, -1, NULL))
    return FALSE;
  for (const char *c = name; *c != '\0'; c = g_utf8_find_next_char (c, NULL)) {
    const gunichar letter = g_utf8_get_char (c);
    if (letter == '/' || letter == '\\' || g_unichar_iscntrl (letter))
      return FALSE;
  }
  return TRUE;
}

char *
vitrail_annotation_name_number (const char *name, guint number)
{
  g_autofree char *suffix = g_strdup_printf (" %u", number);
  size_t length = MIN (strlen (name), MAX_NAME - strlen (suffix));

  /* Between two characters. */
  while (length > 0 && ((guchar) name[length] & 0xc0) == 0x80)
    length--;
  g_autofree char *begin = g_strchomp (g_strndup (name, length));
  return g_strconcat (begin, suffix, NULL);
}

/* As ids of slides are: letters, digits, dots, dashes. */
static gboolean
is_slide (const char *id)
{
  const size_t length = strlen (id);

  return length > 0 && length <= MAX_SLIDE && id[0] != '.' &&
         strspn (id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTU"
                     "VWXYZ._-") == length;
}

static char *
make_path (const VitrailAnnotationStore *self,
           const char *const place[2],
           GError **error)
{
  if (!is_slide (place[0]) || !vitrail_annotation_name_is_valid (place[1])) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "annotations: \"%s\" of slide %s: not a name for a set",
                 place[1], place[0]);
    return NULL;
  }
  g_autofree char *base = g_strconcat (place[1], self->suffix, NULL);
  return g_build_filename (self->folder, place[0], base, NULL);
}

/* --- the store --- */

VitrailAnnotationStore *
vitrail_annotation_store_new_of (const char *folder, const char *suffix)
{
  VitrailAnnotationStore *self = g_new0 (VitrailAnnotationStore, 1);

  self->ref_count = 1;
  self->folder = g_strdup (folder);
  self->suffix = suffix;
  pthread_mutex_init (&self->lock, NULL);
  return self;
}

VitrailAnnotationStore *
vitrail_annotation_store_new (const char *folder)
{
  g_autofree char *own =
      g_build_filename (g_get_user_data_dir (), "vitrail", "annotations", NULL);

  return vitrail_annotation_store_new_of (folder != NULL ? folder : own,
                                          SUFFIX);
}

VitrailAnnotationStore *
vitrail_annotation_store_ref (VitrailAnnotationStore *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_annotation_store_unref (VitrailAnnotationStore *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  pthread_mutex_destroy (&self->lock);
  g_free (self->folder);
  g_free (self);
}

G_DEFINE_BOXED_TYPE (VitrailAnnotationStore,
                     vitrail_annotation_store,
                     vitrail_annotation_store_ref,
                     vitrail_annotation_store_unref)

/* --- looking --- */

/* Every writing makes another file: its number and time tell them apart. */
static void
describe (const struct stat *state, VitrailAnnotationFile *file)
{
  file->bytes = (guint64) state->st_size;
  file->modified = (gint64) state->st_mtim.tv_sec;
  g_snprintf (file->tag, sizeof file->tag, "%lx-%lx-%lx",
              (gulong) state->st_ino, (gulong) state->st_size,
              (gulong) state->st_mtim.tv_sec * 1000000000ul +
                  (gulong) state->st_mtim.tv_nsec);
}

static gboolean
look_at (const char *path, VitrailAnnotationFile *file)
{
  struct stat state;

  if (stat (path, &state) != 0 || !S_ISREG (state.st_mode))
    return FALSE;
  describe (&state, file);
  return TRUE;
}

gboolean
vitrail_annotation_store_look (VitrailAnnotationStore *self,
                               const char *slide,
                               const char *name,
                               VitrailAnnotationFile *file)
{
  const char *const place[2] = { slide, name };
  g_autofree char *path = make_path (self, place, NULL);

  return path != NULL && look_at (path, file);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char **
vitrail_annotation_store_list (VitrailAnnotationStore *self, const char *slide)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder =
      is_slide (slide) ? g_build_filename (self->folder, slide, NULL) : NULL;
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *base;

  while (dir != NULL && names->len < MAX_LISTED &&
         (base = g_dir_read_name (dir)) != NULL)
  {
    if (!g_str_has_suffix (base, self->suffix))
      continue;
    g_autofree char *name =
        g_strndup (base, strlen (base) - strlen (self->suffix));
    if (vitrail_annotation_name_is_valid (name))
      g_ptr_array_add (names, g_steal_pointer (&name));
  }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

static gboolean
fail_missing (const char *const place[2], GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "slide %s has no annotations \"%s\"", place[0], place[1]);
  return FALSE;
}

GBytes *
vitrail_annotation_store_ref_text (VitrailAnnotationStore *self,
                                   const char *slide,
                                   const char *name,
                                   char tag[VITRAIL_ANNOTATION_TAG_SIZE],
                                   GError **error)
{
  const char *const place[2] = { slide, name };
  g_autofree char *path = make_path (self, place, error);
  VitrailAnnotationFile file;
  GBytes *text = NULL;

  if (path == NULL)
    return NULL;
  /* Between the two nobody replaces it. */
  pthread_mutex_lock (&self->lock);
  const gboolean is_there = look_at (path, &file);
  if (is_there)
    text = vitrail_map_file (path, error);
  pthread_mutex_unlock (&self->lock);
  if (!is_there)
    fail_missing (place, error);
  else
    memcpy (tag, file.tag, VITRAIL_ANNOTATION_TAG_SIZE);
  return text;
}

VitrailAnnotationSet *
vitrail_annotation_store_load (VitrailAnnotationStore *self,
                               const char *slide,
                               const char *name,
                               char **tag,
                               char **warning,
                               GError **error)
{
  char own[VITRAIL_ANNOTATION_TAG_SIZE];
  g_autoptr (GBytes) text =
      vitrail_annotation_store_ref_text (self, slide, name, own, error);
  gsize length;

  if (warning != NULL)
    *warning = NULL;
  if (text == NULL)
    return NULL;
  const char *data = g_bytes_get_data (text, &length);
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_geojson_read (data, length, name, warning, error);
  if (set == NULL)
    return NULL;
  if (tag != NULL)
    *tag = g_strdup (own);
  return vitrail_annotation_set_with_name (set, name);
}

/* --- changing --- */

static gboolean
fail_io (const char *path, const char *what, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: %s: %s", path, what,
               g_strerror (errno));
  return FALSE;
}

static gboolean
write_all (int fd, const char *data, gsize length)
{
  while (length > 0) {
    const ssize_t n = write (fd, data, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    data += n;
    length -= (gsize) n;
  }
  return TRUE;
}

/* A folder's entries last as its files do. */
static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  const int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

/* Beside it, on the disk, then in its place. */
static gboolean
replace_file (const char *path, GBytes *text, GError **error)
{
  g_autofree char *beside = g_strconcat (path, ".XXXXXX", NULL);
  gsize length;
  const char *data = g_bytes_get_data (text, &length);
  const int fd = g_mkstemp_full (beside, O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0)
    return fail_io (path, "cannot be written", error);
  gboolean done = write_all (fd, data, length) && fsync (fd) == 0;
  done = close (fd) == 0 && done;
  done = done && g_rename (beside, path) == 0;
  if (!done) {
    fail_io (path, "cannot be written", error);
    g_unlink (beside);
    return FALSE;
  }
  sync_folder (path);
  return TRUE;
}

static gboolean
is_expected (const char *path, VitrailExpectation expectation, const char *tag)
{
  VitrailAnnotationFile file;
  const gboolean is_there = look_at (path, &file);

  switch (expectation) {
  case VITRAIL_EXPECT_NOTHING:
    return !is_there;
  case VITRAIL_EXPECT_TAG:
    return is_there && strcmp (file.tag, tag) == 0;
  default:
    return TRUE;
  }
}

static gboolean
put_locked (const char *path,
            GBytes *text,
            VitrailExpectation expectation,
            char tag[VITRAIL_ANNOTATION_TAG_SIZE],
            gboolean *conflict,
            GError **error)
{
  VitrailAnnotationFile file;

  *conflict = !is_expected (path, expectation, tag);
  if (*conflict) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: has been changed meanwhile", path);
    return FALSE;
  }
  if (!replace_file (path, text, error))
    return FALSE;
  if (look_at (path, &file))
    memcpy (tag, file.tag, sizeof file.tag);
  return TRUE;
}

gboolean
vitrail_annotation_store_put (VitrailAnnotationStore *self,
                              const char *const place[2],
                              GBytes *text,
                              VitrailExpectation expectation,
                              char tag[VITRAIL_ANNOTATION_TAG_SIZE],
                              gboolean *conflict,
                              GError **error)
{
  g_autofree char *path = make_path (self, place, error);
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;

  *conflict = FALSE;
  if (path == NULL)
    return FALSE;
  if (g_bytes_get_size (text) > VITRAIL_LIMIT_GEOJSON_BYTES) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "annotations \"%s\": more than %llu bytes", place[1],
                 VITRAIL_LIMIT_GEOJSON_BYTES);
    return FALSE;
  }
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail_io (folder, "cannot be made", error);
  pthread_mutex_lock (&self->lock);
  const gboolean done =
      put_locked (path, text, expectation, tag, conflict, error);
  pthread_mutex_unlock (&self->lock);
  return done;
}

gboolean
vitrail_annotation_store_save (VitrailAnnotationStore *self,
                               const char *slide,
                               VitrailAnnotationSet *set,
                               const char *expected,
                               char **tag,
                               GError **error)
{
  const char *const place[2] = { slide, vitrail_annotation_set_get_name (set) };
  g_autoptr (GBytes) text = vitrail_geojson_to_bytes (set, error);
  char own[VITRAIL_ANNOTATION_TAG_SIZE] = "";
  VitrailExpectation expectation = VITRAIL_EXPECT_ANYTHING;
  gboolean conflict;

  if (text == NULL)
    return FALSE;
  if (expected != NULL) {
    expectation =
        *expected != '\0' ? VITRAIL_EXPECT_TAG : VITRAIL_EXPECT_NOTHING;
    g_strlcpy (own, expected, sizeof own);
  }
  if (!vitrail_annotation_store_put (self, place, text, expectation, own,
                                     &conflict, error))
    return FALSE;
  if (tag != NULL)
    *tag = g_strdup (own);
  return TRUE;
}

gboolean
vitrail_annotation_store_delete (VitrailAnnotationStore *self,
                                 const char *const place[2],
                                 const char *tag,
                                 gboolean *conflict,
                                 GError **error)
{
  g_autofree char *path = make_path (self, place, error);
  VitrailAnnotationFile file;

  *conflict = FALSE;
  if (path == NULL)
    return FALSE;
  pthread_mutex_lock (&self->lock);
  const gboolean is_there = look_at (path, &file);
  *conflict = is_there && tag != NULL && strcmp (file.tag, tag) != 0;
  const gboolean done = is_there && !*conflict && g_unlink (path) == 0;
  pthread_mutex_unlock (&self->lock);
  if (done)
    return TRUE;
  if (*conflict)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: has been changed meanwhile", path);
  else if (is_there)
    fail_io (path, "cannot be deleted", error);
  else
    fail_missing (place, error);
  return FALSE;
}
