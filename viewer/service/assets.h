/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The files of the web pages, bundled with the module (viewer/web/). */

#pragma once

#include "reply.h"

G_BEGIN_DECLS

typedef struct _VitrailAssets VitrailAssets;

VitrailAssets *vitrail_assets_new (void);
void vitrail_assets_free (VitrailAssets *self);

/* Answers with @file, or 404. Bodies are slices of the module itself. */
void vitrail_assets_reply (VitrailAssets *self,
                           const char *file,
                           VitrailReply *reply);

G_END_DECLS
