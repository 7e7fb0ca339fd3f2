/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDataSource: where studies come from. An asynchronous interface; what
 * it answers are data sets with QIDO-RS's attributes (PS3.18 10.6.3.3), so that
 * every source looks alike. Sources are found through the extension point
 * VITRAIL_DATA_SOURCE_EXTENSION_POINT; a separate module can add one. */

#pragma once

#include "dicom/part10.h"
#include "instance.h"

G_BEGIN_DECLS

#define VITRAIL_DATA_SOURCE_EXTENSION_POINT "vitrail-data-source"

#define VITRAIL_TYPE_DATA_SOURCE (vitrail_data_source_get_type ())
G_DECLARE_INTERFACE (VitrailDataSource,
                     vitrail_data_source,
                     VITRAIL,
                     DATA_SOURCE,
                     GObject)

/* VitrailLevel: query/retrieve level. */
typedef enum {
  VITRAIL_LEVEL_STUDY,
  VITRAIL_LEVEL_SERIES,
  VITRAIL_LEVEL_INSTANCE,
} VitrailLevel;

/**
 * VitrailQuery:
 * @level: what the answers are
 * @match: (nullable): matching keys as an identifier (PS3.4 C.2.2.2): UIDs,
 *   names with wildcards, date ranges; may be NULL
 * @offset, @limit: page; @limit 0 means all
 * @fuzzy: names by their parts, any case
 * @with_slides: what vendors' slides are to DICOM (slide/dicomize.h) is found
 *   too
 *
 * What to look for.
 */
typedef struct {
  VitrailLevel level;
  VitrailDataSet *match;
  guint offset;
  guint limit;
  gboolean fuzzy;
  gboolean with_slides;
} VitrailQuery;

#define VITRAIL_TYPE_QUERY (vitrail_query_get_type ())
GType vitrail_query_get_type (void);
/**
 * vitrail_query_new:
 * @match: (nullable): referenced
 *
 * All answers that match exactly; for others set the fields.
 */
VitrailQuery *vitrail_query_new (VitrailLevel level, VitrailDataSet *match);
VitrailQuery *vitrail_query_copy (const VitrailQuery *self);
void vitrail_query_free (VitrailQuery *self);

/**
 * VitrailUnreadable:
 *
 * A file that could not be taken in, and why.
 */
typedef struct {
  char *path;
  char *reason;
} VitrailUnreadable;

/**
 * VitrailSlideEntry:
 * @id: SeriesInstanceUID, or a stable id from a vendor slide's content
 * @paths: (array zero-terminated=1): its files, or its URL
 *
 * A slide that a source holds.
 */
typedef struct {
  char *id;
  char *name;
  char **paths;
} VitrailSlideEntry;

#define VITRAIL_TYPE_SLIDE_ENTRY (vitrail_slide_entry_get_type ())
GType vitrail_slide_entry_get_type (void);
VitrailSlideEntry *vitrail_slide_entry_copy (const VitrailSlideEntry *self);
void vitrail_slide_entry_free (VitrailSlideEntry *self);

/**
 * VitrailDataSourceInterface:
 * @takes: static: whether it reads such locations: cheap, by the location's
 *   form alone
 * @open: static: a source for @location. Cheap too: the first query or
 *   refresh does the work
 * @query, @open_instance, @refresh: may block: called on any thread but that
 *   of a main loop, by several at once
 * @query_async, @query_finish and so on: NULL: the blocking ones, each on a
 *   thread. A source that has only these is asked on a main context of its own
 *   where somebody blocks
 *
 * What a source implements.
 *
 * The others are below, one function each.
 */
struct _VitrailDataSourceInterface {
  GTypeInterface parent_iface;

  gboolean (*takes) (const char *location);
  VitrailDataSource *(*open) (const char *location, GError **error);

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

  GPtrArray *(*query) (VitrailDataSource *self,
                       const VitrailQuery *query,
                       GCancellable *cancellable,
                       GError **error);
  VitrailInstance *(*open_instance) (VitrailDataSource *self,
                                     const char *sop_instance_uid,
                                     GCancellable *cancellable,
                                     GError **error);
  gboolean (*refresh) (VitrailDataSource *self,
                       GCancellable *cancellable,
                       GError **error);
  /* (nullable) each: then there are none. */
  VitrailInstance *(*peek_instance) (VitrailDataSource *self,
                                     const char *sop_instance_uid);
  char *(*dup_path) (VitrailDataSource *self, const char *sop_instance_uid);
  GPtrArray *(*list_slides) (VitrailDataSource *self);
  /* NULL: the instance is opened. */
  VitrailDataSet *(*read_metadata) (VitrailDataSource *self,
                                    const char *sop_instance_uid,
                                    char **transfer_syntax,
                                    GCancellable *cancellable,
                                    GError **error);
  /* NULL: the file of its path is read; where it has none, one is made of the
   * instance's frames. */
  VitrailPart10 *(*read_file) (VitrailDataSource *self,
                               const char *sop_instance_uid,
                               GCancellable *cancellable,
                               GError **error);

  gpointer padding[6];
};

/* @query is copied. */
void vitrail_data_source_query_async (VitrailDataSource *self,
                                      const VitrailQuery *query,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
/**
 * vitrail_data_source_query_finish:
 *
 * Returns: (transfer container) (element-type VitrailDataSet): one answer
 *   each, in a stable order
 */
GPtrArray *vitrail_data_source_query_finish (VitrailDataSource *self,
                                             GAsyncResult *result,
                                             GError **error);
/* VITRAIL_ERROR_NOT_FOUND where the source has no such instance. */
void vitrail_data_source_open_instance_async (VitrailDataSource *self,
                                              const char *sop_instance_uid,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
/**
 * vitrail_data_source_open_instance_finish:
 *
 * Returns: (transfer full):
 */
VitrailInstance *
vitrail_data_source_open_instance_finish (VitrailDataSource *self,
                                          GAsyncResult *result,
                                          GError **error);
#ifndef __GI_SCANNER__ /* for C only */
/* What was opened on behalf of @task: FALSE: it was not, and that is what @task
 * returns. */
gboolean vitrail_data_source_open_instance_for (VitrailDataSource *self,
                                                GTask *task,
                                                GAsyncResult *result,
                                                VitrailInstance **instance);
#endif
/* Reads again what may have changed. A source must be refreshed once before
 * the first query finds what a folder holds. */
void vitrail_data_source_refresh_async (VitrailDataSource *self,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean vitrail_data_source_refresh_finish (VitrailDataSource *self,
                                             GAsyncResult *result,
                                             GError **error);

/* --- the same, waiting: not on the thread of a main loop --- */

/**
 * vitrail_data_source_query:
 *
 * Returns: (transfer container) (element-type VitrailDataSet): one answer
 *   each, in a stable order
 */
GPtrArray *vitrail_data_source_query (VitrailDataSource *self,
                                      const VitrailQuery *query,
                                      GCancellable *cancellable,
                                      GError **error);
/**
 * vitrail_data_source_open_instance:
 *
 * Returns: (transfer full): the instance
 */
VitrailInstance *
vitrail_data_source_open_instance (VitrailDataSource *self,
                                   const char *sop_instance_uid,
                                   GCancellable *cancellable,
                                   GError **error);
/**
 * vitrail_data_source_read_metadata:
 * @transfer_syntax: (out) (optional) (nullable): as which it is stored; NULL
 *   where only its pixels could tell
 *
 * What an instance says of itself, without asking for its pixels.
 *
 * Returns: (transfer full): its data set
 */
VitrailDataSet *vitrail_data_source_read_metadata (VitrailDataSource *self,
                                                   const char *sop_instance_uid,
                                                   char **transfer_syntax,
                                                   GCancellable *cancellable,
                                                   GError **error);
/**
 * vitrail_data_source_read_file:
 *
 * Returns: (transfer full): the instance as a file, pixels and all
 */
VitrailPart10 *vitrail_data_source_read_file (VitrailDataSource *self,
                                              const char *sop_instance_uid,
                                              GCancellable *cancellable,
                                              GError **error);
gboolean vitrail_data_source_refresh (VitrailDataSource *self,
                                      GCancellable *cancellable,
                                      GError **error);

/* --- what takes no time --- */

/**
 * vitrail_data_source_peek_instance:
 *
 * Returns: (transfer full) (nullable): the instance, if it is open already and
 *   as it was
 */
VitrailInstance *
vitrail_data_source_peek_instance (VitrailDataSource *self,
                                   const char *sop_instance_uid);
/**
 * vitrail_data_source_dup_path:
 *
 * Returns: (nullable): the file that holds @sop_instance_uid, or the URL that
 *   names it
 */
char *vitrail_data_source_dup_path (VitrailDataSource *self,
                                    const char *sop_instance_uid);
/**
 * vitrail_data_source_list_slides:
 *
 * Those that are known by now.
 *
 * Returns: (transfer container) (element-type VitrailSlideEntry): empty, never
 *   NULL
 */
GPtrArray *vitrail_data_source_list_slides (VitrailDataSource *self);
/**
 * vitrail_data_source_list_unreadable:
 *
 * Returns: (transfer container) (element-type VitrailUnreadable): empty,
 *   never NULL
 */
GPtrArray *vitrail_data_source_list_unreadable (VitrailDataSource *self);

/**
 * vitrail_data_source_new:
 *
 * The source for @location (a path or a file:// URI; what else is read depends
 * on the sources there are), of the first implementation at the extension point
 * that takes it. Where none does, the module libvitrail-datasource-SCHEME.so is
 * loaded, if there is one (module.h); else VITRAIL_ERROR_UNSUPPORTED, naming
 * the scheme.
 *
 * Returns: (transfer full):
 */
VitrailDataSource *
vitrail_data_source_new (const char *location, GError **error);

/**
 * vitrail_data_source_is_location:
 *
 * Whether @location is no path and no file:// URI, but written as a source
 * other than that of files and folders takes it: by its form alone.
 */
gboolean vitrail_data_source_is_location (const char *location);

#define VITRAIL_TYPE_UNREADABLE (vitrail_unreadable_get_type ())
GType vitrail_unreadable_get_type (void);
/* Where @reason is an error's message that starts with @path and a colon, these
 * are left out: whoever shows both would say it twice. */
VitrailUnreadable *
vitrail_unreadable_new (const char *path, const char *reason);
VitrailUnreadable *vitrail_unreadable_copy (const VitrailUnreadable *self);
void vitrail_unreadable_free (VitrailUnreadable *self);

/**
 * vitrail_data_source_ensure_extension_point: (skip)
 *
 * Registers the extension point and the sources built in; returns at once after
 * the first time. vitrail_data_source_new () calls it, and so does a module
 * before it implements the extension point.
 */
GIOExtensionPoint *vitrail_data_source_ensure_extension_point (void);

G_END_DECLS
