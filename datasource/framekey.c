/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which frame it is: see framekey.h. */

#include "framekey.h"

guint
vitrail_frame_key_hash (gconstpointer pointer)
{
  const VitrailFrameKey *key = pointer;
  guint64 mixed = key->serial * 0x9e3779b97f4a7c15u +
                  key->frame * G_GUINT64_CONSTANT (31) + key->reduce;

  return (guint) (mixed ^ (mixed >> 32));
}

gboolean
vitrail_frame_key_equal (gconstpointer a, gconstpointer b)
{
  const VitrailFrameKey *x = a;
  const VitrailFrameKey *y = b;

  return x->serial == y->serial && x->frame == y->frame &&
         x->reduce == y->reduce;
}
