# SPDX-License-Identifier: LGPL-2.1-or-later
# vitrail render: help and wrong usage.
echo 1..2
"$VITRAIL" render --help >/dev/null && echo "ok 1 - help" || echo "not ok 1 - help"
"$VITRAIL" render --no-such-option >/dev/null 2>&1
[ $? -eq 2 ] && echo "ok 2 - wrong usage" || echo "not ok 2 - wrong usage"
