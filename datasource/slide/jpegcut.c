/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Coefficients from one JPEG stream into others: see jpegcut.h. */

#include "slide/jpegcut.h"

#include "error.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

/* After stdio.h, which jpeglib.h needs and does not include. */
/* clang-format off */
#include <jpeglib.h>

/* clang-format on */

#define MARKER_SOI  0xd8
#define MARKER_SOF0 0xc0
#define MARKER_SOF1 0xc1
#define MARKER_RST0 0xd0
#define MARKER_SOS  0xda
#define MARKER_DRI  0xdd
#define MARKER_EOI  0xd9

/* Between libjpeg and the stream in the making. */
#define BUFFER_BYTES 16384

/* --- the head --- */

static guint
get_u16 (const uint8_t *at)
{
  return (guint) at[0] << 8 | at[1];
}

static void
put_u16 (uint8_t *at, guint value)
{
  at[0] = (uint8_t) (value >> 8);
  at[1] = (uint8_t) value;
}

/* @body: behind the length. */
static gboolean
read_frame (VitrailJpegHead *self, const uint8_t *body, size_t length)
{
  guint h = 1;
  guint v = 1;

  if (length < 6 || body[0] != 8 || (body[5] != 1 && body[5] != 3) ||
      length < 6 + 3 * (size_t) body[5])
    return FALSE;
  self->size_at = (size_t) (body + 1 - self->data);
  self->height = get_u16 (body + 1);
  self->width = get_u16 (body + 3);
  self->n_components = body[5];
  for (guint i = 0; i < self->n_components; i++) {
    const guint factors = body[6 + 3 * i + 1];
    if (factors >> 4 < 1 || factors >> 4 > 4 || (factors & 15) < 1 ||
        (factors & 15) > 4)
      return FALSE;
    h = MAX (h, factors >> 4);
    v = MAX (v, factors & 15);
  }
  /* Of one component an MCU is one block, whatever its factors. */
  self->mcu_width = self->n_components == 1 ? 8 : 8 * h;
  self->mcu_height = self->n_components == 1 ? 8 : 8 * v;
  return TRUE;
}

/* FALSE ends the reading: it cannot be cut. */
static gboolean
read_segment (VitrailJpegHead *self, uint8_t marker, size_t at, size_t length)
{
  const uint8_t *body = self->data + at + 4;

  if (marker == MARKER_SOF0 || marker == MARKER_SOF1)
    return read_frame (self, body, length);
  if (marker == MARKER_DRI && length >= 2) {
    self->interval_at = at + 4;
    self->interval = get_u16 (body);
  }
  if (marker == MARKER_SOS)
    return self->n_components > 0 && length >= 1 &&
           body[0] == self->n_components;
  /* Other frames: progressive, lossless, arithmetic, hierarchical. */
  return marker < 0xc2 || marker > 0xcf || marker == 0xc4;
}

gboolean
vitrail_jpeg_head_read (VitrailJpegHead *self,
                        const uint8_t *data,
                        size_t length)
{
  size_t at = 2;

  memset (self, 0, sizeof *self);
  self->data = data;
  if (length < 4 || data[0] != 0xff || data[1] != MARKER_SOI)
    return FALSE;
  while (at + 4 <= length && data[at] == 0xff) {
    const uint8_t marker = data[at + 1];
    if (marker == 0xff) { /* fill byte */
      at++;
      continue;
    }
    const size_t segment = get_u16 (data + at + 2);
    if (segment < 2 || segment > length - at - 2 ||
        !read_segment (self, marker, at, segment - 2))
      return FALSE;
    at += 2 + segment;
    if (marker != MARKER_SOS)
      continue;
    self->length = at;
    return TRUE;
  }
  return FALSE;
}

/* --- coefficients --- */

typedef struct {
  struct jpeg_error_mgr errors; /* first: libjpeg hands it back */
  jmp_buf jump;
  char text[JMSG_LENGTH_MAX];

  struct jpeg_progress_mgr progress; /* of @from */
  struct jpeg_decompress_struct from;
  struct jpeg_compress_struct to;
  jvirt_barray_ptr *blocks;              /* of @from */
  jvirt_barray_ptr tile[MAX_COMPONENTS]; /* of @to */
  guint tile_width;                      /* 0: as @from is */
  guint tile_height;
  struct jpeg_destination_mgr destination;
  JOCTET buffer[BUFFER_BYTES];
  GByteArray *out; /* owned */
} Cutter;

static void
error_exit_cb (j_common_ptr jpeg)
{
  Cutter *self = (Cutter *) jpeg->err;

  jpeg->err->format_message (jpeg, self->text);
  longjmp (self->jump, 1);
}

/* A warning is about data that is not what it was. */
static void
emit_message_cb (j_common_ptr jpeg, int level)
{
  if (level < 0)
    error_exit_cb (jpeg);
}

static void
progress_cb (j_common_ptr jpeg)
{
  Cutter *self = (Cutter *) jpeg->err;

  if (self->from.input_scan_number <= VITRAIL_JPEG_MAX_SCANS)
    return;
  g_snprintf (self->text, sizeof self->text, "over %d scans",
              VITRAIL_JPEG_MAX_SCANS);
  longjmp (self->jump, 1);
}

static void
init_destination_cb (j_compress_ptr jpeg)
{
  Cutter *self = (Cutter *) jpeg->err;

  self->destination.next_output_byte = self->buffer;
  self->destination.free_in_buffer = sizeof self->buffer;
}

static boolean
empty_buffer_cb (j_compress_ptr jpeg)
{
  Cutter *self = (Cutter *) jpeg->err;

  g_byte_array_append (self->out, self->buffer, sizeof self->buffer);
  init_destination_cb (jpeg);
  return TRUE;
}

static void
end_destination_cb (j_compress_ptr jpeg)
{
  Cutter *self = (Cutter *) jpeg->err;

  g_byte_array_append (self->out, self->buffer,
                       (guint) (sizeof self->buffer -
                                self->destination.free_in_buffer));
}

static guint
count_blocks (guint pixels, int factor, int largest)
{
  return (pixels * (guint) factor + 8 * (guint) largest - 1) /
         (8 * (guint) largest);
}

static guint
round_up (guint value, int factor)
{
  return (value + (guint) factor - 1) / (guint) factor * (guint) factor;
}

/* Room for the coefficients of one tile. */
static void
request_tile (Cutter *self)
{
  struct jpeg_decompress_struct *from = &self->from;

  for (int i = 0; i < from->num_components; i++) {
    const jpeg_component_info *info = &from->comp_info[i];
    const guint columns =
        round_up (count_blocks (self->tile_width, info->h_samp_factor,
                                from->max_h_samp_factor),
                  info->h_samp_factor);
    const guint rows =
        round_up (count_blocks (self->tile_height, info->v_samp_factor,
                                from->max_v_samp_factor),
                  info->v_samp_factor);
    self->tile[i] =
        from->mem->request_virt_barray ((j_common_ptr) from, JPOOL_IMAGE, TRUE,
                                        columns, rows,
                                        (JDIMENSION) info->v_samp_factor);
  }
}

/* Row @row of component @i of the tile at (@left, @top) blocks. */
static void
copy_row (Cutter *self, int i, guint row, guint left, guint top)
{
  struct jpeg_decompress_struct *from = &self->from;
  const jpeg_component_info *info = &from->comp_info[i];
  const guint last_row = info->height_in_blocks - 1;
  const guint last_column = info->width_in_blocks - 1;
  const guint columns = count_blocks (self->tile_width, info->h_samp_factor,
                                      from->max_h_samp_factor);
  JBLOCKARRAY source =
      from->mem->access_virt_barray ((j_common_ptr) from, self->blocks[i],
                                     MIN (top + row, last_row), 1, FALSE);
  JBLOCKARRAY target =
      from->mem->access_virt_barray ((j_common_ptr) from, self->tile[i], row, 1,
                                     TRUE);

  for (guint x = 0; x < columns; x++)
    memcpy (target[0][x], source[0][MIN (left + x, last_column)],
            sizeof (JBLOCK));
}

static void
copy_tile (Cutter *self, guint column, guint row)
{
  struct jpeg_decompress_struct *from = &self->from;

  for (int i = 0; i < from->num_components; i++) {
    const jpeg_component_info *info = &from->comp_info[i];
    const guint columns = count_blocks (self->tile_width, info->h_samp_factor,
                                        from->max_h_samp_factor);
    const guint rows = count_blocks (self->tile_height, info->v_samp_factor,
                                     from->max_v_samp_factor);
    for (guint y = 0; y < rows; y++)
      copy_row (self, i, y, column * columns, row * rows);
  }
}

static void
write_stream (Cutter *self, jvirt_barray_ptr *blocks)
{
  struct jpeg_compress_struct *to = &self->to;

  jpeg_copy_critical_parameters (&self->from, to);
  if (self->tile_width > 0) {
    to->image_width = self->tile_width;
    to->image_height = self->tile_height;
  }
  /* What is read in an order of its own is written row by row. */
  to->num_scans = 0;
  to->scan_info = NULL;
  to->arith_code = FALSE;
  to->optimize_coding = TRUE;
  g_byte_array_set_size (self->out, 0);
  to->dest = &self->destination;
  jpeg_write_coefficients (to, blocks);
  jpeg_finish_compress (to);
}

static void
read_blocks (Cutter *self, GBytes *stream)
{
  gsize length;
  const uint8_t *data = g_bytes_get_data (stream, &length);

  jpeg_mem_src (&self->from, data, (unsigned long) length);
  jpeg_read_header (&self->from, TRUE);
  if (self->tile_width > 0)
    request_tile (self);
  self->blocks = jpeg_read_coefficients (&self->from);
}

static void
add_stream (Cutter *self, GPtrArray *tiles)
{
  g_ptr_array_add (tiles, g_bytes_new (self->out->data, self->out->len));
}

/* All that may jump. */
static gboolean
run (Cutter *self, GBytes *stream, GPtrArray *tiles)
{
  if (setjmp (self->jump) != 0) /* NOLINT(cert-err52-cpp) */
    return FALSE;
  jpeg_create_decompress (&self->from);
  self->from.progress = &self->progress;
  jpeg_create_compress (&self->to);
  read_blocks (self, stream);
  if (self->tile_width == 0) {
    write_stream (self, self->blocks);
    add_stream (self, tiles);
    return TRUE;
  }
  const guint width = self->from.image_width;
  const guint height = self->from.image_height;
  for (guint y = 0; y * self->tile_height < height; y++)
    for (guint x = 0; x * self->tile_width < width; x++) {
      copy_tile (self, x, y);
      write_stream (self, self->tile);
      add_stream (self, tiles);
    }
  return TRUE;
}

static GPtrArray *
cut_stream (GBytes *stream, guint tile_width, guint tile_height, GError **error)
{
  g_autofree Cutter *self = g_new0 (Cutter, 1);
  g_autoptr (GPtrArray) tiles =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  self->tile_width = tile_width;
  self->tile_height = tile_height;
  self->from.err = self->to.err = jpeg_std_error (&self->errors);
  self->errors.error_exit = error_exit_cb;
  self->errors.emit_message = emit_message_cb;
  self->progress.progress_monitor = progress_cb;
  self->destination.init_destination = init_destination_cb;
  self->destination.empty_output_buffer = empty_buffer_cb;
  self->destination.term_destination = end_destination_cb;
  self->out = g_byte_array_new ();
  const gboolean done = run (self, stream, tiles);
  jpeg_destroy_compress (&self->to);
  jpeg_destroy_decompress (&self->from);
  g_byte_array_unref (self->out);
  if (done)
    return g_steal_pointer (&tiles);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT, "JPEG: %s",
               self->text);
  return NULL;
}

/* --- a band as a stream of its own --- */

/* The head with the band's size, and an interval of a row. */
static void
write_head (const VitrailJpegBand *band, GByteArray *out)
{
  const VitrailJpegHead *head = band->head;
  const size_t start = out->len;

  g_byte_array_append (out, head->data, (guint) head->length);
  put_u16 (out->data + start + head->size_at, band->rows * head->mcu_height);
  put_u16 (out->data + start + head->size_at + 2, band->mcus * head->mcu_width);
  if (head->interval_at > 0)
    put_u16 (out->data + start + head->interval_at,
             band->n_parts > 1 ? band->mcus : 0);
}

static GBytes *
make_stream (const VitrailJpegBand *band)
{
  static const uint8_t end[2] = { 0xff, MARKER_EOI };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  write_head (band, out);
  for (guint i = 0; i < band->n_parts; i++) {
    const uint8_t restart[2] = { 0xff, (uint8_t) (MARKER_RST0 + (i + 7) % 8) };
    if (i > 0)
      g_byte_array_append (out, restart, sizeof restart);
    g_byte_array_append (out, band->parts[i].data,
                         (guint) band->parts[i].length);
  }
  g_byte_array_append (out, end, sizeof end);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static gboolean
check_band (const VitrailJpegBand *band,
            guint tile_width,
            guint tile_height,
            GError **error)
{
  const VitrailJpegHead *head = band->head;
  guint64 length = head->length;

  for (guint i = 0; i < band->n_parts; i++)
    length += band->parts[i].length;
  if (tile_width > 0 && tile_height > 0 && tile_width % head->mcu_width == 0 &&
      tile_height % head->mcu_height == 0 && tile_width <= JPEG_MAX_DIMENSION &&
      tile_height <= JPEG_MAX_DIMENSION &&
      (guint64) band->mcus * head->mcu_width <= JPEG_MAX_DIMENSION &&
      (guint64) band->rows * head->mcu_height <= JPEG_MAX_DIMENSION &&
      (band->n_parts == 1 ||
       (band->n_parts == band->rows && head->interval_at > 0)) &&
      length < G_MAXINT / 2)
    return TRUE;
  g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                       "JPEG: cannot be cut into such tiles");
  return FALSE;
}

GPtrArray *
vitrail_jpeg_cut (const VitrailJpegBand *band,
                  guint tile_width,
                  guint tile_height,
                  GError **error)
{
  if (!check_band (band, tile_width, tile_height, error))
    return NULL;
  g_autoptr (GBytes) stream = make_stream (band);
  return cut_stream (stream, tile_width, tile_height, error);
}

GBytes *
vitrail_jpeg_to_baseline (GBytes *jpeg, GError **error)
{
  g_autoptr (GPtrArray) streams = cut_stream (jpeg, 0, 0, error);

  return streams != NULL ? g_bytes_ref (g_ptr_array_index (streams, 0)) : NULL;
}
