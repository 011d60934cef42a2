#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# miller.sh: the pipeline's result from Miller.  Its join holds the exposures
# in memory.  The join, then one sum a metric and user, then one a variant:
# the users without events are in none of these, but are counted apart.
set -eu -o pipefail

# The metrics as assignments of Miller's language.
assignments() {
	mlr --icsv --ifs tab --oxtab put -q '
		func seconds(string s): int {
			return int(sub(s, "[a-z]$", "")) *
			    {"d": 86400, "h": 3600, "m": 60, "s": 1}[s[-1:-1]]
		}
		emit1 {"a": 1}' metrics.tsv
}
