# SPDX-License-Identifier: LGPL-2.1-or-later
# What the tests of commands share: TAP, and a folder that goes away.
tap_n=0
tap_bad=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
XDG_CACHE_HOME=$dir/cache
export XDG_CACHE_HOME
data=${VITRAIL_TEST_DATA:-$VITRAIL_SOURCE/../shared/data}

# is NAME GOT EXPECTED: two texts are the same.
is() {
  tap_n=$((tap_n + 1))
  if [ "$2" = "$3" ]; then
    echo "ok $tap_n - $1"
  else
    tap_bad=$((tap_bad + 1))
    echo "not ok $tap_n - $1"
    printf 'got:      %s\nexpected: %s\n' "$2" "$3" | sed 's/^/# /'
  fi
}

# same NAME FILE FILE: two files hold the same bytes.
same() {
  is "$1" "$(cmp "$2" "$3" 2>&1 && echo same)" same
}

# fails NAME STATUS MESSAGE COMMAND...: the exit status, nothing on standard
# output, and exactly this on standard error, $dir cut out.
fails() {
  name=$1
  status=$2
  message=$3
  shift 3
  out=$("$@" 2>"$dir/stderr")
  got=$?
  is "$name: status" "$got" "$status"
  is "$name: message" "$(sed "s#$dir/##g" "$dir/stderr")" "$message"
  is "$name: output" "$out" ""
}

# skip NAME REASON
skip() {
  tap_n=$((tap_n + 1))
  echo "ok $tap_n - $1 # SKIP $2"
}

done_testing() {
  echo "1..$tap_n"
  [ "$tap_bad" -eq 0 ]
}
