#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What `make` makes when it is told nothing, whatever the build under test.
# bats file_tags=build

load lib

# make_in DIRECTORY ARGUMENT ...: make there, with nothing from the make that
# runs this.
make_in() {
	env -u MAKEFLAGS -u MFLAGS -u MAKEOVERRIDES make -s -C "$@"
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	for directory in here some/where/else; do
		mkdir -p "$directory"
		cp -R "$TOP/Makefile" "$TOP/cmd" "$TOP/common" "$directory"
		make_in "$directory" -j 2 all
	done
}

setup() {
	cd "$BATS_FILE_TMPDIR/here" || return 1
}

# each COMMAND ...: it is true of every program.
each() {
	for program in build/ab*; do
		"$@" "$program" || {
			echo "not so for $program"
			return 1
		}
	done
}

sums() {
	(cd "$1" && sha256sum build/ab*)
}
@test "two directories give the same programs" {
	[ "$(sums . | wc -l)" -eq "$(printf '%s\n' cmd/*.c | wc -l)" ]
	diff <(sums .) <(sums ../some/where/else)
}

is_pie() {
	readelf -dW "$1" | grep -q 'FLAGS_1.* PIE'
}
@test "the programs can be loaded anywhere" {
	each is_pie
}

is_read_only() {
	readelf -lW "$1" | grep -q ' *GNU_RELRO' &&
		readelf -dW "$1" | grep -q 'FLAGS_1.* NOW' &&
		readelf -lW "$1" | grep -q 'GNU_STACK .* RW '
}
@test "what the loader fills in is read-only, and no stack is code" {
	each is_read_only
}

is_checked() {
	readelf --dyn-syms -W "$1" | grep -q ' __stack_chk_fail@' &&
		readelf --dyn-syms -W "$1" | grep -q ' __vsnprintf_chk@'
}
@test "the compiler's and the C library's checks are in" {
	each is_checked
}

# The functions that a program takes from libraries.
imports() {
	readelf --dyn-syms -W "$1" | awk '$7 == "UND" { print $8 }' |
		sed 's/@.*//'
}
keeps_to_itself() {
	imports "$1" | grep -qx write &&
		[ "$(imports "$1" | grep -cxE "$outside")" -eq 0 ]
}
@test "no program starts another, or reads network, environment or date" {
	outside='.*exec.*|v?fork|clone|posix_spawn.*|system|popen|dlopen'
	outside+='|socket|connect|getaddrinfo|(secure_)?getenv|environ'
	# clock_gettime is for --progress.
	outside+='|setlocale|time|clock|gettimeofday|localtime.*|tzset'
	each keeps_to_itself
}

# lacks FLAG ARGUMENT ...: make would not use it, when told so.
lacks() {
	make_in . -B -n all "${@:2}" >commands
	grep -q ' -c ' commands || return 1
	[ "$(grep -c -e "$1" commands)" -eq 0 ]
}
@test "the flags leave out what does not go together" {
	run ! lacks -D_FORTIFY_SOURCE
	lacks -D_FORTIFY_SOURCE CFLAGS=-O0
	lacks -D_FORTIFY_SOURCE CFLAGS=-g
	lacks -D_FORTIFY_SOURCE CFLAGS='-O1 -fsanitize=address'
	run ! lacks ' -pie'
	lacks ' -pie' LDFLAGS=-static
	lacks ' -pie' CFLAGS='-O2 -static'
}
