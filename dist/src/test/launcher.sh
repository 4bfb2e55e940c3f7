#!/bin/sh
# Checks the installed launcher: `dist/src/test/launcher.sh INSTALLATION`. Ends with 0 when all is well.
set -u
home=$(CDPATH= cd -- "$1" && pwd)
hosu=$home/bin/hosu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

check() { # WHAT ACTUAL EXPECTED
  if [ "$2" = "$3" ]; then
    echo "ok    $1"
  else
    echo "FAIL  $1: '$2', expected '$3'"
    failed=1
  fi
}

out=$("$hosu" version 2>"$work/err")
check "version ends with 0" $? 0
check "version begins with the name" "${out%% *}" hosu
check "nothing goes to standard error" "$(cat "$work/err")" ""

"$hosu" statsu >"$work/out" 2>"$work/err"
check "a word that is no command ends with 2" $? 2
check "... and leaves the answer empty" "$(cat "$work/out")" ""
"$hosu" status --url http://127.0.0.1:1 >"$work/out" 2>&1
check "a server that is not there ends with 1" $? 1

ln -s "$hosu" "$work/hosu-link"
check "works through a link, from another folder" "$(cd "$work" && ./hosu-link version)" "$out"

mkdir "$work/with space"
cp -r "$home/bin" "$home/lib" "$work/with space"
check "works in a path with a space, without a cache" "$("$work/with space/bin/hosu" version)" "$out"
mkdir "$work/with space/aot"
echo "no cache" >"$work/with space/aot/cli.aot"
check "a broken cache is left aside without a word" "$("$work/with space/bin/hosu" version 2>&1)" "$out"

# A machine with no Java: only the tools that the launcher needs are on the path.
mkdir "$work/tools"
for tool in sh dirname readlink sed stty; do ln -s "$(command -v $tool)" "$work/tools/$tool"; done
sed 's#/usr/lib/jvm/#/nonexistent/#g; s#/opt/java#/nonexistent#; s#/Library#/nonexistent#' "$hosu" \
  >"$work/with space/bin/nojava"
chmod +x "$work/with space/bin/nojava"
env -i PATH="$work/tools" HOME=/nonexistent sh "$work/with space/bin/nojava" version >"$work/out" 2>"$work/err"
code=$?
check "without Java it ends with 69" "$code" 69
case $(cat "$work/err") in *"Java 25 or newer was not found"*) said=yes ;; *) said=no ;; esac
check "... and says what to install" "$said" yes

exit $failed
