/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideSeen: see slideseen.h. */

#include "slideseen.h"

#include "slide/coveragestore.h"

/* Nobody looks longer at one picture: who does has gone away. */
#define LOOK_MAX_MS 5000
/* After something was looked at, before that is saved. */
#define SAVE_MS 2000

struct _VitrailSlideSeen {
  VitrailSlide *slide;
  GObject *owner; /* owns us */
  void (*changed) (gpointer owner);
  GHashTable *looks; /* viewer -> Look */
  guint save_timer;

  VitrailCoverage *all;    /* what follows, and what others have seen */
  VitrailCoverage *own;    /* seen here since it was saved */
  VitrailCoverage *saving; /* seen here, and on its way; or NULL */
  VitrailCoverage *beside; /* or NULL */
};

/* What is being looked at since when. */
typedef struct {
  double affine[6];
  guint size[2];
  double magnification;
  gint64 since_us;
} Look;

VitrailSlideSeen *
vitrail_slide_seen_new (VitrailSlide *slide,
                        GObject *owner,
                        void (*changed) (gpointer owner))
{
  VitrailSlideSeen *self = g_new0 (VitrailSlideSeen, 1);

  self->slide = g_object_ref (slide);
  self->owner = owner;
  self->changed = changed;
  self->looks = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->all = vitrail_coverage_store_load (slide);
  self->own = vitrail_coverage_new (slide, VITRAIL_COVERAGE_MS);
  return self;
}

void
vitrail_slide_seen_free (VitrailSlideSeen *self)
{
  g_autoptr (VitrailCoverage) seen = vitrail_coverage_take_seen (self->own);

  if (seen != NULL)
    vitrail_coverage_store_add_async (self->slide, seen, NULL, NULL);
  g_clear_handle_id (&self->save_timer, g_source_remove);
  g_hash_table_unref (self->looks);
  g_object_unref (self->slide);
  vitrail_coverage_free (self->all);
  vitrail_coverage_free (self->own);
  g_clear_pointer (&self->saving, vitrail_coverage_free);
  g_clear_pointer (&self->beside, vitrail_coverage_free);
  g_free (self);
}

void
vitrail_slide_seen_flush (VitrailSlideSeen *self)
{
  g_autoptr (VitrailCoverage) seen = vitrail_coverage_take_seen (self->own);

  if (seen != NULL && !vitrail_coverage_store_add (self->slide, seen, NULL))
    vitrail_coverage_merge (self->own, seen);
}

/* --- saving --- */

/* What others have seen counts here, and what they took back is taken back. */
static void
set_kept (VitrailSlideSeen *self, VitrailCoverage *kept)
{
  if (self->beside != NULL)
    vitrail_coverage_merge (kept, self->beside);
  vitrail_coverage_merge (kept, self->own);
  vitrail_coverage_free (self->all);
  self->all = kept;
  self->changed (self->owner);
}

/* What saved_cb () is called with: the owner may be gone by then. */
typedef struct {
  VitrailSlideSeen *seen;
  GWeakRef owner;
} Saving;

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Saving *saving = user_data;
  g_autoptr (GObject) owner = g_weak_ref_get (&saving->owner);
  VitrailCoverage *kept = vitrail_coverage_store_add_finish (result, NULL);
  VitrailSlideSeen *self = saving->seen;

  g_weak_ref_clear (&saving->owner);
  if (owner == NULL) {
    g_clear_pointer (&kept, vitrail_coverage_free);
    return;
  }
  g_autoptr (VitrailCoverage) sent = g_steal_pointer (&self->saving);
  if (kept != NULL)
    set_kept (self, kept);
  else
    vitrail_coverage_merge (self->own, sent); /* with what is seen next */
}

static gboolean
save_cb (gpointer user_data)
{
  VitrailSlideSeen *self = user_data;

  if (self->saving != NULL)
    return G_SOURCE_CONTINUE;
  self->save_timer = 0;
  self->saving = vitrail_coverage_take_seen (self->own);
  if (self->saving == NULL)
    return G_SOURCE_REMOVE;
  Saving *saving = g_new0 (Saving, 1);
  saving->seen = self;
  g_weak_ref_init (&saving->owner, self->owner);
  vitrail_coverage_store_add_async (self->slide, self->saving, saved_cb,
                                    saving);
  return G_SOURCE_REMOVE;
}

/* --- looking --- */

static void
add_look (VitrailSlideSeen *self, const Look *look, guint ms)
{
  VitrailCoverage *const both[] = { self->all, self->own };

  for (guint i = 0; i < G_N_ELEMENTS (both); i++)
    vitrail_coverage_add (both[i], look->affine, look->size,
                          look->magnification, ms);
  if (self->save_timer == 0)
    self->save_timer = g_timeout_add (SAVE_MS, save_cb, self);
}

void
vitrail_slide_seen_look (VitrailSlideSeen *self,
                         gpointer viewer,
                         const double affine[6],
                         const guint size[2],
                         double magnification)
{
  const Look *before = g_hash_table_lookup (self->looks, viewer);
  const gint64 now = g_get_monotonic_time ();

  if (before != NULL && before->magnification > 0) {
    const gint64 ms = (now - before->since_us) / 1000;
    add_look (self, before, (guint) CLAMP (ms, 0, LOOK_MAX_MS));
  }
  if (affine == NULL) {
    g_hash_table_remove (self->looks, viewer);
    return;
  }
  Look *look = g_new0 (Look, 1);
  for (int i = 0; i < 6; i++)
    look->affine[i] = affine[i];
  look->size[0] = size[0];
  look->size[1] = size[1];
  look->magnification = magnification;
  look->since_us = now;
  g_hash_table_insert (self->looks, viewer, look);
}

VitrailCoverage *
vitrail_slide_seen_get (VitrailSlideSeen *self)
{
  return self->all;
}

void
vitrail_slide_seen_take (VitrailSlideSeen *self, VitrailCoverage *coverage)
{
  g_clear_pointer (&self->beside, vitrail_coverage_free);
  self->beside = coverage;
  vitrail_coverage_merge (self->all, coverage);
  self->changed (self->owner);
}
