/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDelegate: a data source that is another one, which it has to find out
 * first: from a configuration, say. A derived class says how; the interface's
 * "takes" and "open" are its own. Internal to datasource. */

#pragma once

#include "source.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_DELEGATE (vitrail_delegate_get_type ())
G_DECLARE_DERIVABLE_TYPE (VitrailDelegate,
                          vitrail_delegate,
                          VITRAIL,
                          DELEGATE,
                          GObject)

/**
 * VitrailDelegateClass:
 * @find_location: where the other one is; may block. Asked with the first query
 *   and again when it is refreshed
 */
struct _VitrailDelegateClass {
  GObjectClass parent_class;

  char *(*find_location) (VitrailDelegate *self,
                          GCancellable *cancellable,
                          GError **error);
};

G_END_DECLS
