/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The properties "feed" and "feed-name": see feedchoice.h. */

#include "sink/feedchoice.h"

enum {
  PROP_FEED = 1,
  PROP_FEED_NAME,
  N_PROPS,
};

void
vitrail_feed_choice_install_properties (GObjectClass *klass, const char *blurb)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;
  GParamSpec *props[N_PROPS] = {
    [PROP_FEED] =
        g_param_spec_object ("feed", "Feed", blurb, VITRAIL_TYPE_FEED, flags),
    [PROP_FEED_NAME] = g_param_spec_string (
        "feed-name", "Feed name",
        "The feed of that name in this process, shared by feedsink and feedsrc",
        NULL, flags),
  };

  g_object_class_install_properties (klass, N_PROPS, props);
}

void
vitrail_feed_choice_init (VitrailFeedChoice *self,
                          guint id,
                          const GValue *value)
{
  *self = (VitrailFeedChoice){ NULL, NULL };
  if (id == PROP_FEED)
    self->feed = g_value_dup_object (value);
  else
    self->name = g_value_dup_string (value);
  if (self->name != NULL)
    self->feed = vitrail_feed_get_named (self->name);
}

void
vitrail_feed_choice_get (const VitrailFeedChoice *self, guint id, GValue *value)
{
  if (id == PROP_FEED)
    g_value_set_object (value, self->feed);
  else
    g_value_set_string (value, self->name);
}

void
vitrail_feed_choice_clear (VitrailFeedChoice *self)
{
  g_clear_object (&self->feed);
  g_clear_pointer (&self->name, g_free);
}

void
vitrail_feed_choice_swap (VitrailFeedChoice *place,
                          VitrailFeedChoice *new_choice)
{
  const VitrailFeedChoice old = *place;

  *place = *new_choice;
  *new_choice = old;
}
