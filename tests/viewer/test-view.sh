# SPDX-License-Identifier: LGPL-2.1-or-later
# vitrail view: help and wrong usage; what it shows is the desktop's own test.
[ -e "$VITRAIL_BUILD/viewer/libvitrail-desktop.so" ] ||
  { echo "1..0 # SKIP built without the desktop module"; exit 0; }
echo 1..3
"$VITRAIL" view --help >/dev/null && echo "ok 1 - help" || echo "not ok 1 - help"
"$VITRAIL" view --no-such-option >/dev/null 2>&1
[ $? -eq 2 ] && echo "ok 2 - wrong usage" || echo "not ok 2 - wrong usage"
"$VITRAIL" view --memory -1 >/dev/null 2>&1
[ $? -eq 2 ] && echo "ok 3 - no such budget" || echo "not ok 3 - no such budget"
