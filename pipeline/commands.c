/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands: see commands.h. Finds and runs them; each family has its file. */

#include "commands.h"

#include "error.h"
#include "session-private.h"

#include <string.h>

/* In the order of docs/commands.md; each ends with a row without a name. */
static const VitrailSessionCommand *const families[] = {
  vitrail_session_commands,      vitrail_view_commands,
  vitrail_presentation_commands, vitrail_volume_commands,
  vitrail_time_commands,         vitrail_path_commands,
  vitrail_fusion_commands,       vitrail_slide_commands,
  vitrail_annotation_commands,   vitrail_measure_commands,
  vitrail_waveform_commands,     vitrail_mask_commands,
  vitrail_stress_commands,
};

static const VitrailSessionCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    for (const VitrailSessionCommand *one = families[i]; one->name != NULL;
         one++) {
      if (strcmp (one->name, name) == 0)
        return one;
    }
  }
  return NULL;
}

static gboolean
has_type (const VitrailSessionCommand *command, GVariant *argument)
{
  if (command->type == NULL || argument == NULL)
    return command->type == NULL && argument == NULL;
  return g_variant_is_of_type (argument, G_VARIANT_TYPE (command->type));
}

static gboolean
run_command (const VitrailSessionCommand *command,
             VitrailSession *session,
             GVariant *argument)
{
  VitrailViewport *active = vitrail_session_get_active_viewport (session);
  return command->run != NULL
             ? command->run (session, active, argument)
             : command->vary (active, argument, command->detail);
}

gboolean
vitrail_session_run (VitrailSession *self,
                     const char *name,
                     GVariant *argument,
                     GError **error)
{
  g_autoptr (GVariant) owned =
      argument != NULL ? g_variant_ref_sink (argument) : NULL;
  const VitrailSessionCommand *command = find_command (name);

  if (command == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no such command", name);
    return FALSE;
  }
  g_clear_pointer (&self->refusal, g_free);
  if (has_type (command, owned) && run_command (command, self, owned))
    return TRUE;
  if (self->refusal != NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED, "%s: %s",
                 name, self->refusal);
    return FALSE;
  }
  g_autofree char *text =
      owned != NULL ? g_variant_print (owned, FALSE) : g_strdup ("nothing");
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "%s: cannot be done with %s", name, text);
  return FALSE;
}

gboolean
vitrail_session_refuse (VitrailSession *self, const char *reason)
{
  g_free (self->refusal);
  self->refusal = g_strdup (reason);
  return FALSE;
}

void
vitrail_session_act (VitrailSession *self, const char *name, GVariant *argument)
{
  g_autoptr (GError) error = NULL;

  if (vitrail_session_run (self, name, argument, &error))
    return;
  const char *summary = vitrail_session_get_command_summary (name);
  g_autofree char *text =
      self->refusal != NULL || summary == NULL
          ? g_strdup (self->refusal != NULL ? self->refusal : error->message)
          : g_strdup_printf ("This cannot be done here: %s", summary);
  vitrail_session_tell (self, text);
}

/* NULL-terminated; kept for good. */
static const char **
make_names (void)
{
  GPtrArray *names = g_ptr_array_new ();
  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    for (const VitrailSessionCommand *one = families[i]; one->name != NULL;
         one++)
      g_ptr_array_add (names, (gpointer) one->name);
  }
  g_ptr_array_add (names, NULL);
  return (const char **) g_ptr_array_free (names, FALSE);
}

const char *const *
vitrail_session_list_commands (void)
{
  static gsize names;
  if (g_once_init_enter (&names))
    g_once_init_leave (&names, (gsize) make_names ());
  return (const char *const *) names;
}

const char *
vitrail_session_get_command_type (const char *name)
{
  const VitrailSessionCommand *command = find_command (name);
  return command != NULL ? command->type : NULL;
}

const char *
vitrail_session_get_command_summary (const char *name)
{
  const VitrailSessionCommand *command = find_command (name);
  return command != NULL ? command->summary : NULL;
}
