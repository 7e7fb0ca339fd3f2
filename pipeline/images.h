/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailImages: opens the images of a display set as they are asked for, keeps
 * them open, and has their neighbours decoded ahead in the frame store. */

#pragma once

#include "displayset.h"

G_BEGIN_DECLS

typedef struct _VitrailImages VitrailImages;

/* @instance, or @error and @newest: nothing has been asked for since. In the
 * thread-default main context; possibly before the request returns. */
typedef void (*VitrailImagesReady) (VitrailInstance *instance,
                                    guint frame,
                                    const GError *error,
                                    gpointer user_data);

VitrailImages *vitrail_images_new (VitrailDataSource *source,
                                   VitrailDisplaySet *display_set,
                                   VitrailImagesReady ready,
                                   gpointer user_data);
/* Nothing is called any more; what is under way is cancelled. */
void vitrail_images_free (VitrailImages *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailImages, vitrail_images_free)

/* Asks for @position (from 1). Answers come in any order, but none after that
 * of a newer request; the error of an older request is not told. */
void vitrail_images_request (VitrailImages *self, guint position);
/* Reads ahead from the position asked for last; @round: past the end comes the
 * start. */
void vitrail_images_prefetch (VitrailImages *self, gboolean round);

/* NULL while not open. */
VitrailInstance *vitrail_images_peek (VitrailImages *self, guint position);

G_END_DECLS
