/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Display sets before they are asked for: see studyprefetch.h. */

#include "studyprefetch.h"

#include <string.h>

/* Shared with the requests under way, which may outlive the owner. */
struct _VitrailStudyPrefetch {
  VitrailDataSource *source;
  GPtrArray *display_sets;
  VitrailPrefetchOptions options;
  GMainContext *context;
  GCancellable *cancellable; /* of what has been started last */
  GArray *plan;              /* which sets; NULL: none */
  guint n_sets;              /* of them begun */
  guint position;            /* in the last of these, from 1 */
  guint n_under_way;
};

typedef struct {
  VitrailStudyPrefetch *prefetch;
  GCancellable *cancellable;
  guint frame;
} Image;

gboolean
vitrail_prefetch_order_parse (const char *name, VitrailPrefetchOrder *order)
{
  static const char *const names[] = { "downward", "upward", "closest" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0) {
      *order = (VitrailPrefetchOrder) i;
      return TRUE;
    }
  return FALSE;
}

GArray *
vitrail_prefetch_plan (const VitrailPrefetchOptions *options,
                       guint n,
                       guint active)
{
  GArray *plan = g_array_new (FALSE, FALSE, sizeof (guint));
  const gboolean takes_before = options->order != VITRAIL_PREFETCH_DOWNWARD;
  const gboolean takes_after = options->order != VITRAIL_PREFETCH_UPWARD;

  for (guint d = 1; d < n && plan->len < options->n_display_sets; d++) {
    const guint before = active - d;
    const guint after = active + d;
    if (takes_before && d <= active)
      g_array_append_val (plan, before);
    if (takes_after && after < n && plan->len < options->n_display_sets)
      g_array_append_val (plan, after);
  }
  return plan;
}

static void
prefetch_clear (gpointer data)
{
  VitrailStudyPrefetch *self = data;

  g_object_unref (self->source);
  g_ptr_array_unref (self->display_sets);
  g_main_context_unref (self->context);
  g_object_unref (self->cancellable);
  g_clear_pointer (&self->plan, g_array_unref);
}

static void fill (VitrailStudyPrefetch *self);

/* The next one takes its place. */
static void
end_image (Image *image)
{
  VitrailStudyPrefetch *self = image->prefetch;

  self->n_under_way--;
  fill (self);
  g_object_unref (image->cancellable);
  g_rc_box_release_full (self, prefetch_clear);
  g_free (image);
}

static gboolean
end_image_cb (gpointer user_data)
{
  end_image (user_data);
  return G_SOURCE_REMOVE;
}

/* On any thread. */
static void
fetched_cb (GBytes *bytes, const GError *error, gpointer user_data)
{
  const Image *image = user_data;
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, end_image_cb, user_data, NULL);
  g_source_attach (source, image->prefetch->context);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Image *image = user_data;
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance_finish (VITRAIL_DATA_SOURCE (source),
                                                result, NULL);

  /* What is no farther than a disk needs nothing before. */
  if (instance == NULL || g_cancellable_is_cancelled (image->cancellable) ||
      !vitrail_instance_fetch_frame (instance, image->frame,
                                     VITRAIL_PRIORITY_BACKGROUND,
                                     image->cancellable, fetched_cb, image))
    fetched_cb (NULL, NULL, image);
}

/* The next image, with its frame; NULL when there is none left. */
static const char *
take_next (VitrailStudyPrefetch *self, guint *frame)
{
  while (self->plan != NULL) {
    const VitrailDisplaySet *set =
        self->n_sets == 0
            ? NULL
            : g_ptr_array_index (self->display_sets,
                                 g_array_index (self->plan, guint,
                                                self->n_sets - 1));
    const char *uid =
        set != NULL && set->kind != VITRAIL_DISPLAY_SET_SLIDE
            ? vitrail_display_set_get_image (set, ++self->position, frame)
            : NULL;
    if (uid != NULL)
      return uid;
    self->position = 0;
    if (self->n_sets++ == self->plan->len)
      g_clear_pointer (&self->plan, g_array_unref);
  }
  return NULL;
}

static void
fill (VitrailStudyPrefetch *self)
{
  guint frame = 0;
  const char *uid;

  while (self->n_under_way < self->options.n_requests &&
         (uid = take_next (self, &frame)) != NULL)
  {
    Image *image = g_new0 (Image, 1);
    image->prefetch = g_rc_box_acquire (self);
    image->cancellable = g_object_ref (self->cancellable);
    image->frame = frame;
    self->n_under_way++;
    vitrail_data_source_open_instance_async (self->source, uid,
                                             self->cancellable, opened_cb,
                                             image);
  }
}

VitrailStudyPrefetch *
vitrail_study_prefetch_new (VitrailDataSource *source,
                            GPtrArray *display_sets,
                            const VitrailPrefetchOptions *options)
{
  VitrailStudyPrefetch *self = g_rc_box_new0 (VitrailStudyPrefetch);

  self->source = g_object_ref (source);
  self->display_sets = g_ptr_array_ref (display_sets);
  self->options = *options;
  self->context = g_main_context_ref_thread_default ();
  self->cancellable = g_cancellable_new ();
  return self;
}

void
vitrail_study_prefetch_stop (VitrailStudyPrefetch *self)
{
  g_clear_pointer (&self->plan, g_array_unref);
  g_cancellable_cancel (self->cancellable);
}

void
vitrail_study_prefetch_start (VitrailStudyPrefetch *self, guint active)
{
  vitrail_study_prefetch_stop (self);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->plan =
      vitrail_prefetch_plan (&self->options, self->display_sets->len, active);
  self->n_sets = 0;
  self->position = 0;
  fill (self);
}

gboolean
vitrail_study_prefetch_is_busy (const VitrailStudyPrefetch *self)
{
  return self->plan != NULL || self->n_under_way > 0;
}

void
vitrail_study_prefetch_free (VitrailStudyPrefetch *self)
{
  vitrail_study_prefetch_stop (self);
  g_rc_box_release_full (self, prefetch_clear);
}
