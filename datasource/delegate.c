/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sources that are others: see delegate.h. */

#include "delegate.h"

#include <pthread.h>
#include <string.h>

typedef struct {
  pthread_mutex_t lock;
  /* Guarded by lock: the other one, and where it is; NULL: not known yet. */
  VitrailDataSource *source;
  char *location;
} VitrailDelegatePrivate;

static void data_source_init (VitrailDataSourceInterface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (
    VitrailDelegate,
    vitrail_delegate,
    G_TYPE_OBJECT,
    G_ADD_PRIVATE (VitrailDelegate)
        G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_DATA_SOURCE, data_source_init))

static VitrailDelegatePrivate *
get_private (VitrailDelegate *self)
{
  return vitrail_delegate_get_instance_private (self);
}

static void
vitrail_delegate_finalize (GObject *object)
{
  VitrailDelegatePrivate *priv = get_private (VITRAIL_DELEGATE (object));

  g_clear_object (&priv->source);
  g_free (priv->location);
  pthread_mutex_destroy (&priv->lock);
  G_OBJECT_CLASS (vitrail_delegate_parent_class)->finalize (object);
}

static void
vitrail_delegate_class_init (VitrailDelegateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_delegate_finalize;
}

static void
vitrail_delegate_init (VitrailDelegate *self)
{
  pthread_mutex_init (&get_private (self)->lock, NULL);
}

/* The other one if it is known, else NULL. */
static VitrailDataSource *
peek (VitrailDataSource *source)
{
  VitrailDelegatePrivate *priv = get_private (VITRAIL_DELEGATE (source));

  pthread_mutex_lock (&priv->lock);
  VitrailDataSource *found =
      priv->source != NULL ? g_object_ref (priv->source) : NULL;
  pthread_mutex_unlock (&priv->lock);
  return found;
}

/* Looks where it is; what is known stays where that is the same place. */
static VitrailDataSource *
look (VitrailDataSource *source, GCancellable *cancellable, GError **error)
{
  VitrailDelegate *self = VITRAIL_DELEGATE (source);
  VitrailDelegatePrivate *priv = get_private (self);
  g_autofree char *location =
      VITRAIL_DELEGATE_GET_CLASS (self)->find_location (self, cancellable,
                                                        error);
  g_autoptr (VitrailDataSource) made =
      location != NULL ? vitrail_data_source_new (location, error) : NULL;

  if (made == NULL)
    return NULL;
  pthread_mutex_lock (&priv->lock);
  if (g_strcmp0 (priv->location, location) != 0) {
    g_set_object (&priv->source, made);
    g_free (priv->location);
    priv->location = g_steal_pointer (&location);
  }
  VitrailDataSource *found = g_object_ref (priv->source);
  pthread_mutex_unlock (&priv->lock);
  return found;
}

static VitrailDataSource *
get (VitrailDataSource *source, GCancellable *cancellable, GError **error)
{
  VitrailDataSource *known = peek (source);

  return known != NULL ? known : look (source, cancellable, error);
}

static GPtrArray *
query (VitrailDataSource *source,
       const VitrailQuery *query,
       GCancellable *cancellable,
       GError **error)
{
  g_autoptr (VitrailDataSource) other = get (source, cancellable, error);

  return other != NULL
             ? vitrail_data_source_query (other, query, cancellable, error)
             : NULL;
}

static VitrailInstance *
open_instance (VitrailDataSource *source,
               const char *sop_instance_uid,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (VitrailDataSource) other = get (source, cancellable, error);

  return other != NULL
             ? vitrail_data_source_open_instance (other, sop_instance_uid,
                                                  cancellable, error)
             : NULL;
}

static VitrailDataSet *
read_metadata (VitrailDataSource *source,
               const char *sop_instance_uid,
               char **transfer_syntax,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (VitrailDataSource) other = get (source, cancellable, error);

  return other != NULL
             ? vitrail_data_source_read_metadata (other, sop_instance_uid,
                                                  transfer_syntax, cancellable,
                                                  error)
             : NULL;
}

static VitrailPart10 *
read_file (VitrailDataSource *source,
           const char *sop_instance_uid,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (VitrailDataSource) other = get (source, cancellable, error);

  return other != NULL ? vitrail_data_source_read_file (other, sop_instance_uid,
                                                        cancellable, error)
                       : NULL;
}

static gboolean
refresh (VitrailDataSource *source, GCancellable *cancellable, GError **error)
{
  g_autoptr (VitrailDataSource) other = look (source, cancellable, error);

  return other != NULL &&
         vitrail_data_source_refresh (other, cancellable, error);
}

static VitrailInstance *
peek_instance (VitrailDataSource *source, const char *sop_instance_uid)
{
  g_autoptr (VitrailDataSource) other = peek (source);

  return other != NULL
             ? vitrail_data_source_peek_instance (other, sop_instance_uid)
             : NULL;
}

static char *
dup_path (VitrailDataSource *source, const char *sop_instance_uid)
{
  g_autoptr (VitrailDataSource) other = peek (source);

  return other != NULL ? vitrail_data_source_dup_path (other, sop_instance_uid)
                       : NULL;
}

static GPtrArray *
list_slides (VitrailDataSource *source)
{
  g_autoptr (VitrailDataSource) other = peek (source);

  return other != NULL ? vitrail_data_source_list_slides (other) : NULL;
}

static GPtrArray *
list_unreadable (VitrailDataSource *source)
{
  g_autoptr (VitrailDataSource) other = peek (source);

  return other != NULL ? vitrail_data_source_list_unreadable (other) : NULL;
}

static void
data_source_init (VitrailDataSourceInterface *iface)
{
  iface->query = query;
  iface->open_instance = open_instance;
  iface->refresh = refresh;
  iface->peek_instance = peek_instance;
  iface->dup_path = dup_path;
  iface->list_slides = list_slides;
  iface->list_unreadable = list_unreadable;
  iface->read_metadata = read_metadata;
  iface->read_file = read_file;
}
