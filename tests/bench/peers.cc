/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See peers.h. */

#include "peers.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <gdcmImageReader.h>
#include <memory>
#include <vector>

struct Peer {
  virtual ~Peer () = default;
  virtual const char *name () const = 0;
  virtual size_t decode () = 0;
  std::vector<uint8_t> samples;
};

namespace {

class Dcmtk : public Peer {
public:
  static Dcmtk *open (const char *path)
  {
    static const bool registered = register_all ();
    auto self = std::make_unique<Dcmtk> ();
    if (!registered || self->file.loadFile (path).bad () ||
        self->file.loadAllDataIntoMemory ().bad ())
      return nullptr;
    DcmElement *element = nullptr;
    auto set = self->file.getDataset ();
    if (set->findAndGetElement (DCM_PixelData, element).bad ())
      return nullptr;
    self->pixels = OFstatic_cast (DcmPixelData *, element);
    if (self->pixels->getUncompressedFrameSize (set, self->frame_bytes).bad ())
      return nullptr;
    long frames = 1;
    set->findAndGetLongInt (DCM_NumberOfFrames, frames);
    /* DCMTK wants an even number of bytes. */
    self->frame_bytes += self->frame_bytes % 2;
    self->n_frames = frames > 0 ? Uint32 (frames) : 1;
    self->samples.resize (size_t (self->frame_bytes) * self->n_frames);
    return self.release ();
  }

  const char *name () const override
  {
    return "DCMTK";
  }

  size_t decode () override
  {
    Uint32 fragment = 0;
    OFString model;
    for (Uint32 i = 0; i < n_frames; i++)
      if (pixels
              ->getUncompressedFrame (file.getDataset (), i, fragment,
                                      samples.data () +
                                          size_t (i) * frame_bytes,
                                      frame_bytes, model)
              .bad ())
        return 0;
    return samples.size ();
  }

private:
  static bool register_all ()
  {
    DcmRLEDecoderRegistration::registerCodecs ();
    /* As coded: no colour conversion. */
    DJDecoderRegistration::registerCodecs (EDC_never);
    DJLSDecoderRegistration::registerCodecs ();
    return true;
  }

  DcmFileFormat file;
  DcmPixelData *pixels = nullptr;
  Uint32 frame_bytes = 0;
  Uint32 n_frames = 0;
};

class Gdcm : public Peer {
public:
  static Gdcm *open (const char *path)
  {
    auto self = std::make_unique<Gdcm> ();
    self->reader.SetFileName (path);
    if (!self->reader.Read ())
      return nullptr;
    self->samples.resize (self->reader.GetImage ().GetBufferLength ());
    return self.release ();
  }

  const char *name () const override
  {
    return "GDCM";
  }

  size_t decode () override
  {
    /* Decodes at each call. */
    return reader.GetImage ().GetBuffer (
               reinterpret_cast<char *> (samples.data ()))
               ? samples.size ()
               : 0;
  }

private:
  gdcm::ImageReader reader;
};

} // namespace

Peer *
peer_dcmtk_open (const char *path)
{
  return Dcmtk::open (path);
}

Peer *
peer_gdcm_open (const char *path)
{
  return Gdcm::open (path);
}

const char *
peer_get_name (const Peer *self)
{
  return self->name ();
}

size_t
peer_decode (Peer *self, const uint8_t **samples)
{
  *samples = self->samples.data ();
  return self->decode ();
}

void
peer_free (Peer *self)
{
  delete self;
}
