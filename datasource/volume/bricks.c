/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Voxels in a file: see bricks.h. Cubes of SIDE voxels follow each other along
 * i, j, k; those at the ends are whole too. */

#include "volume/bricks.h"

#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define SIDE 32u

typedef struct {
  gint ref_count;
  guint64 number;
  VitrailMemoryEntry memory;
  guint8 bytes[];
} Brick;

struct _VitrailBricks {
  /* Constant. */
  guint size[3];
  guint count[3]; /* of bricks */
  size_t voxel;
  size_t brick_bytes;
  int file;
  VitrailMemoryClient *memory;

  pthread_mutex_t lock;
  /* Guarded by lock. */
  GHashTable *kept; /* number in Brick -> Brick */
  guint *versions;  /* one a layer: grows as slices are written to it */
};

static void
brick_unref (gpointer data)
{
  Brick *self = data;

  if (g_atomic_int_dec_and_test (&self->ref_count))
    g_free (self);
}

static gsize
evict_cb (gpointer user_data)
{
  VitrailBricks *self = user_data;

  pthread_mutex_lock (&self->lock);
  Brick *brick = vitrail_memory_client_get_oldest (self->memory);
  if (brick != NULL) {
    vitrail_memory_client_remove (self->memory, &brick->memory);
    g_hash_table_steal (self->kept, &brick->number);
  }
  pthread_mutex_unlock (&self->lock);
  if (brick == NULL)
    return 0;
  brick_unref (brick);
  return self->brick_bytes;
}

/* A file without a name, that is gone when it is closed: not in /tmp, which may
 * be memory too. */
static int
open_file (GError **error)
{
  const char *folder =
      g_getenv ("TMPDIR") != NULL ? g_get_tmp_dir () : "/var/tmp";
  g_autofree char *path =
      g_build_filename (folder, "vitrail-volume-XXXXXX", NULL);
  const int file = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);

  if (file >= 0)
    unlink (path);
  else
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: %s", folder,
                 g_strerror (errno));
  return file;
}

static guint64
get_n_bricks (const VitrailBricks *self)
{
  return (guint64) self->count[0] * self->count[1] * self->count[2];
}

/* All of it now: a disk that is full says so before anything is decoded. */
static gboolean
make_room (VitrailBricks *self, GError **error)
{
  const guint64 bytes = get_n_bricks (self) * self->brick_bytes;
  const int status = posix_fallocate (self->file, 0, (off_t) bytes);

  if (status == 0)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO,
               "No room for a volume of %" G_GUINT64_FORMAT
               " MiB, neither in memory nor in a file: %s",
               bytes >> 20, g_strerror (status));
  return FALSE;
}

VitrailBricks *
vitrail_bricks_new (const guint size[3],
                    guint voxel_bytes,
                    VitrailMemoryBudget *budget,
                    GError **error)
{
  const int file = open_file (error);

  if (file < 0)
    return NULL;
  g_autoptr (VitrailBricks) self = g_new0 (VitrailBricks, 1);
  memcpy (self->size, size, sizeof self->size);
  for (guint axis = 0; axis < 3; axis++)
    self->count[axis] = (size[axis] - 1) / SIDE + 1;
  self->voxel = voxel_bytes;
  self->brick_bytes = (size_t) SIDE * SIDE * SIDE * voxel_bytes;
  self->file = file;
  pthread_mutex_init (&self->lock, NULL);
  self->kept =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, brick_unref);
  self->versions = g_new0 (guint, self->count[2]);
  self->memory = vitrail_memory_client_new (budget, "bricks", evict_cb, self);
  if (!make_room (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
vitrail_bricks_free (VitrailBricks *self)
{
  vitrail_memory_client_free (self->memory);
  g_hash_table_unref (self->kept);
  g_free (self->versions);
  close (self->file);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

static guint64
get_number (const VitrailBricks *self, guint bi, guint bj, guint bk)
{
  return ((guint64) bk * self->count[1] + bj) * self->count[0] + bi;
}

/* --- writing --- */

static gboolean
write_all (int file, const guint8 *bytes, size_t n, off_t at, GError **error)
{
  while (n > 0) {
    const ssize_t written = pwrite (file, bytes, n, at);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO,
                   "A volume's file could not be written: %s",
                   g_strerror (errno));
      return FALSE;
    }
    bytes += written;
    at += written;
    n -= (size_t) written;
  }
  return TRUE;
}

/* The part of slice @k that lies in one brick. */
static gboolean
write_tile (VitrailBricks *self,
            guint k,
            const guint8 *voxels,
            const guint at[2],
            GError **error)
{
  guint8 tile[(size_t) SIDE * SIDE * sizeof (float)] = { 0 };
  const guint columns = MIN (SIDE, self->size[0] - at[0] * SIDE);
  const guint rows = MIN (SIDE, self->size[1] - at[1] * SIDE);
  const size_t plane = (size_t) SIDE * SIDE * self->voxel;

  for (guint j = 0; j < rows; j++) {
    const size_t row = (size_t) (at[1] * SIDE + j) * self->size[0];
    memcpy (tile + (size_t) j * SIDE * self->voxel,
            voxels + (row + (size_t) at[0] * SIDE) * self->voxel,
            columns * self->voxel);
  }
  const guint64 brick = get_number (self, at[0], at[1], k / SIDE);
  return write_all (self->file, tile, plane,
                    (off_t) (brick * self->brick_bytes + k % SIDE * plane),
                    error);
}

/* What was read of @layer is old now. */
static void
forget_layer (VitrailBricks *self, guint layer)
{
  const guint64 first = get_number (self, 0, 0, layer);
  const guint64 end = first + (guint64) self->count[0] * self->count[1];

  pthread_mutex_lock (&self->lock);
  self->versions[layer]++;
  for (guint64 number = first; number < end; number++) {
    Brick *brick = g_hash_table_lookup (self->kept, &number);
    if (brick == NULL)
      continue;
    vitrail_memory_client_remove (self->memory, &brick->memory);
    vitrail_memory_client_release (self->memory, self->brick_bytes);
    g_hash_table_remove (self->kept, &number);
  }
  pthread_mutex_unlock (&self->lock);
}

gboolean
vitrail_bricks_write_slice (VitrailBricks *self,
                            guint k,
                            const void *voxels,
                            GError **error)
{
  for (guint bj = 0; bj < self->count[1]; bj++)
    for (guint bi = 0; bi < self->count[0]; bi++) {
      const guint at[2] = { bi, bj };
      if (!write_tile (self, k, voxels, at, error))
        return FALSE;
    }
  forget_layer (self, k / SIDE);
  return TRUE;
}

/* --- reading --- */

static gboolean
read_all (int file, guint8 *bytes, size_t n, off_t at, GError **error)
{
  while (n > 0) {
    const ssize_t got = pread (file, bytes, n, at);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO,
                   "A volume's file could not be read: %s",
                   got < 0 ? g_strerror (errno) : "it ends early");
      return FALSE;
    }
    bytes += got;
    at += got;
    n -= (size_t) got;
  }
  return TRUE;
}

static Brick *
look_up (VitrailBricks *self, guint64 number, guint layer, guint *version)
{
  pthread_mutex_lock (&self->lock);
  Brick *brick = g_hash_table_lookup (self->kept, &number);
  if (brick != NULL) {
    g_atomic_int_inc (&brick->ref_count);
    vitrail_memory_client_use (self->memory, &brick->memory);
  }
  *version = self->versions[layer];
  pthread_mutex_unlock (&self->lock);
  return brick;
}

/* Where there is room for it, and it is not old by now. */
static void
keep (VitrailBricks *self, Brick *brick, guint layer, guint version)
{
  if (!vitrail_memory_client_reserve (self->memory, self->brick_bytes))
    return;
  pthread_mutex_lock (&self->lock);
  if (self->versions[layer] != version ||
      g_hash_table_contains (self->kept, &brick->number))
  {
    vitrail_memory_client_release (self->memory, self->brick_bytes);
  } else {
    g_atomic_int_inc (&brick->ref_count);
    g_hash_table_insert (self->kept, &brick->number, brick);
    vitrail_memory_client_add (self->memory, &brick->memory, brick);
  }
  pthread_mutex_unlock (&self->lock);
}

static Brick *
load (VitrailBricks *self, guint bi, guint bj, guint layer, GError **error)
{
  const guint64 number = get_number (self, bi, bj, layer);
  guint version = 0;
  Brick *brick = look_up (self, number, layer, &version);

  if (brick != NULL)
    return brick;
  brick = g_malloc0 (sizeof *brick + self->brick_bytes);
  brick->ref_count = 1;
  brick->number = number;
  if (!read_all (self->file, brick->bytes, self->brick_bytes,
                 (off_t) (number * self->brick_bytes), error))
  {
    g_free (brick);
    return NULL;
  }
  keep (self, brick, layer, version);
  return brick;
}

typedef struct {
  const guint *from;
  const guint *size;
  const guint *slices;
  guint8 *out;
} Box;

/* Slice @k of @box, where it lies in @brick. */
static void
copy_plane (const VitrailBricks *self,
            const Box *box,
            guint k,
            const Brick *brick,
            const guint at[2])
{
  const guint left = MAX (box->from[0], at[0] * SIDE);
  const guint right = MIN (box->from[0] + box->size[0], (at[0] + 1) * SIDE);
  const guint top = MAX (box->from[1], at[1] * SIDE);
  const guint bottom = MIN (box->from[1] + box->size[1], (at[1] + 1) * SIDE);
  const size_t plane = (size_t) (box->slices[k] % SIDE) * SIDE * SIDE;

  for (guint j = top; j < bottom; j++) {
    const size_t to =
        ((size_t) k * box->size[1] + (j - box->from[1])) * box->size[0] +
        (left - box->from[0]);
    const size_t voxel =
        plane + (size_t) (j - at[1] * SIDE) * SIDE + (left - at[0] * SIDE);
    memcpy (box->out + to * self->voxel, brick->bytes + voxel * self->voxel,
            (right - left) * self->voxel);
  }
}

/* All planes of @box that come from one brick: it is read once. */
static gboolean
copy_brick (VitrailBricks *self,
            const Box *box,
            guint layer,
            const guint at[2],
            GError **error)
{
  Brick *brick = load (self, at[0], at[1], layer, error);

  if (brick == NULL)
    return FALSE;
  for (guint k = 0; k < box->size[2]; k++)
    if (box->slices[k] != VITRAIL_BRICKS_EMPTY &&
        box->slices[k] / SIDE == layer)
      copy_plane (self, box, k, brick, at);
  brick_unref (brick);
  return TRUE;
}

static gboolean
copy_layer (VitrailBricks *self, const Box *box, guint layer, GError **error)
{
  const guint right = (box->from[0] + box->size[0] - 1) / SIDE;
  const guint bottom = (box->from[1] + box->size[1] - 1) / SIDE;

  for (guint bj = box->from[1] / SIDE; bj <= bottom; bj++)
    for (guint bi = box->from[0] / SIDE; bi <= right; bi++) {
      const guint at[2] = { bi, bj };
      if (!copy_brick (self, box, layer, at, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_layer_wanted (const Box *box, guint layer)
{
  for (guint k = 0; k < box->size[2]; k++)
    if (box->slices[k] != VITRAIL_BRICKS_EMPTY &&
        box->slices[k] / SIDE == layer)
      return TRUE;
  return FALSE;
}

gboolean
vitrail_bricks_read_box (VitrailBricks *self,
                         const guint from[3],
                         const guint size[3],
                         const guint *slices,
                         void *out,
                         GError **error)
{
  const Box box = { from, size, slices, out };

  if (size[0] == 0 || size[1] == 0)
    return TRUE;
  for (guint layer = 0; layer < self->count[2]; layer++)
    if (is_layer_wanted (&box, layer) && !copy_layer (self, &box, layer, error))
      return FALSE;
  return TRUE;
}
