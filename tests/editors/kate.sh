#!/usr/bin/env bash
# kate.sh FILE PICTURE: in Kate, the fix of line 9 and that of line 15, each by Ctrl+., and saved; $SAID is what the server said.
# Runs under dbus-run-session and xvfb-run.
set -u
file=$1 picture=$2
kate -n --line 9 --column 18 "$file" &
kate=$!
trap 'kill $kate 2>/dev/null; wait $kate 2>/dev/null' EXIT

published() { grep -o publishDiagnostics "$SAID" 2>/dev/null | wc -l; }

# Waits until the server has published more often than before, and Kate has drawn it.
until_published() {
  local before=$1 tries
  for tries in $(seq 1 100); do
    [ "$(published)" -gt "$before" ] && sleep 1.5 && return 0
    sleep 0.5
  done
  echo "FAIL nothing published"
  exit 1
}

# Presses Ctrl+. and saves, until the file holds a text: the menu needs a moment, a lost key is pressed again.
fix() {
  local tries
  xdotool key ctrl+period
  for tries in $(seq 1 20); do
    sleep 0.5
    xdotool key ctrl+s
    grep -qF "$1" "$file" && echo "ok   $1" && return 0
  done
  import -window root "$picture"
  echo "FAIL $1"
  exit 1
}

until_published 0
import -window root "$picture"
before=$(published)
fix "dq/dB = A' w_a w_b'"
until_published "$before"
xdotool key --delay 60 ctrl+End Up Up End Left Left
sleep 0.5
fix "ds/du = 2 𝔼 𝔼' u"
