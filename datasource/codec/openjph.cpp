/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The only C++ here: what OpenJPH offers, for C. See openjph.h. */

#include "codec/openjph.h"

#include <cstdio>
#include <exception>
#include <openjph/ojph_arch.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_message.h>
#include <openjph/ojph_params.h>
#include <stdexcept>
#include <string>

/* No frame has more. */
#define MAX_COMPONENTS 4

namespace {

/* What OpenJPH says to this thread. */
thread_local std::string said;

ssize_t
write_error_cb (void *, const char *text, size_t n)
{
  said.append (text, n);
  return (ssize_t) n;
}

ssize_t
write_nothing_cb (void *, const char *, size_t n)
{
  return (ssize_t) n;
}

FILE *
open_stream (cookie_write_function_t *write)
{
  const cookie_io_functions_t functions = { nullptr, write, nullptr, nullptr };
  FILE *stream = fopencookie (nullptr, "w", functions);

  if (stream != nullptr)
    setvbuf (stream, nullptr, _IONBF, 0);
  return stream;
}

/* OpenJPH prints why it fails, then throws something that does not say it. In
 * 0.9 a handler cannot be set (configure_error () does nothing), but a stream
 * can: one that is not buffered, so that each thread writes to its own text.
 * C++ lets one thread in here and others wait. */
void
configure ()
{
  static const bool done = [] {
    ojph::set_error_stream (open_stream (write_error_cb));
    ojph::set_warning_stream (open_stream (write_nothing_cb));
    ojph::set_info_stream (open_stream (write_nothing_cb));
    return true;
  }();

  (void) done;
  said.clear ();
}

/* "ojph error CODE at FILE:LINE: REASON" */
std::string
get_reason (const char *otherwise)
{
  const size_t at = said.find (": ");
  const size_t end = said.find_last_not_of (" \n");

  if (at == std::string::npos || end == std::string::npos || end < at + 2)
    return otherwise;
  return said.substr (at + 2, end - at - 1);
}

/* Runs @work with a stream; what it throws becomes text. */
template <typename Work>
gboolean
run (Work work, GString *text)
{
  configure ();
  try {
    ojph::codestream stream;
    return work (stream);
  } catch (const std::exception &error) {
    g_string_append (text, get_reason (error.what ()).c_str ());
  } catch (const char *error) {
    g_string_append (text, error);
  } catch (...) {
    g_string_append (text, "OpenJPH gives no reason");
  }
  return FALSE;
}

/* Rows of all components in turn; where they differ in height, one component
 * after the other. */
gboolean
pull_rows (ojph::codestream &stream, VitrailOpenjphPut put, gpointer user_data)
{
  ojph::param_siz siz = stream.access_siz ();
  const guint n = siz.get_num_components ();
  guint64 left = 0;
  guint next[MAX_COMPONENTS] = { 0 };

  if (n > MAX_COMPONENTS)
    throw std::runtime_error ("there are too many components");

  for (guint c = 0; c < n; c++)
    left += siz.get_recon_height (c);
  for (; left > 0; left--) {
    ojph::ui32 c = 0;
    const ojph::line_buf *line = stream.pull (c);
    if (line == nullptr || line->i32 == nullptr || c >= n)
      throw std::runtime_error ("rows are missing");
    if (!put (user_data, c, next[c]++, line->i32, line->size))
      throw std::runtime_error ("samples are missing");
  }
  return TRUE;
}

void
push_rows (ojph::codestream &stream, const VitrailOpenjphPicture *picture)
{
  const guint64 n = (guint64) picture->height * picture->n_components;
  ojph::ui32 c = 0;
  ojph::line_buf *line = stream.exchange (nullptr, c);

  for (guint64 i = 0; i < n; i++) {
    picture->get (picture->user_data, c, (guint) (i / picture->n_components),
                  line->i32);
    line = stream.exchange (line, c);
  }
}

void
describe (ojph::codestream &stream, const VitrailOpenjphPicture *picture)
{
  ojph::param_siz siz = stream.access_siz ();
  ojph::param_cod cod = stream.access_cod ();

  siz.set_image_extent (ojph::point (picture->width, picture->height));
  siz.set_image_offset (ojph::point (0, 0));
  siz.set_tile_size (ojph::size (picture->width, picture->height));
  siz.set_tile_offset (ojph::point (0, 0));
  siz.set_num_components (picture->n_components);
  for (guint c = 0; c < picture->n_components; c++)
    siz.set_component (c, ojph::point (1, 1), picture->precision,
                       picture->is_signed != FALSE);
  cod.set_num_decomposition (picture->n_levels);
  cod.set_block_dims (64, 64);
  cod.set_color_transform (picture->transform != FALSE);
  cod.set_reversible (true);
  cod.set_progression_order ("RPCL");
  stream.set_planar (false);
}

} // namespace

gboolean
vitrail_openjph_decode (const uint8_t *data,
                        size_t length,
                        guint reduce,
                        gboolean subsampled,
                        VitrailOpenjphPut put,
                        gpointer user_data,
                        GString *text)
{
  ojph::mem_infile file;

  return run (
      [&] (ojph::codestream &stream) {
        file.open (data, length);
        stream.read_headers (&file);
        stream.restrict_input_resolution (reduce, reduce);
        stream.set_planar (subsampled != FALSE);
        stream.create ();
        gboolean done = pull_rows (stream, put, user_data);
        stream.close ();
        return done;
      },
      text);
}

gboolean
vitrail_openjph_encode (const VitrailOpenjphPicture *picture,
                        GByteArray *out,
                        GString *text)
{
  ojph::mem_outfile file;

  return run (
      [&] (ojph::codestream &stream) {
        describe (stream, picture);
        file.open ();
        stream.write_headers (&file);
        push_rows (stream, picture);
        stream.flush ();
        g_byte_array_append (out, file.get_data (), (guint) file.tell ());
        stream.close ();
        return TRUE;
      },
      text);
}
