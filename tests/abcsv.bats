#!/usr/bin/env bats
# SPDX-License-Identifier: MIT

load lib

# csv 'line' 'line' ...: CSV lines, with escapes as printf(1) has them.
csv() {
	printf '%b\n' "$@"
}

@test "delimiters become tabs and all other bytes stay" {
	csv 'a,b,c' '1,,x y' ' 2 ,\xff\\\x0b\xc3\xa9\x01,' |
		abcsv >got
	printf 'a\tb\tc\n1\t\tx y\n 2 \t\xff\\\x0b\xc3\xa9\x01\t\n' | same - got
}

@test "quoted fields hold delimiters and quotes" {
	csv '"a","b"' '"1,5","say ""x"""' '"",""""' '"x",y' |
		abcsv | gives 'a|b' '1,5|say "x"' '|"' 'x|y'
}

@test "CR LF ends a record, and may be mixed with LF" {
	csv 'a,b\r' '1,2\r' '"3","4"\r' '5,6' |
		abcsv | gives 'a|b' '1|2' '3|4' '5|6'
}

@test "a byte order mark is dropped, before quotes too" {
	csv '\xef\xbb\xbfa,b' '1,2' | abcsv | gives 'a|b' '1|2'
	csv '\xef\xbb\xbf"a",b' '1,2' | abcsv | gives 'a|b' '1|2'
	refuses 'not even a header' abcsv < <(printf '\xef\xbb\xbf')
}

@test "another delimiter, and then a comma is data" {
	csv 'a;b' '1,5;"2;5"' | abcsv -d ';' | gives 'a|b' '1,5|2;5'
	csv 'a|b' '1|2' | abcsv --delimiter='|' | gives 'a|b' '1|2'
}

@test "TSV with quotes is CSV whose delimiter is a tab" {
	csv 'a\tb' '"1"\t2' | abcsv -d $'\t' | gives 'a|b' '1|2'
	refuses ':2: b: a tab in the field' abcsv -d $'\t' \
		< <(csv 'a\tb' '1\t"2\t3"')
}

@test "a delimiter is one byte, no quote and no line end" {
	for char in ',,' '"' $'\n' $'\r' 'é'; do
		refuses '--delimiter' abcsv -d "$char" </dev/null
	done
}

@test "a tab or a line end in a field is an error with its place" {
	refuses '<stdin>:2: b: a tab' abcsv < <(csv 'a,b' '1,2\t3')
	refuses '<stdin>:3: a: a tab' abcsv < <(csv 'a,b' '1,2' '"\t",3')
	refuses '<stdin>:2: b: a line end' abcsv < <(csv 'a,b' '1,"2\n3"')
	refuses '<stdin>:2: b: a line end' abcsv < <(csv 'a,b' '1,"2\r3"')
	refuses '<stdin>:1: column 2: a tab' abcsv < <(csv 'a,b\tc' '1,2')
}

@test "--replace says what stands for tabs and line ends" {
	csv 'a,"b\nc"' '1\t2,"3\n4"' '"5\r\n6","7\r8\n\n9"' '\t,"\t"' |
		abcsv --replace _ |
		gives 'a|b_c' '1_2|3_4' '5_6|7_8__9' '_|_'
	csv 'a,b' '"x\r\n\r\ny",z' | abcsv --replace ' / ' |
		gives 'a|b' 'x /  / y|z'
	for text in $'\t' $'a\nb' $'\r'; do
		refuses '--replace' abcsv --replace "$text" </dev/null
	done
}

@test "lines are counted within quotes too" {
	refuses ':5: expected 2 fields, found 3' abcsv --replace ' ' \
		< <(csv 'a,b' '1,"2\n3\n4"' '5,6,7')
	refuses ':3: expected 2 fields, found 1' abcsv --replace ' ' \
		< <(csv 'a,b' '1,2' '"3\n4"')
}

@test "a quote in a field without quotes is an error" {
	refuses ':2: b: a quote within' abcsv < <(csv 'a,b' '1,2"3"')
	refuses ':2: b: a quote within' abcsv < <(csv 'a,b' '1, "2"')
}

@test "text after a closing quote is an error" {
	refuses ':2: a: text after the quote' abcsv < <(csv 'a,b' '"1"2,3')
	refuses ':2: b: text after the quote' abcsv < <(csv 'a,b' '1,"2" ')
	refuses ':2: b: text after the quote' abcsv < <(csv 'a,b' '1,"2"\t')
}

@test "a quote that is not closed is an error where it opens" {
	refuses ':3: b: a quote that is not closed' abcsv --replace ' ' \
		< <(csv 'a,b' '1,2' '3,"4' '5,6')
	refuses ':2: b: a quote that is not closed' abcsv \
		< <(printf 'a,b\n1,"2')
	refuses ':3: b: a line end in the field, or a quote' abcsv \
		< <(csv 'a,b' '1,2' '3,"4' '5,6')
}

@test "CR without LF is an error" {
	refuses ":1: column 2: a CR" abcsv < <(printf 'a,b\r1,2\r')
	refuses ':2: a: a CR' abcsv < <(csv 'a,b' '1\r,2')
	refuses ':2: b: a CR' abcsv < <(csv 'a,b' '1,2\r\r')
	refuses ':2: b: a CR' abcsv < <(csv 'a,b' '1,"2"\r3')
}

@test "NUL is an error, in quotes too" {
	refuses ':2: b: a NUL' abcsv < <(csv 'a,b' '1,2\0')
	refuses ':2: b: a NUL' abcsv < <(csv 'a,b' '1,"2\0"')
	refuses ':1: column 1: a NUL' abcsv < <(csv '\0a,b')
}

@test "a record has as many fields as the header" {
	refuses ':3: expected 2 fields, found 3' abcsv \
		< <(csv 'a,b' '1,2' '1,2,')
	refuses ':2: expected 2 fields, found 1' abcsv < <(csv 'a,b' '"1,2"')
	refuses ':3: expected 2 fields, found 1: a blank line' abcsv \
		< <(csv 'a,b' '1,2' '')
	refuses ':2: expected 2 fields, found 1: a blank line' abcsv \
		< <(csv 'a,b\r' '\r')
}

@test "in a single column a blank line is an empty field" {
	csv 'a' '' '""' '1' | abcsv | gives 'a' '' '' '1'
}

@test "a last line without its end is an error that says how to accept it" {
	printf 'a,b\n1,2' >cut.csv
	refuses "cut.csv:2: the last line has no line end" abcsv cut.csv
	# shellcheck disable=SC1003,SC2016
	refuses 'sed '\''$a\'\' abcsv cut.csv
	# shellcheck disable=SC1003
	sed '$a\' cut.csv | abcsv | gives 'a|b' '1|2'
	refuses ':1: the last line' abcsv < <(printf 'a,b')
	refuses ':2: the last line' abcsv < <(printf 'a,b\n1,2\r')
	refuses ':2: the last line' abcsv < <(printf 'a,b\n1,"2"')
}

@test "an empty input is an error, and a header alone is not" {
	refuses 'empty: not even a header' abcsv </dev/null
	csv 'a,b' | abcsv | gives 'a|b'
}

@test "two columns of one name, or one without, are errors" {
	refuses ":1: two columns are called 'b'" abcsv < <(csv 'a,b,c,"b"')
	refuses ':1: column 2: it has no name' abcsv < <(csv 'a,,c')
	refuses ':1: column 3: it has no name' abcsv < <(csv ',a,')
	refuses ':1: column 1: it has no name' abcsv < <(csv '""')
}

@test "the header again is an error with a hint" {
	refuses ':3: the header line again' abcsv < <(csv 'a,b' '1,2' 'a,b')
	refuses 'tail -q -n +2' abcsv < <(csv '"a",b\r' '1,2' '"a",b')
	csv 'a,b' 'a,c' 'a,"b"' | abcsv | gives 'a|b' 'a|c' 'a|b'
}

@test "the row numbers of pandas and R are left out" {
	csv ',user_id,v' '0,u1,A' '1,u2,B' | abcsv |
		gives 'user_id|v' 'u1|A' 'u2|B'
	csv '"","user_id"\r' '"1","u1"\r' '"2","u2"\r' | abcsv |
		gives 'user_id' 'u1' 'u2'
	csv 'Unnamed: 0,user_id' '0,u1' | abcsv | gives 'user_id' 'u1'
	csv 'Unnamed: 0.1,Unnamed: 0,user_id' '0,0,u1' | abcsv |
		gives 'user_id' 'u1'
	csv ',Unnamed: 0,user_id,x' '0,0,u1,1' | abcsv |
		gives 'user_id|x' 'u1|1'
}

@test "a column that has a name, or is not the first, is not a row number" {
	csv 'Unnamed,index,Unnamed: 0' '1,2,3' | abcsv |
		gives 'Unnamed|index|Unnamed: 0' '1|2|3'
	csv 'Unnamed: 0' '1' | abcsv | gives 'Unnamed: 0' '1'
}

@test "--keep-index keeps the row numbers, as index" {
	csv ',user_id' '0,u1' | abcsv --keep-index | gives 'index|user_id' '0|u1'
	csv ',Unnamed: 0,x' '0,1,2' | abcsv --keep-index |
		gives 'index|Unnamed: 0|x' '0|1|2'
	refuses "called 'index'" abcsv --keep-index < <(csv ',index')
	refuses 'column 2: it has no name' abcsv --keep-index < <(csv ',,x')
}

@test "messages of a record with row numbers name the right column" {
	refuses ':2: v: a tab' abcsv < <(csv ',u,v' '0,1,\t')
	refuses ':2: column 1: a tab' abcsv < <(csv ',u,v' '\t,1,2')
	refuses ':2: expected 3 fields, found 2' abcsv < <(csv ',u,v' '0,1')
}

@test "the notebook's exposures go straight into abwindow" {
	awk -F '\t' -v OFS=, '{ $1 = $1; print (NR > 1 ? NR - 2 : "") OFS $0 }' \
		"$EXAMPLES/exposures.tsv" >exposures.csv
	abwindow -e purchase -w 0d:7d "$EXAMPLES"/{exposures,events}.tsv >want
	abcsv exposures.csv |
		abwindow -e purchase -w 0d:7d - "$EXAMPLES/events.tsv" |
		same want -
}

@test "--columns names the columns of an input without a header" {
	csv '1,2' '3,4' | abcsv --columns a,b | gives 'a|b' '1|2' '3|4'
	csv '1,2' '3,4' | abcsv --columns a,b --no-header | gives '1|2' '3|4'
	refuses ':1: expected 3 fields, found 2' abcsv --columns a,b,c \
		< <(csv '1,2')
	refuses ':1: the header line again' abcsv --columns a,b \
		< <(csv 'a,b' '1,2')
	abcsv --columns a,b </dev/null | gives 'a|b'
	refuses '--columns: two' abcsv --columns a,a </dev/null
	refuses '--columns: an empty name' abcsv --columns a,,b </dev/null
	refuses '--columns: a tab' abcsv --columns $'a\tb' </dev/null
}

@test "--no-header takes the number of fields from the first record" {
	csv ',x' ',x' '"a",' | abcsv --no-header | gives '|x' '|x' 'a|'
	csv 'x' '' | abcsv --no-header | gives 'x' ''
	refuses ':2: expected 2 fields, found 1' abcsv --no-header \
		< <(csv '1,2' '3')
	abcsv --no-header </dev/null | same /dev/null -
}

@test "where a block ends changes nothing" {
	# Records of all lengths, so that blocks end at every kind of byte.
	awk 'BEGIN {
		print "id,\"a\nb\",c\r"
		for (i = 0; i < 40000; i++)
			printf "%d,\"x\"\"%*s,\r\n\",\"%d\"%s\n", i, i % 37, "",
			    i, i % 2 ? "\r" : ""
	}' >in.csv
	awk 'BEGIN {
		print "id\ta/b\tc"
		for (i = 0; i < 40000; i++)
			printf "%d\tx\"%*s,/\t%d\n", i, i % 37, "", i
	}' >want
	abcsv --replace / in.csv | same want -
	# A pipe gives pieces of other sizes.
	dd if=in.csv bs=1021 status=none | abcsv --replace / | same want -
}

@test "a long field works, and one of more than 64 MiB is an error" {
	long() {
		printf 'a,b\n1,"'
		head -c "$1" /dev/zero | tr '\0' x
		printf '"\n'
	}
	long 5000000 | abcsv | tail -n 1 | wc -c | gives 5000003
	refuses ':2: a record of more than 67108864 bytes' abcsv \
		< <(long 67108860)
	refuses ':2: a record of more than 67108864 bytes' abcsv \
		< <(printf 'a\n"' && tr '\0' x </dev/zero)
}
