/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDataSource: where studies come from. An asynchronous interface; what
 * it answers are data sets with QIDO-RS's attributes (PS3.18 10.6.3.3), so that
 * every source looks alike. Sources are found through the extension point
 * VITRAIL_DATA_SOURCE_EXTENSION_POINT; a separate module can add one. */

#pragma once

#include "instance.h"

G_BEGIN_DECLS

#define VITRAIL_DATA_SOURCE_EXTENSION_POINT "vitrail-data-source"

#define VITRAIL_TYPE_DATA_SOURCE (vitrail_data_source_get_type ())
G_DECLARE_INTERFACE (VitrailDataSource,
                     vitrail_data_source,
                     VITRAIL,
                     DATA_SOURCE,
                     GObject)

/** Query/retrieve level. */
typedef enum {
  VITRAIL_LEVEL_STUDY,
  VITRAIL_LEVEL_SERIES,
  VITRAIL_LEVEL_INSTANCE,
} VitrailLevel;

/**
 * VitrailQuery: what to look for.
 * @level: what the answers are
 * @match: matching keys as an identifier (PS3.4 C.2.2.2): UIDs, names with
 *   wildcards, date ranges; may be NULL
 * @offset, @limit: page; @limit 0 means all
 * @fuzzy: names by their parts, any case
 */
typedef struct {
  VitrailLevel level;
  VitrailDataSet *match;
  guint offset;
  guint limit;
  gboolean fuzzy;
} VitrailQuery;

/**
 * VitrailUnreadable: a file that could not be taken in, and why.
 */
typedef struct {
  char *path;
  char *reason;
} VitrailUnreadable;

struct _VitrailDataSourceInterface {
  GTypeInterface parent_iface;

  /* (element-type VitrailDataSet), in a stable order. */
  void (*query_async) (VitrailDataSource *self,
                       const VitrailQuery *query,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
  GPtrArray *(*query_finish) (VitrailDataSource *self,
                              GAsyncResult *result,
                              GError **error);
  /* Opens one instance for reading. */
  void (*open_instance_async) (VitrailDataSource *self,
                               const char *sop_instance_uid,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
  VitrailInstance *(*open_instance_finish) (VitrailDataSource *self,
                                            GAsyncResult *result,
                                            GError **error);
  /* Reads again what may have changed. */
  void (*refresh_async) (VitrailDataSource *self,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
  gboolean (*refresh_finish) (VitrailDataSource *self,
                              GAsyncResult *result,
                              GError **error);
  /* (element-type VitrailUnreadable) (nullable) */
  GPtrArray *(*list_unreadable) (VitrailDataSource *self);

  gpointer padding[8];
};

void vitrail_data_source_query_async (VitrailDataSource *self,
                                      const VitrailQuery *query,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
GPtrArray *vitrail_data_source_query_finish (VitrailDataSource *self,
                                             GAsyncResult *result,
                                             GError **error);
void vitrail_data_source_open_instance_async (VitrailDataSource *self,
                                              const char *sop_instance_uid,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
VitrailInstance *
vitrail_data_source_open_instance_finish (VitrailDataSource *self,
                                          GAsyncResult *result,
                                          GError **error);
void vitrail_data_source_refresh_async (VitrailDataSource *self,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean vitrail_data_source_refresh_finish (VitrailDataSource *self,
                                             GAsyncResult *result,
                                             GError **error);
GPtrArray *vitrail_data_source_list_unreadable (VitrailDataSource *self);

/* The source for @location (a path; later a URL or a configuration entry), of
 * the first implementation at the extension point that takes it. */
VitrailDataSource *
vitrail_data_source_new (const char *location, GError **error);

G_END_DECLS
