#!/usr/bin/env bats
# SPDX-License-Identifier: MIT

load lib

# variants < rows: how many rows each has, in the order of the rows.
variants() {
	cut -f 2,3 | uniq -c | awk '{ print $2 "|" $3 "|" $1 }' | tr '|' '\t'
}

@test "by default two experiments of 5000 users, half of them in A" {
	abgen-exposures >exposures
	[ "$(head -n 1 exposures)" = \
		"$(rows 'user_id|experiment_id|variant|exposure_time')" ]
	tail -n +2 exposures | variants |
		gives '0|A|2500' '0|B|2500' '1|A|2500' '1|B|2500'
}

@test "a seed stands for the same bytes for ever" {
	abgen-exposures | head -n 4 | gives \
		'user_id|experiment_id|variant|exposure_time' \
		'3975|0|A|2025-01-14 10:48:49' \
		'6680|0|A|2025-01-13 10:23:59' \
		'7451|0|A|2025-01-12 18:23:44'
	[ "$(abgen-exposures | cksum)" = '1414573441 288659' ]
}

@test "no user is in an experiment twice" {
	for population in 5000 5001 8000; do
		abgen-exposures -n $population --no-header | cut -f 1,2 | sort |
			uniq -d | cmp - /dev/null
	done
}

@test "users are of the population, and any may be chosen" {
	abgen-exposures -e 1 -n 5000 --no-header | cut -f 1 | sort -n |
		cmp - <(seq 0 4999)
	abgen-exposures -n 8000 --no-header | cut -f 1 | sort -nu |
		awk '$1 < 0 || $1 > 7999 { exit 1 } { n++ }
		     END { exit !(n > 6700 && n < 7000) }'
}

@test "as in the notebook, some users are in one experiment and some in both" {
	# In both: 5000 of 8000, each with 5/8; 3125 with a deviation of 21.
	abgen-exposures --no-header | cut -f 1 | sort | uniq -c |
		awk '{ n[$1]++ } END { exit !(n[1] + 2 * n[2] == 10000 &&
		     n[2] > 3020 && n[2] < 3230) }'
}

@test "small populations are shuffled too" {
	for n in 1 2 3 10 64 65; do
		abgen-exposures -e 1 -n $n -k $n --no-header | cut -f 1 |
			sort -n | cmp - <(seq 0 $((n - 1)))
	done
	# Each of 4 users comes first in a quarter of 4000 experiments.
	abgen-exposures -e 4000 -n 4 -k 1 --no-header | cut -f 1 | sort |
		uniq -c | awk '$1 < 863 || $1 > 1137 { exit 1 }
			       END { exit NR != 4 }'
}

@test "each user is as likely in A as in B" {
	# Halves of the ids, 200000 users: A has half of each, deviation 112.
	abgen-exposures -e 1 -n 400000 -k 200000 --no-header |
		awk '$1 < 200000 && $3 == "A" { n++ }
		     END { exit !(n > 49450 && n < 50550) }'
}

@test "uneven samples give the later variants more" {
	abgen-exposures -e 1 -k 4999 --no-header | variants |
		gives '0|A|2499' '0|B|2500'
	abgen-exposures -e 1 -k 11 --variants a,b,c --no-header | variants |
		gives '0|a|3' '0|b|4' '0|c|4'
}

@test "weights are kept exactly, by the largest remainder" {
	abgen-exposures -e 1 -k 1000 --variants A:9,B --no-header | variants |
		gives '0|A|900' '0|B|100'
	abgen-exposures -e 1 -k 10 --variants a:0.55,b:0.25,c:0.2 --no-header |
		variants | gives '0|a|5' '0|b|3' '0|c|2'
	abgen-exposures -e 1 -k 10 --variants a:0,b:1 --no-header | variants |
		gives '0|b|10'
	abgen-exposures -e 1 -n 1000000000000 -k 1000000000000 --no-header \
		--variants a:0.999999999999,b:0.000000000001 \
		--shard 1000000000000/1000000000000 | variants | gives '0|b|1'
}

@test "there may be many variants" {
	list=$(seq -s , 1 500)
	abgen-exposures -e 1 --variants "$list" --no-header | variants |
		awk '$3 != 10 || $2 != NR { exit 1 } END { exit NR != 500 }'
}

@test "days and seconds of the day are uniform" {
	abgen-exposures -e 1 -n 200000 -k 140000 --no-header | cut -f 4 |
		awk -F '[ :]' '
		{ day[$1]++; hour[$2]++; minute[$3]++; second[$4]++ }
		function check(n, cells, name) {
			count = 0
			for (i in n) {
				count++
				p = 1 / cells
				off = (n[i] - NR * p) ^ 2
				if (off > 25 * NR * p * (1 - p)) {
					print name, i, n[i]
					bad = 1
				}
			}
			if (count != cells)
				bad = 1
		}
		END {
			check(day, 14, "day"); check(hour, 24, "hour")
			check(minute, 60, "minute"); check(second, 60, "second")
			exit bad
		}'
}

@test "the first and last day are those of --start and --days" {
	abgen-exposures --start 2024-02-28 --days 2 --no-header | cut -f 4 |
		cut -d ' ' -f 1 | sort -u | gives 2024-02-28 2024-02-29
	abgen-exposures --start 1969-12-31T23:59:59.5Z --no-header | cut -f 4 |
		awk '!/\.500000$/ { exit 1 }'
	abgen-exposures --start 9999-12-18 --no-header | cut -f 4 | sort |
		tail -n 1 | grep -q '^9999-12-31 23:'
	abgen-exposures --start 0001-01-01 --no-header | cut -f 4 | sort |
		head -n 1 | grep -q '^0001-01-01 00:'
}

@test "a user's time depends on the user and the experiment only" {
	abgen-exposures -n 9000 -k 9000 --no-header | cut -f 1,2,4 |
		sort >known
	abgen-exposures -k 1000 --variants x,y,z --no-header | cut -f 1,2,4 |
		sort | comm -23 - known | cmp - /dev/null
	cut -f 1,3 known | sort | uniq -d | wc -l | gives 0
}

@test "the shards make up the whole" {
	abgen-exposures -e 3 -n 300 -k 101 --variants a:3,b --no-header >whole
	for n in 1 2 3 7; do
		for k in $(seq $n); do
			abgen-exposures -e 3 -n 300 -k 101 --variants a:3,b \
				--no-header --shard "$k/$n"
		done | same whole -
	done
}

@test "each shard is a stream with a header" {
	abgen-exposures --shard 7/7 >part
	{
		abgen-exposures -k 0
		abgen-exposures --no-header | tail -n "$(($(wc -l <part) - 1))"
	} | same part -
}

@test "a shard may be empty" {
	abgen-exposures -e 1 -k 1 --shard 1/2 |
		gives 'user_id|experiment_id|variant|exposure_time'
}

@test "no sample is a header alone, even of nobody" {
	abgen-exposures -k 0 -n 0 |
		gives 'user_id|experiment_id|variant|exposure_time'
}

@test "another seed gives other exposures, and 1 is the default" {
	abgen-exposures --seed 1 >one
	abgen-exposures | same one -
	abgen-exposures --seed 2 >two
	[ "$(paste one two | awk -F '\t' '$1 == $5' | wc -l)" -lt 20 ]
	[ "$(comm -12 <(cut -f 1,2,4 one | sort) <(cut -f 1,2,4 two | sort) |
		wc -l)" -lt 10 ]
}

@test "the experiments are independent" {
	abgen-exposures --no-header >rows
	[ "$(paste <(grep -P '\t0\t' rows) <(grep -P '\t1\t' rows) |
		awk -F '\t' '$1 == $5 || $4 == $8' | wc -l)" -lt 20 ]
}

@test "more users than there are, and times past 9999, are refused" {
	refuses '--sample-size: 5000 of a population of 4999' \
		abgen-exposures -n 4999
	refuses '--days: 14 from --start go past the year 9999' \
		abgen-exposures --start 9999-12-19
	refuses '--days: 1000000 from' abgen-exposures --start 9000-01-01 \
		--days 1000000
}

@test "bad options are refused" {
	refuses '--experiments: must be' abgen-exposures -e 0
	refuses '--experiments: must be' abgen-exposures -e 1000001
	refuses '--population: must be' abgen-exposures -n 1000000000001
	refuses '--sample-size: bad whole number' abgen-exposures -k -1
	refuses '--sample-size: bad whole number' abgen-exposures -k 5e3
	refuses '--days: must be' abgen-exposures --days 0
	refuses '--days: must be' abgen-exposures --days 1000001
	refuses '--start: bad time' abgen-exposures --start 2025-02-29
	refuses "--variants: two are called 'A'" abgen-exposures --variants A,A
	refuses "--variants: bad weight '-1'" abgen-exposures --variants A:-1,B
	refuses '--variants: an empty name' abgen-exposures --variants A,,B
	refuses "--shard: '3/2' is not K/N" abgen-exposures --shard 3/2
	refuses 'extra operand' abgen-exposures x
}
