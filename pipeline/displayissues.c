/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See displayissues.h. */

#include "displayissues.h"

#include "volume/plan.h"

#define TAG_SOP_CLASS VITRAIL_TAG (0x0008, 0x0016)

static gboolean
is_volume_expected (const char *modality)
{
  static const char *const modalities[] = { "CT", "MR", "PT", "NM", NULL };

  return modality != NULL && g_strv_contains (modalities, modality);
}

static guint
check_class (const VitrailDataSet *object)
{
  return vitrail_data_set_has (object, TAG_SOP_CLASS)
             ? 0
             : VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_NO_CLASS);
}

guint
vitrail_display_issues_of_stack (const char *modality,
                                 VitrailDataSet *const *images,
                                 guint n)
{
  guint issues = 0;

  for (guint i = 0; i < n; i++)
    issues |= check_class (images[i]);
  if (!is_volume_expected (modality))
    return issues;
  g_autoptr (VitrailVolumePlans) plans = vitrail_volume_plans_new (images, n);
  return issues | plans->issues;
}

guint
vitrail_display_issues_of_unsupported (const VitrailDataSet *object)
{
  return VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_UNSUPPORTED) |
         VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_UNSUPPORTED_CLASS) |
         check_class (object);
}

char *
vitrail_display_set_dup_messages (const VitrailDisplaySet *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint issue = 1; issue < VITRAIL_N_ISSUES; issue++)
    if ((self->issues & VITRAIL_ISSUE_BIT (issue)) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "",
                              vitrail_volume_issue_get_text (issue));
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
