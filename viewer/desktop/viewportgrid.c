/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewportGrid: see viewportgrid.h. */

#include "viewportgrid.h"

#include "planelines.h"
#include "viewportarea.h"

struct _VitrailViewportGrid {
  GtkWidget parent_instance;

  VitrailSession *session;
  GtkWidget *grid;
  GPtrArray *areas; /* not owned: the grid's children, as the viewports */
};

G_DEFINE_FINAL_TYPE (VitrailViewportGrid,
                     vitrail_viewport_grid,
                     GTK_TYPE_WIDGET)

static void
redraw (VitrailViewportGrid *self)
{
  for (guint i = 0; i < self->areas->len; i++)
    gtk_widget_queue_draw (g_ptr_array_index (self->areas, i));
}

/* The others show where this picture runs through theirs. */
static void
shown_cb (VitrailViewport *viewport, gpointer user_data)
{
  VitrailViewportGrid *self = user_data;
  const VitrailDisplaySet *set = vitrail_viewport_get_display_set (viewport);

  if (self->areas->len > 1 && set != NULL &&
      (set->kind == VITRAIL_DISPLAY_SET_PLANE ||
       vitrail_session_get_reference_lines (self->session)))
    redraw (self);
}

/* Whether the focus is on one of the pictures. */
static gboolean
has_focus (VitrailViewportGrid *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self));
}

/* The focus goes with the active viewport: a screen reader tells what the keys
 * will change. Tab stops only there, so that what is behind the pictures, the
 * cine bar, is that viewport's; the arrows lead to the others. */
static void
update_active (VitrailViewportGrid *self)
{
  guint active = vitrail_session_get_active (self->session);
  gboolean focused = has_focus (self);
  gboolean one_up = vitrail_session_get_one_up (self->session);
  /* First, so that the focus always has a place. */
  gtk_widget_set_visible (g_ptr_array_index (self->areas, active), TRUE);
  gtk_widget_set_focusable (g_ptr_array_index (self->areas, active), TRUE);
  if (focused)
    vitrail_viewport_grid_focus_active (self);
  for (guint i = 0; i < self->areas->len; i++) {
    GtkWidget *area = g_ptr_array_index (self->areas, i);
    gtk_widget_set_visible (area, !one_up || i == active);
    gtk_widget_set_focusable (area, i == active);
    /* Alone there is nothing to tell apart. */
    vitrail_viewport_area_set_active (VITRAIL_VIEWPORT_AREA (area),
                                      i == active && self->areas->len > 1);
  }
  redraw (self);
}

/* The area that shows @viewport already, taken out of the grid, or a new one;
 * a reference either way. */
static GtkWidget *
take_area (VitrailViewportGrid *self,
           GPtrArray *old_areas,
           VitrailViewport *viewport)
{
  for (guint i = 0; i < old_areas->len; i++) {
    VitrailViewportArea *area = g_ptr_array_index (old_areas, i);
    if (vitrail_viewport_area_get_viewport (area) == viewport)
      return g_object_ref (GTK_WIDGET (area));
  }
  g_signal_connect_object (viewport, "shown", G_CALLBACK (shown_cb), self, 0);
  return g_object_ref_sink (
      vitrail_viewport_area_new (self->session, viewport));
}

static void
update_layout (VitrailViewportGrid *self)
{
  guint rows = 0;
  guint columns = 0;
  vitrail_session_get_layout (self->session, &rows, &columns);
  g_autoptr (GPtrArray) old = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < self->areas->len; i++)
    g_ptr_array_add (old, g_object_ref (g_ptr_array_index (self->areas, i)));
  for (guint i = 0; i < old->len; i++)
    gtk_grid_remove (GTK_GRID (self->grid), g_ptr_array_index (old, i));
  g_ptr_array_set_size (self->areas, 0);

  for (guint i = 0; i < rows * columns; i++) {
    g_autoptr (GtkWidget) area =
        take_area (self, old, vitrail_session_get_viewport (self->session, i));
    gtk_grid_attach (GTK_GRID (self->grid), area, (int) (i % columns),
                     (int) (i / columns), 1, 1);
    g_ptr_array_add (self->areas, area);
  }
  update_active (self);
}

void
vitrail_viewport_grid_set_session (VitrailViewportGrid *self,
                                   VitrailSession *session)
{
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "layout-changed",
                           G_CALLBACK (update_layout), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "changed", G_CALLBACK (update_active), self,
                           G_CONNECT_SWAPPED);
  update_layout (self);
}

void
vitrail_viewport_grid_focus_active (VitrailViewportGrid *self)
{
  guint active = vitrail_session_get_active (self->session);
  gtk_widget_grab_focus (g_ptr_array_index (self->areas, active));
}

static void
vitrail_viewport_grid_dispose (GObject *object)
{
  VitrailViewportGrid *self = VITRAIL_VIEWPORT_GRID (object);
  g_ptr_array_set_size (self->areas, 0);
  g_clear_pointer (&self->grid, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vitrail_viewport_grid_parent_class)->dispose (object);
}

static void
vitrail_viewport_grid_finalize (GObject *object)
{
  g_ptr_array_unref (VITRAIL_VIEWPORT_GRID (object)->areas);
  G_OBJECT_CLASS (vitrail_viewport_grid_parent_class)->finalize (object);
}

static void
vitrail_viewport_grid_class_init (VitrailViewportGridClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = vitrail_viewport_grid_dispose;
  G_OBJECT_CLASS (klass)->finalize = vitrail_viewport_grid_finalize;
  gtk_widget_class_set_css_name (widget_class, "viewportgrid");
  gtk_widget_class_set_accessible_role (widget_class,
                                        GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
vitrail_viewport_grid_init (VitrailViewportGrid *self)
{
  self->areas = g_ptr_array_new ();
  self->grid = gtk_grid_new ();
  gtk_grid_set_row_homogeneous (GTK_GRID (self->grid), TRUE);
  gtk_grid_set_column_homogeneous (GTK_GRID (self->grid), TRUE);
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
}
