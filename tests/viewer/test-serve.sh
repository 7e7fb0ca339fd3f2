# SPDX-License-Identifier: LGPL-2.1-or-later
# vitrail serve: help and wrong usage.
echo 1..3
"$VITRAIL" serve --help >/dev/null && echo "ok 1 - help" || echo "not ok 1 - help"
"$VITRAIL" serve --no-such-option >/dev/null 2>&1
[ $? -eq 2 ] && echo "ok 2 - wrong usage" || echo "not ok 2 - wrong usage"
"$VITRAIL" serve --cors example.org . >/dev/null 2>&1
[ $? -eq 2 ] && echo "ok 3 - --cors wants an origin" || echo "not ok 3 - --cors wants an origin"
