/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writing transport streams: see tswrite.h. */

#include "video/tswrite.h"

#include <string.h>

#define PACKET     188u
#define PID_PAT    0u
#define PID_PMT    0x1000u
#define PID_VIDEO  0x100u
#define BEGINS     0x40u /* a unit begins in this packet */
#define CLOCK_HZ   90000u
#define LEAD_TICKS CLOCK_HZ /* time stamps begin at one second */
#define WAIT_TICKS                                          \
  (CLOCK_HZ / 2) /* from a packet's arrival to its decoding \
                  */

static guint32
checksum (const guint8 *data, gsize length)
{
  guint32 sum = 0xffffffff;

  for (gsize i = 0; i < length; i++) {
    sum ^= (guint32) data[i] << 24;
    for (guint bit = 0; bit < 8; bit++)
      sum = sum << 1 ^ ((sum & 0x80000000) != 0 ? 0x04c11db7 : 0);
  }
  return sum;
}

static void
put_table (GByteArray *out,
           guint pid,
           guint counter,
           const guint8 *table,
           gsize length)
{
  guint8 packet[PACKET];
  guint32 sum = GUINT32_TO_BE (checksum (table, length));

  memset (packet, 0xff, sizeof packet);
  packet[0] = 0x47;
  packet[1] = (guint8) (BEGINS | pid >> 8);
  packet[2] = (guint8) pid;
  packet[3] = (guint8) (0x10 | (counter & 15));
  packet[4] = 0;
  memcpy (packet + 5, table, length);
  memcpy (packet + 5 + length, &sum, sizeof sum);
  g_byte_array_append (out, packet, sizeof packet);
}

static void
put_tables (VitrailTsWriter *self, GByteArray *out)
{
  static const guint8 types[] = { [VITRAIL_VIDEO_MPEG2] = 0x02,
                                  [VITRAIL_VIDEO_H264] = 0x1b,
                                  [VITRAIL_VIDEO_H265] = 0x24 };
  static const guint8 programs[] = { 0x00, 0xb0, 13, 0, 1,    0xc1,
                                     0,    0,    0,  1, 0xf0, 0x00 };
  const guint8 streams[] = {
    0x02, 0xb0, 18,   0, 1, 0xc1, 0, 0, 0xe1, 0x00, 0xf0, 0, types[self->codec],
    0xe1, 0x00, 0xf0, 0
  };

  put_table (out, PID_PAT, self->tables_counter, programs, sizeof programs);
  put_table (out, PID_PMT, self->tables_counter, streams, sizeof streams);
  self->tables_counter++;
}

static void
put_stamp (guint8 *out, guint mark, guint64 ticks)
{
  out[0] = (guint8) (mark << 4 | (ticks >> 29 & 0x0e) | 1);
  out[1] = (guint8) (ticks >> 22);
  out[2] = (guint8) (ticks >> 14 | 1);
  out[3] = (guint8) (ticks >> 7);
  out[4] = (guint8) (ticks << 1 | 1);
}

static guint64
get_ticks (guint64 ns)
{
  return ns / G_USEC_PER_SEC * CLOCK_HZ / 1000 +
         ns % G_USEC_PER_SEC * CLOCK_HZ / (1000 * (guint64) G_USEC_PER_SEC) +
         LEAD_TICKS;
}

/* A packet from @data on: @clock: with the time of arrival, or NULL. Returns
 * how many bytes it took. */
static gsize
put_packet (VitrailTsWriter *self,
            GByteArray *out,
            const guint8 *data,
            gsize length,
            const guint64 *clock,
            gboolean is_access)
{
  guint8 packet[PACKET];
  gsize field = clock != NULL ? 8 : 0; /* the adaptation field */
  gsize taken = MIN (length, PACKET - 4 - field);

  memset (packet, 0xff, sizeof packet);
  field = PACKET - 4 - taken;
  packet[0] = 0x47;
  packet[1] = (guint8) ((clock != NULL ? BEGINS : 0) | PID_VIDEO >> 8);
  packet[2] = PID_VIDEO & 0xff;
  packet[3] =
      (guint8) ((field > 0 ? 0x30 : 0x10) | (self->video_counter++ & 15));
  if (field > 0)
    packet[4] = (guint8) (field - 1);
  if (field > 1)
    packet[5] = 0;
  if (clock != NULL) {
    packet[5] = (guint8) (0x10 | (is_access ? 0x40 : 0));
    packet[6] = (guint8) (*clock >> 25);
    packet[7] = (guint8) (*clock >> 17);
    packet[8] = (guint8) (*clock >> 9);
    packet[9] = (guint8) (*clock >> 1);
    packet[10] = (guint8) (*clock << 7 | 0x7e);
    packet[11] = 0;
  }
  memcpy (packet + 4 + field, data, taken);
  g_byte_array_append (out, packet, sizeof packet);
  return taken;
}

/* Access units of a transport stream begin with a delimiter. */
static void
put_delimiter (VitrailTsWriter *self,
               GByteArray *pes,
               const guint8 *data,
               gsize length)
{
  static const guint8 h264[] = { 0, 0, 0, 1, 9, 0xf0 };
  static const guint8 h265[] = { 0, 0, 0, 1, 0x46, 1, 0x50 };
  gsize at = vitrail_video_find_start (data, length, 0) + 3;

  if (at >= length || self->codec == VITRAIL_VIDEO_MPEG2)
    return;
  if (self->codec == VITRAIL_VIDEO_H264 && (data[at] & 0x1f) != 9)
    g_byte_array_append (pes, h264, sizeof h264);
  else if (self->codec == VITRAIL_VIDEO_H265 && data[at] >> 1 != 35)
    g_byte_array_append (pes, h265, sizeof h265);
}

void
vitrail_ts_write (VitrailTsWriter *self,
                  GByteArray *out,
                  GBytes *unit,
                  gboolean begins,
                  guint64 pts,
                  guint64 dts)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (unit, &length);
  g_autoptr (GByteArray) pes = g_byte_array_sized_new ((guint) length + 32);
  guint8 head[19] = { 0, 0, 1, 0xe0, 0, 0, 0x84, 0xc0, 10 };
  guint64 decoded = get_ticks (dts);
  guint64 arrival = decoded - WAIT_TICKS;

  put_stamp (head + 9, 3, get_ticks (pts));
  put_stamp (head + 14, 1, decoded);
  g_byte_array_append (pes, head, sizeof head);
  put_delimiter (self, pes, data, length);
  g_byte_array_append (pes, data, (guint) length);
  if (begins)
    put_tables (self, out);
  gsize at = put_packet (self, out, pes->data, pes->len, &arrival, begins);
  while (at < pes->len)
    at += put_packet (self, out, pes->data + at, pes->len - at, NULL, FALSE);
}
