/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The interface of data sources, and finding the one for a location. */

#include "source.h"

#include "error.h"
#include "module.h"
#include "sources.h" /* generated: VITRAIL_DATA_SOURCES */

#include <string.h>

G_DEFINE_INTERFACE (VitrailDataSource, vitrail_data_source, G_TYPE_OBJECT)

static void
vitrail_data_source_default_init (VitrailDataSourceInterface *iface)
{
}

GPtrArray *
vitrail_data_source_list_unreadable (VitrailDataSource *self)
{
  g_return_val_if_fail (VITRAIL_IS_DATA_SOURCE (self), NULL);

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  GPtrArray *list =
      iface->list_unreadable != NULL ? iface->list_unreadable (self) : NULL;
  if (list == NULL)
    list = g_ptr_array_new_with_free_func (
        (GDestroyNotify) vitrail_unreadable_free);
  return list;
}

GPtrArray *
vitrail_data_source_list_slides (VitrailDataSource *self)
{
  g_return_val_if_fail (VITRAIL_IS_DATA_SOURCE (self), NULL);

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  GPtrArray *list =
      iface->list_slides != NULL ? iface->list_slides (self) : NULL;
  if (list == NULL)
    list = g_ptr_array_new_with_free_func (
        (GDestroyNotify) vitrail_slide_entry_free);
  return list;
}

VitrailInstance *
vitrail_data_source_peek_instance (VitrailDataSource *self,
                                   const char *sop_instance_uid)
{
  g_return_val_if_fail (VITRAIL_IS_DATA_SOURCE (self), NULL);

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  return iface->peek_instance != NULL
             ? iface->peek_instance (self, sop_instance_uid)
             : NULL;
}

char *
vitrail_data_source_dup_path (VitrailDataSource *self,
                              const char *sop_instance_uid)
{
  g_return_val_if_fail (VITRAIL_IS_DATA_SOURCE (self), NULL);

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  return iface->dup_path != NULL ? iface->dup_path (self, sop_instance_uid)
                                 : NULL;
}

G_DEFINE_BOXED_TYPE (VitrailQuery,
                     vitrail_query,
                     vitrail_query_copy,
                     vitrail_query_free)

VitrailQuery *
vitrail_query_new (VitrailLevel level, VitrailDataSet *match)
{
  VitrailQuery query = { .level = level, .match = match };

  return vitrail_query_copy (&query);
}

VitrailQuery *
vitrail_query_copy (const VitrailQuery *self)
{
  VitrailQuery *copy = g_memdup2 (self, sizeof *self);

  if (copy->match != NULL)
    vitrail_data_set_ref (copy->match);
  return copy;
}

void
vitrail_query_free (VitrailQuery *self)
{
  g_clear_pointer (&self->match, vitrail_data_set_unref);
  g_free (self);
}

G_DEFINE_BOXED_TYPE (VitrailSlideEntry,
                     vitrail_slide_entry,
                     vitrail_slide_entry_copy,
                     vitrail_slide_entry_free)

VitrailSlideEntry *
vitrail_slide_entry_copy (const VitrailSlideEntry *self)
{
  VitrailSlideEntry *copy = g_new (VitrailSlideEntry, 1);

  copy->id = g_strdup (self->id);
  copy->name = g_strdup (self->name);
  copy->paths = g_strdupv (self->paths);
  return copy;
}

void
vitrail_slide_entry_free (VitrailSlideEntry *self)
{
  g_free (self->id);
  g_free (self->name);
  g_strfreev (self->paths);
  g_free (self);
}

G_DEFINE_BOXED_TYPE (VitrailUnreadable,
                     vitrail_unreadable,
                     vitrail_unreadable_copy,
                     vitrail_unreadable_free)

VitrailUnreadable *
vitrail_unreadable_new (const char *path, const char *reason)
{
  VitrailUnreadable *self = g_new (VitrailUnreadable, 1);
  gsize length = strlen (path);

  if (g_str_has_prefix (reason, path) &&
      g_str_has_prefix (reason + length, ": "))
    reason += length + 2;
  self->path = g_strdup (path);
  self->reason = g_strdup (reason);
  return self;
}

VitrailUnreadable *
vitrail_unreadable_copy (const VitrailUnreadable *self)
{
  return vitrail_unreadable_new (self->path, self->reason);
}

void
vitrail_unreadable_free (VitrailUnreadable *self)
{
  g_free (self->path);
  g_free (self->reason);
  g_free (self);
}

/* One function a word in meson.build's list. */
#define VITRAIL_SOURCE(name) void vitrail_source_##name##_register (void);
VITRAIL_DATA_SOURCES
#undef VITRAIL_SOURCE

static gpointer
register_once (gpointer unused)
{
  GIOExtensionPoint *point =
      g_io_extension_point_register (VITRAIL_DATA_SOURCE_EXTENSION_POINT);

  g_io_extension_point_set_required_type (point, VITRAIL_TYPE_DATA_SOURCE);
#define VITRAIL_SOURCE(name) vitrail_source_##name##_register ();
  VITRAIL_DATA_SOURCES
#undef VITRAIL_SOURCE
  return point;
}

GIOExtensionPoint *
vitrail_data_source_ensure_extension_point (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, register_once, NULL);
}

static void
set_unsupported (const char *location, GError **error)
{
  g_autofree char *scheme = g_uri_parse_scheme (location);

  if (scheme != NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: no data source reads %s:// locations", location, scheme);
  else
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: no data source reads this location", location);
}

/* A source of somebody else's for a scheme that nobody knows: the module
 * libvitrail-datasource-SCHEME. */
static gboolean
load_module (const char *location)
{
  g_autofree char *scheme = g_uri_parse_scheme (location);
  g_autofree char *name = g_strconcat ("datasource-", scheme, NULL);
  g_autoptr (GError) error = NULL;

  if (scheme == NULL || vitrail_module_load (name, &error))
    return scheme != NULL;
  if (!g_error_matches (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND))
    g_message ("%s", error->message);
  return FALSE;
}

/* The first that takes @location, or NULL. */
static GIOExtension *
find_registered (const char *location)
{
  GIOExtensionPoint *point = vitrail_data_source_ensure_extension_point ();

  for (GList *l = g_io_extension_point_get_extensions (point); l != NULL;
       l = l->next)
  {
    g_autoptr (GTypeClass) type_class = g_io_extension_ref_class (l->data);
    const VitrailDataSourceInterface *iface =
        g_type_interface_peek (type_class, VITRAIL_TYPE_DATA_SOURCE);
    if (iface->takes (location))
      return l->data;
  }
  return NULL;
}

static GIOExtension *
find_extension (const char *location)
{
  GIOExtension *extension = find_registered (location);

  if (extension == NULL && load_module (location))
    extension = find_registered (location);
  return extension;
}

gboolean
vitrail_data_source_is_location (const char *location)
{
  g_return_val_if_fail (location != NULL, FALSE);

  GIOExtension *extension = find_extension (location);
  return extension != NULL &&
         strcmp (g_io_extension_get_name (extension), "folder") != 0;
}

VitrailDataSource *
vitrail_data_source_new (const char *location, GError **error)
{
  g_return_val_if_fail (location != NULL, NULL);

  GIOExtension *extension = find_extension (location);
  if (extension == NULL) {
    set_unsupported (location, error);
    return NULL;
  }
  g_autoptr (GTypeClass) type_class = g_io_extension_ref_class (extension);
  const VitrailDataSourceInterface *iface =
      g_type_interface_peek (type_class, VITRAIL_TYPE_DATA_SOURCE);
  return iface->open (location, error);
}
