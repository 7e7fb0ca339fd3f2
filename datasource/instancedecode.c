/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames of an instance, decoded: see instance.h. */

#include "codec/codec.h"
#include "error.h"
#include "instance.h"

#define TAG_PIXEL_DATA    VITRAIL_TAG (0x7fe0, 0x0010)
#define BIG_ENDIAN_SYNTAX "1.2.840.10008.1.2.2"

/* Big endian 8-bit samples in words are swapped in pairs (PS3.5 A.3), across
 * the ends of frames with an odd number of bytes: such a frame is put right
 * here, where its neighbours are at hand. */
static gboolean
is_odd_in_words (const VitrailCodecInput *input)
{
  return input->big_endian && input->words &&
         input->format.bits_allocated == 8 &&
         vitrail_pixel_format_get_frame_bytes (&input->format) % 2 != 0;
}

static GBytes *
copy_from_words (const VitrailElement *element, const VitrailCodecInput *input)
{
  size_t length = vitrail_pixel_format_get_frame_bytes (&input->format);
  size_t start = (size_t) (input->frame - 1) * length;
  uint8_t *bytes = g_try_malloc0 (length);

  for (size_t i = 0; bytes != NULL && i < length; i++)
    if (((start + i) ^ 1) < element->length)
      bytes[i] = element->value[(start + i) ^ 1];
  return bytes != NULL ? g_bytes_new_take (bytes, length) : NULL;
}

static void
set_data (VitrailCodecInput *input, GBytes *bytes)
{
  gsize length = 0;

  input->bytes = bytes;
  input->data = g_bytes_get_data (bytes, &length);
  input->length = length;
}

static const VitrailCodec *
find_codec (VitrailInstance *self, GError **error)
{
  const char *transfer_syntax = vitrail_instance_get_transfer_syntax (self);
  const VitrailCodec *codec = vitrail_codec_find (transfer_syntax);

  if (codec == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: no codec for transfer syntax %s",
                 vitrail_instance_get_name (self), transfer_syntax);
  return codec;
}

/* @input has the frame's format and what is asked for. */
static VitrailFrame *
decode_bytes (VitrailInstance *self,
              const VitrailCodec *codec,
              VitrailCodecInput *input,
              GBytes *bytes,
              GError **error)
{
  VitrailDataSet *data_set = vitrail_instance_get_data_set (self);
  const VitrailElement *element =
      vitrail_data_set_find (data_set, TAG_PIXEL_DATA);

  input->name = vitrail_instance_get_name (self);
  input->big_endian = g_str_equal (vitrail_instance_get_transfer_syntax (self),
                                   BIG_ENDIAN_SYNTAX);
  input->words = element != NULL && element->vr == VITRAIL_VR ('O', 'W');
  g_autoptr (GBytes) words =
      is_odd_in_words (input) ? copy_from_words (element, input) : NULL;
  if (words != NULL)
    input->big_endian = FALSE;
  set_data (input, words != NULL ? words : bytes);
  g_autoptr (VitrailFrame) decoded = codec->decode (input, error);
  if (decoded != NULL)
    decoded->overlays =
        vitrail_overlays_new_embedded (data_set, decoded, input->name);
  return g_steal_pointer (&decoded);
}

VitrailFrame *
vitrail_instance_decode_frame (VitrailInstance *self,
                               guint frame,
                               guint reduce,
                               GCancellable *cancellable,
                               GError **error)
{
  VitrailInstanceClass *klass = VITRAIL_INSTANCE_GET_CLASS (self);
  VitrailCodecInput input = { .reduce = reduce, .frame = frame };

  if (klass->decode_frame != NULL)
    return klass->decode_frame (self, frame, cancellable, error);
  const VitrailCodec *codec = find_codec (self, error);
  if (codec == NULL ||
      !vitrail_instance_get_pixel_format (self, &input.format, error))
    return NULL;
  g_autoptr (GBytes) bytes =
      vitrail_instance_load_frame (self, frame, cancellable, error);
  return bytes != NULL ? decode_bytes (self, codec, &input, bytes, error)
                       : NULL;
}

VitrailFrame *
vitrail_instance_decode_stored (VitrailInstance *self,
                                guint frame,
                                GBytes *bytes,
                                guint reduce,
                                GError **error)
{
  VitrailCodecInput input = { .reduce = reduce, .frame = frame };
  const VitrailCodec *codec = find_codec (self, error);

  if (codec == NULL ||
      !vitrail_instance_get_pixel_format (self, &input.format, error))
    return NULL;
  return decode_bytes (self, codec, &input, bytes, error);
}

gboolean
vitrail_instance_takes_beginnings (VitrailInstance *self)
{
  const VitrailCodec *codec = find_codec (self, NULL);

  return codec != NULL && codec->takes_beginnings;
}

VitrailFrame *
vitrail_instance_decode_beginning (VitrailInstance *self,
                                   guint frame,
                                   GBytes *bytes,
                                   guint reduce,
                                   GError **error)
{
  VitrailCodecInput input = { .is_beginning = TRUE,
                              .reduce = reduce,
                              .frame = frame };
  const VitrailCodec *codec = find_codec (self, error);

  if (codec == NULL ||
      !vitrail_instance_get_pixel_format (self, &input.format, error))
    return NULL;
  if (!codec->takes_beginnings) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: frames of this transfer syntax are decoded whole",
                 vitrail_instance_get_name (self));
    return NULL;
  }
  return decode_bytes (self, codec, &input, bytes, error);
}
