# SPDX-License-Identifier: LGPL-2.1-or-later
# vitrail login: signing in with a browser, and out; what is not set; errors.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
/usr/bin/python3 "$VITRAIL_SOURCE/tests/support/oidc.py" >"$dir/port" &
server=$!
trap 'kill $server; wait $server; rm -rf "$dir"' EXIT
until [ -s "$dir/port" ]; do
  sleep 0.1
done
port=$(cat "$dir/port")
url=http://127.0.0.1:$port
VITRAIL_DICOMWEB_TOKENS=$dir/tokens.ini
VITRAIL_BROWSER=$dir/browser
DBUS_SESSION_BUS_ADDRESS=disabled:
export VITRAIL_DICOMWEB_TOKENS VITRAIL_BROWSER DBUS_SESSION_BUS_ADDRESS
printf '[%s]\noidc=%s/good\nclient_id=vitrail\n' "$url" "$url" \
  >"$dir/tokens.ini"
printf '#!/bin/sh\nexec curl -sL "$1"\n' >"$dir/browser"
chmod +x "$dir/browser"

is "signed in" "$("$VITRAIL" login "$url/dicom-web" 2>"$dir/shown")" \
  "signed in to $url"
is "and shown where" "$(cut -d'?' -f 1 "$dir/shown")" \
  "sign in: $url/good/authorize"
is "signed out" "$("$VITRAIL" login --forget "$url/dicom-web")" \
  "signed out of $url"
fails "nobody sits there" 1 "vitrail: $url/dicom-web/studies: $url: $url/good: \
nobody is there to sign in (vitrail login does)" \
  sh -c '"$VITRAIL" info "$1" </dev/null' sh "$url/dicom-web"
is "nobody comes back" "$(VITRAIL_BROWSER=true VITRAIL_SIGN_IN_TIMEOUT=1 \
  "$VITRAIL" login "$url/dicom-web" 2>&1 | sed '/^sign in/d; s/.*good: //')" \
  "not signed in: nobody came back"

# In a keyring it is kept for the next command.
if command -v secret-tool dbus-run-session gnome-keyring-daemon >"$dir/tools"
then
  cat >"$dir/kept" <<'END'
export HOME="$1/home" XDG_DATA_HOME="$1/home" XDG_RUNTIME_DIR="$1/run"
mkdir -m 700 "$1/home" "$1/run"
printf keyring | gnome-keyring-daemon --unlock --components=secrets --foreground \
  >"$1/keyring.log" 2>&1 &
# Whoever asks before would start another one, which nobody has opened.
gdbus wait --session --timeout 60 org.freedesktop.secrets || exit
"$VITRAIL" login "$2/dicom-web"
export VITRAIL_BROWSER=true VITRAIL_SIGN_IN_TIMEOUT=1
"$VITRAIL" login "$2/dicom-web"
"$VITRAIL" login --forget "$2/dicom-web"
"$VITRAIL" login "$2/dicom-web"
kill $!
END
  is "kept in a keyring" "$(dbus-run-session -- sh "$dir/kept" "$dir" "$url" \
    2>"$dir/kept.log" && tail -n 1 "$dir/kept.log" | sed 's/.*good: //')" \
    "signed in to $url
signed in to $url
signed out of $url
not signed in: nobody came back"
else
  skip "kept in a keyring" "no secret-tool or no keyring"
fi
fails "no token is set" 1 \
  "vitrail: http://localhost:80: no token is set for it" \
  "$VITRAIL" login http://localhost/
fails "no URL" 2 "vitrail login: give one URL (see vitrail login --help)" \
  "$VITRAIL" login
done_testing
