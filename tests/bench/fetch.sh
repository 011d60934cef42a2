#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# fetch.sh DIRECTORY: fetch from npm what peers.sh compares with, each peer
# into a directory of its own; what is there already is left.  No script of a
# package is run.  Some of them exist for a few kinds of machine only: those
# that cannot be had are named, and are missing from the comparison.
set -u

fetch() { # DIRECTORY PACKAGE ...
	[ ! -d "$1/node_modules" ] || return 0
	mkdir -p "$1"
	npm install --silent --no-save --ignore-scripts --prefix "$1" \
		"${@:2}" >&2 || echo "fetch.sh: not to be had: ${*:2}" >&2
}

command -v npm >/dev/null || {
	echo "fetch.sh: no npm, so nothing is fetched" >&2
	exit 0
}
fetch "$1/duckdb" @duckdb/node-api@1.5.6-r.1
fetch "$1/chdb" chdb@3.4.0
fetch "$1/polars" nodejs-polars@0.26.1 nodejs-polars-linux-x64-gnu@0.26.1
