# SPDX-License-Identifier: LGPL-2.1-or-later
# docs/elements.md is what the registry says. Otherwise:
#   GST_PLUGIN_PATH=build/elements tools/elements-page >docs/elements.md
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
is "docs/elements.md" \
  "$("$VITRAIL_SOURCE/tools/elements-page" --check \
     "$VITRAIL_SOURCE/docs/elements.md" 2>&1)" ""
done_testing
