/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See glcontext.h. By EGL's devices, which need no display: a service and
 * gst-launch-1.0 have none. */

#include "glcontext.h"

#include "error.h"

#include <gst/gl/egl/gstgldisplay_egl_device.h>

#include <epoxy/gl.h>
#include <pthread.h>

/* More than any machine has. */
#define MOST_DEVICES 16

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Guarded by lock. */
static GWeakRef current;
static gboolean current_is_software;

typedef struct {
  gboolean is_enough;
  gboolean is_software;
  char name[128];
} Facts;

static const char *const software[] = { "llvmpipe", "softpipe", "swrast", "SWR",
                                        "Software" };

/* In the context's thread. What is drawn into is of floats and of integers. */
static void
find_facts (GstGLContext *context, gpointer data)
{
  Facts *facts = data;
  const int version = epoxy_gl_version ();
  const char *name = (const char *) glGetString (GL_RENDERER);

  facts->is_enough = version >= (epoxy_is_desktop_gl () ? 33 : 32);
  g_strlcpy (facts->name, name != NULL ? name : "?", sizeof facts->name);
  for (guint i = 0; i < G_N_ELEMENTS (software); i++)
    facts->is_software |= strstr (facts->name, software[i]) != NULL;
}

static GstGLContext *
open_device (guint index, Facts *facts)
{
  GstGLDisplayEGLDevice *device = gst_gl_display_egl_device_new (index);
  g_autoptr (GstGLDisplay) display =
      device != NULL ? GST_GL_DISPLAY (device) : NULL;
  g_autoptr (GstGLContext) context =
      display != NULL ? gst_gl_context_new (display) : NULL;

  if (context == NULL || !gst_gl_context_create (context, NULL, NULL))
    return NULL;
  gst_gl_context_thread_add (context, find_facts, facts);
  return g_steal_pointer (&context);
}

static GstGLContext *
find_device (gboolean is_software_too, gboolean *is_software, GError **error)
{
  g_autoptr (GString) seen = g_string_new (NULL);

  for (guint i = 0; i < MOST_DEVICES; i++) {
    Facts facts = { 0 };
    g_autoptr (GstGLContext) context = open_device (i, &facts);
    if (context == NULL)
      break;
    *is_software = facts.is_software;
    if (facts.is_enough && (is_software_too || !facts.is_software))
      return g_steal_pointer (&context);
    g_string_append_printf (seen, "%s%s", seen->len > 0 ? ", " : "",
                            facts.name);
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "no graphics processor that does it (there is %s)",
               seen->len > 0 ? seen->str : "none");
  return NULL;
}

GstGLContext *
vitrail_gl_context_acquire (gboolean is_software_too, GError **error)
{
  if (!gst_init_check (NULL, NULL, error))
    return NULL;
  pthread_mutex_lock (&lock);
  GstGLContext *context = g_weak_ref_get (&current);
  if (context != NULL && current_is_software && !is_software_too)
    g_clear_object (&context);
  if (context == NULL) {
    gboolean is_software = FALSE;
    context = find_device (is_software_too, &is_software, error);
    if (context != NULL) {
      g_weak_ref_set (&current, context);
      current_is_software = is_software;
    }
  }
  pthread_mutex_unlock (&lock);
  return context;
}
