/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See fusionway.h. */

#include "fusionway.h"

#include "dicom/builder.h"
#include "error.h"
#include "limits.h"
#include "registration/registration.h"

#include <string.h>

#define TAG_SOP_INSTANCE       VITRAIL_TAG (0x0008, 0x0018)
#define TAG_MODALITY           VITRAIL_TAG (0x0008, 0x0060)
#define TAG_STUDY              VITRAIL_TAG (0x0020, 0x000d)
#define TAG_FRAME_OF_REFERENCE VITRAIL_TAG (0x0020, 0x0052)

void
vitrail_fusion_way_free (VitrailFusionWay *self)
{
  vitrail_display_set_unref (self->set);
  g_free (self->reason);
  g_free (self);
}

/* --- candidates --- */

/* What is laid over what: the lower, the likelier. */
static int
get_rank (const char *modality)
{
  static const char *const ranks[] = { "PT", "NM", "MR", "CT" };

  for (guint i = 0; i < G_N_ELEMENTS (ranks); i++)
    if (g_strcmp0 (modality, ranks[i]) == 0)
      return (int) i;
  return G_N_ELEMENTS (ranks);
}

/* Another kind of picture first, then by rank. */
static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const VitrailDisplaySet *const *one = a;
  const VitrailDisplaySet *const *other = b;
  const char *base = user_data;
  const int same_one = g_strcmp0 ((*one)->modality, base) == 0;
  const int same_other = g_strcmp0 ((*other)->modality, base) == 0;

  if (same_one != same_other)
    return same_one - same_other;
  return get_rank ((*one)->modality) - get_rank ((*other)->modality);
}

GPtrArray *
vitrail_fusion_list_candidates (GPtrArray *sets, const VitrailDisplaySet *base)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_display_set_unref);

  for (guint i = 0; i < sets->len; i++) {
    VitrailDisplaySet *set = g_ptr_array_index (sets, i);
    const gboolean is_volume =
        (set->kind == VITRAIL_DISPLAY_SET_STACK && set->images->len > 2) ||
        (set->kind == VITRAIL_DISPLAY_SET_CINE && set->n_positions > 2);
    if (is_volume && get_rank (set->modality) < get_rank (NULL) &&
        g_strcmp0 (set->series_instance_uid, base->series_instance_uid) != 0)
      g_ptr_array_add (list, vitrail_display_set_ref (set));
  }
  g_ptr_array_sort_with_data (list, compare, base->modality);
  return list;
}

/* --- headers --- */

typedef struct {
  VitrailDataSource *source;
  char *study_uid;
  char *base; /* an instance */
  GPtrArray *candidates;
} Search;

static void
search_free (gpointer data)
{
  Search *self = data;

  g_object_unref (self->source);
  g_free (self->study_uid);
  g_free (self->base);
  g_ptr_array_unref (self->candidates);
  g_free (self);
}

char *
vitrail_fusion_read_frame_of_reference (VitrailDataSource *source,
                                        const char *uid,
                                        GCancellable *cancellable,
                                        GError **error)
{
  g_autofree char *syntax = NULL;
  g_autoptr (VitrailDataSet) data_set =
      vitrail_data_source_read_metadata (source, uid, &syntax, cancellable,
                                         error);

  if (data_set == NULL)
    return NULL;
  char *frame =
      vitrail_data_set_dup_string (data_set, TAG_FRAME_OF_REFERENCE, 0);
  return frame != NULL ? frame : g_strdup ("");
}

/* What one object says. */
static void
add_registrations (VitrailDataSource *source,
                   const VitrailDataSet *answer,
                   GCancellable *cancellable,
                   GPtrArray *list)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (answer, TAG_SOP_INSTANCE, 0);
  g_autofree char *syntax = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailDataSet) data_set =
      uid != NULL ? vitrail_data_source_read_metadata (source, uid, &syntax,
                                                       cancellable, NULL)
                  : NULL;
  g_autoptr (GPtrArray) read =
      data_set != NULL ? vitrail_registrations_read (data_set, uid, &error)
                       : NULL;

  if (error != NULL)
    g_message ("%s", error->message);
  while (read != NULL && read->len > 0 &&
         list->len < VITRAIL_LIMIT_REGISTRATIONS)
    g_ptr_array_add (list, g_ptr_array_steal_index (read, read->len - 1));
}

GPtrArray *
vitrail_fusion_query_objects (VitrailDataSource *source,
                              const char *study_uid,
                              const char *modality,
                              GCancellable *cancellable)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  vitrail_data_set_builder_set_string (builder, TAG_STUDY, study_uid);
  vitrail_data_set_builder_set_string (builder, TAG_MODALITY, modality);
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  VitrailQuery *query = vitrail_query_new (VITRAIL_LEVEL_INSTANCE, match);
  query->limit = VITRAIL_FUSION_OBJECTS;
  GPtrArray *answers =
      vitrail_data_source_query (source, query, cancellable, NULL);
  vitrail_query_free (query);
  return answers;
}

GPtrArray *
vitrail_fusion_read_registrations (VitrailDataSource *source,
                                   const char *study_uid,
                                   GCancellable *cancellable)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_registration_free);
  g_autoptr (GPtrArray) answers =
      vitrail_fusion_query_objects (source, study_uid, "REG", cancellable);

  for (guint i = 0; answers != NULL && i < answers->len; i++)
    add_registrations (source, answers->pdata[i], cancellable, list);
  return list;
}

/* --- the way --- */

static VitrailFusionWay *
try_way (VitrailDisplaySet *set,
         const char *from,
         const char *to,
         GPtrArray *registrations)
{
  VitrailFusionWay *way = g_new0 (VitrailFusionWay, 1);
  g_autoptr (GError) error = NULL;

  way->set = vitrail_display_set_ref (set);
  way->is_registered = strcmp (from, to) != 0;
  way->is_found =
      vitrail_registrations_find (registrations, from, to, way->matrix, &error);
  if (!way->is_found)
    way->reason = g_strdup (error->message);
  return way;
}

static void
search_thread (GTask *task,
               gpointer source,
               gpointer data,
               GCancellable *cancellable)
{
  const Search *self = data;
  GError *error = NULL;
  g_autoptr (VitrailFusionWay) best = NULL;
  g_autofree char *to =
      vitrail_fusion_read_frame_of_reference (self->source, self->base,
                                              cancellable, &error);

  if (to == NULL) {
    g_task_return_error (task, error);
    return;
  }
  g_autoptr (GPtrArray) registrations =
      vitrail_fusion_read_registrations (self->source, self->study_uid,
                                         cancellable);
  for (guint i = 0; i < self->candidates->len; i++) {
    VitrailDisplaySet *set = g_ptr_array_index (self->candidates, i);
    g_autofree char *from = vitrail_fusion_read_frame_of_reference (
        self->source, g_ptr_array_index (set->images, 0), cancellable, NULL);
    g_autoptr (VitrailFusionWay) way =
        try_way (set, from != NULL ? from : "", to, registrations);
    const gboolean is_better =
        best == NULL || (way->is_found && !best->is_found) ||
        (way->is_found && best->is_registered && !way->is_registered);
    if (is_better) {
      g_clear_pointer (&best, vitrail_fusion_way_free);
      best = g_steal_pointer (&way);
    }
  }
  g_task_return_pointer (task, g_steal_pointer (&best),
                         (GDestroyNotify) vitrail_fusion_way_free);
}

void
vitrail_fusion_find_way_async (VitrailDataSource *source,
                               const char *study_uid,
                               const VitrailDisplaySet *base,
                               GPtrArray *candidates,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Search *self = g_new0 (Search, 1);

  self->source = g_object_ref (source);
  self->study_uid = g_strdup (study_uid);
  self->base = g_strdup (g_ptr_array_index (base->images, 0));
  self->candidates = g_ptr_array_ref (candidates);
  g_task_set_task_data (task, self, search_free);
  g_task_run_in_thread (task, search_thread);
}

VitrailFusionWay *
vitrail_fusion_find_way_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
