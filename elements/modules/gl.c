/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The module "gl": see volume/gpu.h. A picture is one triangle, of which a
 * shader does a ray each pixel; voxels stay on the graphics processor as long
 * as they are the same. */

#include "error.h"
#include "glcontext.h"
#include "volume/gpu.h"
#include "volume/labels.h"
#include "volume/raycastcell.h"

#include <gio/gio.h>

#include <epoxy/gl.h>
#include <string.h>

/* Entries of a line of the table's texture: as in rays.frag. */
#define TABLE_WIDTH 1024

/* What there is of each volume comes first. */
enum {
  VOXELS,
  TABLE,
  STARTS,
  ENDS,
  N_OF_VOLUME,
};

enum {
  DISTANCES = N_OF_VOLUME * VITRAIL_RAYCAST_VOLUMES,
  HIGHLIGHTS, /* and colours and opacities of segments */
  CUTS,
  LABELS,
  N_TEXTURES,
};

static const char *const names[N_TEXTURES] = {
  "voxels",    "table",      "starts",   "ends",    "voxels_2", "table_2",
  "starts_2",  "ends_2",     "voxels_3", "table_3", "starts_3", "ends_3",
  "distances", "highlights", "cuts",     "labels",
};

typedef struct {
  GstGLContext *context;
  /* Of the context's thread. */
  guint programs[2]; /* by VitrailGpuMode */
  guint textures[N_TEXTURES];
  guint vertices;
  guint frame;
  guint target;
  guint64 voxels_serial;
  guint n_voxels;        /* volumes whose voxels are there */
  guint64 labels_serial; /* of those that are there */
} Gl;

typedef struct {
  Gl *gl;
  const VitrailGpuPicture *picture;
  GError **error;
  gboolean is_done;
} Work;

/* --- programs --- */

static guint
compile (GLenum kind, const char *name, gboolean is_composite, GError **error)
{
  g_autofree char *path = g_strconcat ("/vitrail/gl/", name, NULL);
  g_autoptr (GBytes) bytes =
      g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (bytes == NULL)
    return 0;
  g_autofree char *opaque = g_strdup_printf (
      "#define OPAQUE %.6f\n#define VOLUMES %d\n#define CUTS %d\n"
      "#define CUT_SIDE %d\n#define HALF %.6f\n#define STEEP %.6f\n",
      (double) VITRAIL_RAYCAST_OPAQUE, VITRAIL_RAYCAST_VOLUMES,
      VITRAIL_RAYCAST_CUTS, VITRAIL_RAYCAST_CUT_SIDE,
      (double) VITRAIL_RAYCAST_HALF, (double) VITRAIL_RAYCAST_STEEP);
  const char *parts[] = {
    epoxy_is_desktop_gl () ? "#version 330 core\n" : "#version 320 es\n",
    is_composite ? "#define COMPOSITE\n" : "\n",
    opaque,
    g_bytes_get_data (bytes, NULL),
  };
  const guint shader = glCreateShader (kind);
  int is_good = 0;
  char words[512] = "";

  glShaderSource (shader, G_N_ELEMENTS (parts), parts, NULL);
  glCompileShader (shader);
  glGetShaderiv (shader, GL_COMPILE_STATUS, &is_good);
  if (is_good)
    return shader;
  glGetShaderInfoLog (shader, sizeof words, NULL, words);
  glDeleteShader (shader);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "OpenGL does not compile %s: %s", name, words);
  return 0;
}

static guint
build (gboolean is_composite, GError **error)
{
  const guint cover = compile (GL_VERTEX_SHADER, "cover.vert", FALSE, error);
  const guint rays = cover != 0 ? compile (GL_FRAGMENT_SHADER, "rays.frag",
                                           is_composite, error)
                                : 0;
  guint program = 0;
  int is_good = 0;

  if (rays != 0) {
    program = glCreateProgram ();
    glAttachShader (program, cover);
    glAttachShader (program, rays);
    glLinkProgram (program);
    glGetProgramiv (program, GL_LINK_STATUS, &is_good);
  }
  glDeleteShader (cover);
  glDeleteShader (rays);
  if (is_good)
    return program;
  glDeleteProgram (program);
  if (rays != 0)
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                         "OpenGL does not link its shaders");
  return 0;
}

static guint
get_program (Gl *gl, VitrailGpuMode mode, GError **error)
{
  if (gl->programs[mode] == 0)
    gl->programs[mode] = build (mode == VITRAIL_GPU_COMPOSITE, error);
  return gl->programs[mode];
}

/* --- textures --- */

/* Which texture is meant by what follows; nothing is mixed between texels. */
static void
choose_texture (const Gl *gl, guint which, GLenum kind)
{
  glActiveTexture (GL_TEXTURE0 + which);
  glBindTexture (kind, gl->textures[which]);
  glTexParameteri (kind, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexParameteri (kind, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
}

static void
fill_volume (const Gl *gl,
             guint which,
             const guint size[3],
             gboolean is_wide,
             gconstpointer data)
{
  choose_texture (gl, which, GL_TEXTURE_3D);
  glTexImage3D (GL_TEXTURE_3D, 0, is_wide ? GL_R16UI : GL_R8UI, (int) size[0],
                (int) size[1], (int) size[2], 0, GL_RED_INTEGER,
                is_wide ? GL_UNSIGNED_SHORT : GL_UNSIGNED_BYTE, data);
}

static void
fill_floats (const Gl *gl,
             guint which,
             gboolean is_four,
             guint width,
             guint height,
             const float *data)
{
  choose_texture (gl, which, GL_TEXTURE_2D);
  glTexImage2D (GL_TEXTURE_2D, 0, is_four ? GL_RGBA32F : GL_R32F, (int) width,
                (int) height, 0, is_four ? GL_RGBA : GL_RED, GL_FLOAT, data);
}

static gboolean
fill_table (const Gl *gl, guint which, const VitrailTransferTable *table)
{
  const guint rows = (table->n + TABLE_WIDTH - 1) / TABLE_WIDTH;
  g_autofree guint32 *words =
      g_try_malloc0_n ((gsize) rows * TABLE_WIDTH, 2 * sizeof *words);

  if (words == NULL)
    return FALSE;
  for (guint i = 0; i < table->n; i++) {
    words[(gsize) 2 * i] = table->opacity_red[i];
    words[(gsize) 2 * i + 1] = table->green_blue[i];
  }
  choose_texture (gl, which, GL_TEXTURE_2D);
  glTexImage2D (GL_TEXTURE_2D, 0, GL_RG32UI, TABLE_WIDTH, (int) rows, 0,
                GL_RG_INTEGER, GL_UNSIGNED_INT, words);
  return TRUE;
}

/* Masks, one below the other. */
static void
fill_cuts (const Gl *gl, const VitrailRaycast *cast)
{
  const int side = VITRAIL_RAYCAST_CUT_SIDE;

  if (cast->n_cuts == 0)
    return;
  choose_texture (gl, CUTS, GL_TEXTURE_2D);
  glTexImage2D (GL_TEXTURE_2D, 0, GL_R8UI, side, side * (int) cast->n_cuts, 0,
                GL_RED_INTEGER, GL_UNSIGNED_BYTE, NULL);
  for (guint i = 0; i < cast->n_cuts; i++)
    glTexSubImage2D (GL_TEXTURE_2D, 0, 0, side * (int) i, side, side,
                     GL_RED_INTEGER, GL_UNSIGNED_BYTE, cast->cuts[i].kept);
}

static void
set_cuts (guint program, const VitrailRaycast *cast)
{
  float axes[2][VITRAIL_RAYCAST_CUTS][4] = { { { 0 } } };

  for (guint i = 0; i < cast->n_cuts; i++)
    for (guint a = 0; a < 2; a++)
      memcpy (axes[a][i], cast->cuts[i].axes[a], sizeof axes[a][i]);
  glUniform1i (glGetUniformLocation (program, "n_cuts"), (int) cast->n_cuts);
  glUniform4fv (glGetUniformLocation (program, "cut_columns"),
                VITRAIL_RAYCAST_CUTS, axes[0][0]);
  glUniform4fv (glGetUniformLocation (program, "cut_rows"),
                VITRAIL_RAYCAST_CUTS, axes[1][0]);
}

/* Highlights in one line, then how segments are shown: there are not textures
 * enough for one each. */
static gboolean
fill_lights (const Gl *gl, const VitrailGpuPicture *picture)
{
  const VitrailRaycastSegment *segments = picture->projection->cast->segments;
  const gsize width = VITRAIL_RAYCAST_HIGHLIGHTS + 1;
  g_autofree float *texels = g_try_malloc0_n (3 * width, 4 * sizeof *texels);

  if (texels == NULL)
    return FALSE;
  for (gsize i = 0; i < width; i++)
    texels[4 * i] = picture->highlights[i];
  for (gsize i = 0; segments != NULL && i <= VITRAIL_LABELS_SEGMENTS; i++) {
    memcpy (texels + 4 * (width + i), segments[i].color,
            sizeof segments[i].color);
    texels[4 * (width + i) + 3] = segments[i].opacity;
    texels[4 * (2 * width + i)] = segments[i].more;
  }
  fill_floats (gl, HIGHLIGHTS, TRUE, (guint) width, 3, texels);
  return TRUE;
}

/* Slice by slice: what each voxel is of, and how much about it is inside. */
static gboolean
fill_labels (Gl *gl, const VitrailRaycast *cast)
{
  const guint *size = cast->size;
  const gsize slice = (gsize) size[0] * size[1];

  if (cast->labels == NULL)
    return TRUE;
  choose_texture (gl, LABELS, GL_TEXTURE_3D);
  if (gl->labels_serial == cast->labels_serial)
    return TRUE;
  g_autofree guint8 *texels = g_try_malloc_n (slice, 2);
  if (texels == NULL)
    return FALSE;
  gl->labels_serial = 0;
  glTexImage3D (GL_TEXTURE_3D, 0, GL_RG8UI, (int) size[0], (int) size[1],
                (int) size[2], 0, GL_RG_INTEGER, GL_UNSIGNED_BYTE, NULL);
  for (guint k = 0; k < size[2]; k++) {
    for (gsize i = 0; i < slice; i++) {
      texels[2 * i] = cast->labels[slice * k + i];
      texels[2 * i + 1] = cast->inside[slice * k + i];
    }
    glTexSubImage3D (GL_TEXTURE_3D, 0, 0, 0, (int) k, (int) size[0],
                     (int) size[1], 1, GL_RG_INTEGER, GL_UNSIGNED_BYTE, texels);
  }
  gl->labels_serial = cast->labels_serial;
  return TRUE;
}

/* What a picture needs besides the voxels. */
static gboolean
fill_others (Gl *gl, const VitrailGpuPicture *picture)
{
  const VitrailRaycast *cast = picture->projection->cast;

  if (cast->blocks != NULL)
    fill_volume (gl, DISTANCES, cast->blocks->size, FALSE,
                 cast->blocks->distance);
  if (!fill_lights (gl, picture))
    return FALSE;
  fill_cuts (gl, cast);
  return fill_labels (gl, cast);
}

/* Rays and tables; voxels where they are others. */
static gboolean
fill_volumes (const Gl *gl, const VitrailGpuPicture *picture, gboolean is_new)
{
  const VitrailRaycast *cast = picture->projection->cast;
  const gboolean is_composite = picture->mode == VITRAIL_GPU_COMPOSITE;

  for (guint v = 0; v < picture->n_volumes; v++, cast = cast->next) {
    const guint from = v * N_OF_VOLUME;
    if (is_new)
      fill_volume (gl, from + VOXELS, cast->size, TRUE, cast->voxels);
    else
      choose_texture (gl, from + VOXELS, GL_TEXTURE_3D);
    fill_floats (gl, from + STARTS, TRUE, picture->width, picture->height,
                 picture->starts[v]);
    fill_floats (gl, from + ENDS, FALSE, picture->width, picture->height,
                 picture->ends[v]);
    if (is_composite && !fill_table (gl, from + TABLE, cast->table))
      return FALSE;
  }
  return TRUE;
}

static gboolean
has_room (const VitrailGpuPicture *picture)
{
  const VitrailRaycast *cast = picture->projection->cast;
  int most_3d = 0;
  int most = 0;

  glGetIntegerv (GL_MAX_3D_TEXTURE_SIZE, &most_3d);
  glGetIntegerv (GL_MAX_TEXTURE_SIZE, &most);
  for (guint v = 0; v < picture->n_volumes; v++, cast = cast->next)
    for (guint a = 0; a < 3; a++)
      if (cast->size[a] > (guint) most_3d)
        return FALSE;
  return MAX (picture->width, picture->height) <= (guint) most;
}

static gboolean
fill_textures (Gl *gl, const VitrailGpuPicture *picture)
{
  const gboolean is_new = gl->n_voxels < picture->n_volumes ||
                          gl->voxels_serial != picture->voxels_serial;

  if (!has_room (picture))
    return FALSE;
  while (glGetError () != GL_NO_ERROR) {
  }
  glPixelStorei (GL_UNPACK_ALIGNMENT, 1);
  if (is_new)
    gl->n_voxels = 0;
  if (!fill_volumes (gl, picture, is_new))
    return FALSE;
  if (!fill_others (gl, picture))
    return FALSE;
  if (glGetError () != GL_NO_ERROR) {
    gl->labels_serial = 0;
    return FALSE;
  }
  gl->n_voxels = MAX (gl->n_voxels, picture->n_volumes);
  gl->voxels_serial = picture->voxels_serial;
  return TRUE;
}

/* --- pictures --- */

/* Of each volume: its size, its rays, its table. */
static void
set_volumes (guint program, const VitrailGpuPicture *picture)
{
  const VitrailRaycast *cast = picture->projection->cast;
  int sizes[VITRAIL_RAYCAST_VOLUMES][3] = { { 0 } };
  float rays[VITRAIL_RAYCAST_VOLUMES][3] = { { 0 } };
  float scales[VITRAIL_RAYCAST_VOLUMES][3] = { { 0 } };

  for (guint v = 0; v < picture->n_volumes; v++, cast = cast->next) {
    for (guint a = 0; a < 3; a++) {
      sizes[v][a] = (int) cast->size[a];
      rays[v][a] = (float) cast->ray[a];
    }
    if (picture->mode != VITRAIL_GPU_COMPOSITE)
      continue;
    scales[v][0] = cast->table->low;
    scales[v][1] = cast->table->scale;
    scales[v][2] = (float) (cast->table->n - 1);
  }
  glUniform1i (glGetUniformLocation (program, "n_volumes"),
               (int) picture->n_volumes);
  glUniform3iv (glGetUniformLocation (program, "sizes"),
                VITRAIL_RAYCAST_VOLUMES, sizes[0]);
  glUniform3fv (glGetUniformLocation (program, "rays"), VITRAIL_RAYCAST_VOLUMES,
                rays[0]);
  glUniform3fv (glGetUniformLocation (program, "scales"),
                VITRAIL_RAYCAST_VOLUMES, scales[0]);
}

static void
set_uniforms (guint program, const VitrailGpuPicture *picture)
{
  const VitrailProjection *projection = picture->projection;
  const VitrailRaycast *cast = projection->cast;

  for (int i = 0; i < N_TEXTURES; i++)
    glUniform1i (glGetUniformLocation (program, names[i]), i);
  glUniform4f (glGetUniformLocation (program, "light"), cast->ambient,
               cast->diffuse, cast->specular, cast->specular_power);
  glUniformMatrix3fv (glGetUniformLocation (program, "normal"), 1, GL_TRUE,
                      cast->normal);
  glUniform1i (glGetUniformLocation (program, "has_blocks"),
               cast->blocks != NULL && picture->n_volumes == 1);
  glUniform1i (glGetUniformLocation (program, "is_shaded"), cast->is_shaded);
  glUniform1i (glGetUniformLocation (program, "has_labels"),
               cast->labels != NULL);
  glUniform1i (glGetUniformLocation (program, "mode"), (int) projection->mode);
  glUniform1f (glGetUniformLocation (program, "dimming"), cast->dimming);
  glUniform1i (glGetUniformLocation (program, "has_padding"),
               projection->has_padding);
  glUniform2ui (glGetUniformLocation (program, "padding"),
                projection->padding[0], projection->padding[1]);
  glUniform1f (glGetUniformLocation (program, "threshold"),
               projection->threshold);
  set_cuts (program, cast);
  set_volumes (program, picture);
}

static gboolean
set_target (const Gl *gl, const VitrailGpuPicture *picture)
{
  glBindFramebuffer (GL_FRAMEBUFFER, gl->frame);
  glBindRenderbuffer (GL_RENDERBUFFER, gl->target);
  glRenderbufferStorage (GL_RENDERBUFFER,
                         picture->mode == VITRAIL_GPU_COMPOSITE ? GL_RGBA8
                                                                : GL_RG32F,
                         (int) picture->width, (int) picture->height);
  glFramebufferRenderbuffer (GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0,
                             GL_RENDERBUFFER, gl->target);
  return glCheckFramebufferStatus (GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE;
}

static void
read_picture (const VitrailGpuPicture *picture)
{
  const gboolean is_composite = picture->mode == VITRAIL_GPU_COMPOSITE;

  glPixelStorei (GL_PACK_ALIGNMENT, 1);
  glReadPixels (0, 0, (int) picture->width, (int) picture->height,
                is_composite ? GL_RGBA : GL_RG,
                is_composite ? GL_UNSIGNED_BYTE : GL_FLOAT, picture->out);
}

static void
draw_picture (GstGLContext *context, gpointer data)
{
  Work *work = data;
  Gl *gl = work->gl;
  const VitrailGpuPicture *picture = work->picture;
  const guint program = get_program (gl, picture->mode, work->error);

  if (program == 0)
    return;
  if (fill_textures (gl, picture) && set_target (gl, picture)) {
    glUseProgram (program);
    set_uniforms (program, picture);
    glBindVertexArray (gl->vertices);
    glViewport (0, 0, (int) picture->width, (int) picture->height);
    glDisable (GL_BLEND);
    glDisable (GL_DITHER);
    glDrawArrays (GL_TRIANGLES, 0, 3);
    read_picture (picture);
    work->is_done = glGetError () == GL_NO_ERROR;
  }
  if (!work->is_done)
    g_set_error_literal (work->error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                         "the graphics processor has no room for the volume");
}

static gboolean
draw (gpointer context, const VitrailGpuPicture *picture, GError **error)
{
  Gl *gl = context;
  Work work = { gl, picture, error, FALSE };

  gst_gl_context_thread_add (gl->context, draw_picture, &work);
  return work.is_done;
}

/* --- the context's --- */

static void
make_objects (GstGLContext *context, gpointer data)
{
  Gl *gl = data;

  glGenTextures (N_TEXTURES, gl->textures);
  glGenVertexArrays (1, &gl->vertices);
  glGenFramebuffers (1, &gl->frame);
  glGenRenderbuffers (1, &gl->target);
}

static void
delete_objects (GstGLContext *context, gpointer data)
{
  Gl *gl = data;

  glDeleteTextures (N_TEXTURES, gl->textures);
  glDeleteVertexArrays (1, &gl->vertices);
  glDeleteFramebuffers (1, &gl->frame);
  glDeleteRenderbuffers (1, &gl->target);
  for (guint i = 0; i < G_N_ELEMENTS (gl->programs); i++)
    glDeleteProgram (gl->programs[i]);
}

static gpointer
open_gl (gboolean is_software_too, GError **error)
{
  GstGLContext *context = vitrail_gl_context_acquire (is_software_too, error);

  if (context == NULL)
    return NULL;
  Gl *gl = g_new0 (Gl, 1);
  gl->context = context;
  gst_gl_context_thread_add (context, make_objects, gl);
  return gl;
}

static void
close_gl (gpointer context)
{
  Gl *gl = context;

  gst_gl_context_thread_add (gl->context, delete_objects, gl);
  gst_object_unref (gl->context);
  g_free (gl);
}

extern const VitrailGpuModule vitrail_gl_module;

const VitrailGpuModule vitrail_gl_module = { open_gl, draw, close_gl };
