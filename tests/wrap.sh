#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# wrap.sh BUILD TO COMMAND ...: fill the directory TO with scripts that run the
# programs of BUILD, and its unit tests, by COMMAND, as an emulator does or a
# debugger.
set -eu -o pipefail
build=$(cd "$1" && pwd) to=$2
shift 2

rm -rf "$to"
mkdir -p "$to/unit"
for source in cmd/*.c tests/unit/*.c; do
	name=${source#cmd/} name=${name#tests/}
	name=${name%.c}
	printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$*" "$build/$name" >"$to/$name"
	chmod +x "$to/$name"
done
