#!/usr/bin/env bats
# SPDX-License-Identifier: MIT

load lib

# shares COLUMN NAME=P ... < rows: each name has its share of the rows, within
# 5 standard deviations, and there are no other names.
shares() {
	awk -F '\t' -v column="$1" '
	BEGIN {
		for (i = 2; i < ARGC; i++) {
			at = index(ARGV[i], "=")
			p[substr(ARGV[i], 1, at - 1)] = substr(ARGV[i], at + 1)
		}
		ARGC = 1
	}
	{ n[$column]++ }
	END {
		for (name in n)
			if (!(name in p)) {
				print "unexpected: " name
				bad = 1
			}
		for (name in p) {
			off = (n[name] - NR * p[name]) ^ 2
			if (off > 25 * NR * p[name] * (1 - p[name])) {
				print name ": " n[name] " of " NR
				bad = 1
			}
		}
		exit bad
	}' "$@"
}

@test "by default 8000 users, numbered from 0" {
	abgen-users >users
	[ "$(head -n 1 users)" = "$(rows 'user_id|device|country')" ]
	tail -n +2 users | cut -f 1 | cmp - <(seq 0 7999)
}

@test "a seed stands for the same bytes for ever" {
	abgen-users --population 3 | gives 'user_id|device|country' \
		'0|android|France' '1|web|Japan' '2|web|Australia'
	[ "$(abgen-users | cksum)" = '32088658 145543' ]
}

@test "devices and countries have their shares" {
	abgen-users --population 200000 --no-header >users
	shares 2 ios=0.18 android=0.45 web=0.37 <users
	shares 3 USA=0.0625 Germany=0.0625 China=0.0625 Japan=0.0625 \
		India=0.0625 UK=0.0625 France=0.0625 Italy=0.0625 \
		Russia=0.0625 Canada=0.0625 Australia=0.0625 Brazil=0.0625 \
		'South Korea=0.0625' Indonesia=0.0625 Netherlands=0.0625 \
		Argentina=0.0625 <users
}

@test "a user's country has nothing to do with the device" {
	abgen-users --population 200000 --no-header --devices a,b \
		--countries c:3,d | tr '\t' ' ' | cut -d ' ' -f 2- >both
	shares 1 'a c=0.375' 'a d=0.125' 'b c=0.375' 'b d=0.125' <both
}

@test "the list of devices does not change the countries" {
	abgen-users --devices tv,radio:3 | cut -f 3 >countries
	abgen-users | cut -f 3 | same countries -
}

@test "only the proportions of weights matter" {
	abgen-users >users
	abgen-users --devices ios:18,android:45e0,web:37.0 | same users -
	abgen-users --devices ios:1.8e20,android:4.5e20,web:3.7e20 |
		same users -
	abgen-users --devices ios:1.8e-300,android:4.5e-300,web:3.7e-300 |
		same users -
}

@test "a weight of 18 digits is kept" {
	abgen-users --devices a:0.999999999999999999,b:0.000000000000000001 \
		--no-header | shares 2 a=1
}

@test "a weight left out is 1, and 0 is never drawn" {
	abgen-users --population 20000 --no-header --devices a:3,b,c:0 |
		shares 2 a=0.75 b=0.25
}

@test "a name is any bytes but comma, colon and control characters" {
	name=$'  "\\\xff\xc3\xa9'
	abgen-users --population 1 --no-header --devices "$name" \
		--countries "'" | gives "0|$name|'"
}

@test "a larger population begins with the smaller" {
	abgen-users --population 100 >few
	abgen-users --population 100000 | head -n 101 | same few -
}

@test "the shards make up the whole" {
	abgen-users --population 1000 --no-header >whole
	for n in 1 2 3 7; do
		for k in $(seq $n); do
			abgen-users --population 1000 --no-header --shard "$k/$n"
		done | same whole -
	done
}

@test "there may be more shards than rows" {
	for k in 1 2 3 4 5; do
		abgen-users --population 3 --no-header --shard "$k/5"
	done | same <(abgen-users --population 3 --no-header) -
}

@test "each shard is a stream with a header" {
	abgen-users --population 4 --shard 2/2 >part
	{
		abgen-users --population 0
		abgen-users --population 4 --no-header | tail -n 2
	} | same part -
}

@test "a shard far out in a large population is there at once" {
	abgen-users --population 1000000000000 --no-header \
		--shard 1000000000000/1000000000000 >part
	[ "$(cut -f 1 part)" = 999999999999 ]
}

@test "no users are a header alone" {
	abgen-users --population 0 | gives 'user_id|device|country'
	abgen-users --population 0 --no-header | cmp - /dev/null
}

@test "another seed gives other users, and 1 is the default" {
	abgen-users --seed 1 >one
	abgen-users --seed 2 >two
	abgen-users | same one -
	same_rows=$(paste one two |
		awk -F '\t' '$2 == $5 && $3 == $6' | wc -l)
	# 8000 (0.18^2 + 0.45^2 + 0.37^2) / 16 = 186, and the header.
	[ "$same_rows" -gt 117 ] && [ "$same_rows" -lt 256 ]
	abgen-users --seed 18446744073709551615 >last
	[ "$(cksum <last)" != "$(cksum <one)" ]
}

@test "bad lists are refused" {
	refuses "--devices: bad weight '-1'" abgen-users --devices a:-1
	refuses "--devices: bad weight ''" abgen-users --devices a:
	refuses "--devices: bad weight 'x'" abgen-users --devices a:x
	refuses "--devices: bad weight '1:2'" abgen-users --devices a:1:2
	refuses "--devices: bad weight ' 1'" abgen-users --devices 'a: 1'
	refuses "--devices: bad weight '1e999'" abgen-users --devices a:1e999
	refuses '--devices: an empty name' abgen-users --devices a,,b
	refuses '--devices: an empty name' abgen-users --devices a,
	refuses '--devices: an empty name' abgen-users --devices :1
	refuses "--countries: two are called 'a'" abgen-users --countries a,b,a:2
	refuses '--countries: all weights are 0' abgen-users --countries a:0,b:0
	refuses '--countries: the weights have too many digits' \
		abgen-users --countries a:1e20,b:1e-20
	refuses '--countries: the weights have too many digits' \
		abgen-users --countries a:1e300,b:1e-300
	refuses '--countries: the weights have too many digits' \
		abgen-users --countries a:9e18,b:9e18,c:1
	refuses "control character in the name 'a\x09b'" \
		abgen-users --countries $'a\tb'
	refuses "control character in the name 'a\x0a'" \
		abgen-users --countries $'a\n'
}

@test "bad numbers and shards are refused" {
	refuses '--population: bad whole number' abgen-users -n -1
	refuses '--population: bad whole number' abgen-users -n 1.5
	refuses '--population: must be' abgen-users -n 1000000000001
	refuses '--seed: bad whole number' abgen-users -s 18446744073709551616
	for shard in 0/1 2/1 1/0 1 / 1/ /1 1/1/1 -1/2 '1 /2' 1/x \
		1/9999999999999999999; do
		refuses "--shard: '$shard' is not K/N" \
			abgen-users --shard "$shard"
	done
	refuses 'extra operand' abgen-users x
}
