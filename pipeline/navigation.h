/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailNavigation: takes the GstNavigation events that a tail sends upstream,
 * on whatever thread, and hands them over in the main context. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _VitrailNavigation VitrailNavigation;
typedef void (*VitrailNavigationFunc) (GstEvent *event, gpointer user_data);

/* @function is called in the thread-default main context of now. */
VitrailNavigation *vitrail_navigation_new (GstPad *pad,
                                           VitrailNavigationFunc function,
                                           gpointer user_data);
void vitrail_navigation_free (VitrailNavigation *self);

G_END_DECLS
