# SPDX-License-Identifier: MIT
"""Random text of the kinds that the programs read: mostly right, often at the
edge of what is, and sometimes wrong."""

from fractions import Fraction

import reference

ID_BYTES = [
    bytes(set(range(1, 256)) - set(b"\t\n\r")),
    b'aB0 ,"\\\x01\x08\x7f\x80\xff',
    b"01",
]


def long(rng):
    """Now and then as long as to reach from one block into the next."""
    return 20000 if rng.random() < 0.01 else 4


def identifier(rng):
    size = rng.choice([1, 1, 2, 2, 3, 3, 9, long(rng)])
    return bytes(rng.choices(rng.choice(ID_BYTES), k=size))


def identifiers(rng, n):
    """Up to n that differ, and some that another one begins with."""
    found = {identifier(rng) for _ in range(n)}
    for short in sorted(x for x in found if len(x) < 2):
        found.add(short + rng.choice([b"\x01", b" ", b"\xff"]))
    return rng.sample(sorted(found), min(n, len(found)))


def mutated(rng, text, alphabet):
    text = bytearray(text)
    for _ in range(rng.choice([0, 0, 1, 1, 2, 5])):
        at = rng.randrange(len(text) + 1)
        end = at + rng.choice([0, 0, 1, 1, 3])
        text[at:end] = bytes(rng.choices(alphabet, k=rng.choice([0, 1, 1, 2])))
    return bytes(text)


def shuffled(rng, rows):
    return rng.sample(rows, len(rows))


# Numbers and times.


def digits(rng, n):
    return "".join(rng.choices("0123456789", k=n))


def number(rng):
    text = rng.choice(["", "", "-"])
    text += digits(rng, rng.choice([0, 1, 1, 2, 5, 9, 17, 19, 20, 25, 60]))
    if rng.random() < 0.6:
        text += "." + "0" * rng.choice([0, 0, 0, 1, 7, 30])
        text += digits(rng, rng.choice([0, 1, 2, 2, 7, 8, 9, 16, 18, 40]))
    if rng.random() < 0.3:
        size = rng.choice([3, 20, 307, 309, 324, 345, 10**6, 10**30])
        text += rng.choice("eE") + rng.choice(["", "-", "+"])
        text += str(rng.randrange(size))
    return text.encode()


def half_way(rng):
    """A number between two doubles that are neighbours, or a bit more."""
    odd = 2 * rng.randrange(2**52, 2**53) + 1
    exact = odd * Fraction(2) ** rng.randrange(-1074, 970)
    text = reference.plain_text(exact)
    if b"." in text:
        text += rng.choice([b"", b"", b"000001", b"0" * 30 + b"1"])
    return text


def time(rng):
    year = rng.choice([1, 2, 1582, 1600, 1900, 1969, 1970, 2023, 2024, 9999])
    day = rng.choice([1, 2, 28, 29, 30, 31])
    text = f"{year:04}-{rng.randint(1, 12):02}-{day:02}"
    if rng.random() < 0.1:
        edge = rng.choice([0, -1, 1735689600, -62135596800, 253402300799])
        return str(edge + rng.choice([0, 0, -1, 1])).encode()
    if rng.random() < 0.1:
        return text.encode()
    text += rng.choice(" T") + f"{rng.choice([0, 1, 12, 23, 24]):02}"
    text += ":%02d:%02d" % tuple(rng.choices([0, 1, 30, 59, 60], k=2))
    if rng.random() < 0.4:
        text += "." + digits(rng, rng.choice([1, 3, 6, 6, 7]))
    if rng.random() < 0.4:
        hours = rng.choice([0, 5, 14, 23, 24])
        minutes = rng.choice([0, 45, 59, 60])
        text += f"{rng.choice('+-')}{hours:02}:{minutes:02}"
    elif rng.random() < 0.2:
        text += "Z"
    return text.encode()


def duration(rng):
    text = rng.choice(["", "", "-"])
    for seconds, names in reference.UNITS:
        if rng.random() < 0.6:
            continue
        if seconds < 86400 and rng.random() < 0.2:
            text += "%02d:%02d:%02d" % tuple(rng.choices([0, 9, 23, 59], k=3))
            text += rng.choice(["", ".5", "." + digits(rng, 6)])
            break
        text += rng.choice(["0", "1", "7", "14", "90", digits(rng, 20)])
        text += rng.choice(["", "", ".5", ".25", "." + digits(rng, 7)])
        text += rng.choice(["", "", " "])
        text += rng.choice(names.decode().split())
        text += rng.choice(["", "", " "])
    return text.encode()


# UTF-8 and JSON.

CODES = [
    0,
    0x7F,
    0x80,
    0x7FF,
    0x800,
    0xD7FF,
    0xE000,
    0xFFFF,
    0x10000,
    0x10FFFF,
]


def utf8(rng):
    return "".join(map(chr, rng.choices(CODES, k=rng.randrange(5)))).encode()


STRING_PARTS = ["a", "b", "é", "😀", "\x7f", " ", "\\n", "\\b", "\\/", '\\"']
STRING_PARTS += ["\\\\", "\\u0000", "\\u00E9", "\\ud83d", "\\ude00", "\\uDBff"]
BAD_STRING_PARTS = ["\\x", "\t", "\\u12", "\\U0041"]
WORDS = ["null", "true", "false", "0", "-0", "1.5", "1e5", "-2E-3", "1e400"]
BAD_WORDS = ["NaN", "-Infinity", "00", "1.", ".5", "-", "+1", "0x1", "nul"]


def good_or_bad(rng, good, bad):
    return rng.choice(bad if rng.random() < 0.02 else good)


def json_string(rng):
    parts = [
        good_or_bad(rng, STRING_PARTS, BAD_STRING_PARTS)
        for _ in range(rng.randrange(4))
    ]
    return '"' + "".join(parts) + '"'


def json(rng, depth):
    def gap():
        return rng.choice(["", "", "", " ", "\n", "\r\t"])

    kind = rng.choice('""0[[{{' if depth else '"0')
    if kind == '"':
        return json_string(rng)
    if kind == "0":
        return good_or_bad(rng, WORDS, BAD_WORDS)
    parts = []
    for _ in range(rng.randrange(4)):
        part = gap() + json(rng, depth - 1) + gap()
        if kind == "{":
            part = gap() + json_string(rng) + gap() + ":" + part
        parts.append(part)
    return kind + ",".join(parts) + gap() + "]}"[kind == "{"]


def deep_json(rng):
    depth = rng.choice([1, 510, 511, 512, 513, 600])
    kinds = rng.choices(["[", '{"a":'], k=depth)
    ends = "".join("]}"[kind != "["] for kind in reversed(kinds))
    return "".join(kinds) + rng.choice(["0", ""]) + ends


# CSV and TSV.


def csv_field(rng, delimiter):
    alphabet = [b"a", b"b", b"1", b" ", b"\\", b"\x80", b"\xff", b"'"]
    if rng.random() < 0.2:
        alphabet += [b'""', delimiter, b"\t", b"\n", b"\r\n", b"\r"]
        text = b"".join(rng.choices(alphabet, k=rng.randrange(6)))
        return b'"' + text + b'"'
    if rng.random() < 0.02:
        alphabet += [b"\t", b'"', b"\0"]
    size = rng.choice([0, 1, 1, 3, 40, long(rng)])
    return b"".join(rng.choices(alphabet, k=size)).replace(delimiter, b"")


def tsv(*rows):
    return b"".join(b"\t".join(row) + b"\n" for row in rows)


def permuted(rng, rows, named):
    """Rows with the first columns, so many, anywhere among the others."""
    order = list(range(named, len(rows[0])))
    for place in range(named):
        order.insert(rng.randrange(len(order) + 1), place)
    return [tuple(row[place] for place in order) for row in rows]


# An experiment's data.

NEW_YEAR = 1735689600 * 10**6
DAY = 86400 * 10**6


def instant(rng):
    """Near to others, often equal to one, in many spellings."""
    us = NEW_YEAR + rng.choice([0, DAY, -DAY, 7 * DAY])
    us += rng.choice([0, 0, 1, -1, 10**6, rng.randrange(20 * DAY)])
    if us % 10**6 == 0 and rng.random() < 0.2:
        return b"%d" % (us // 10**6)
    ahead = rng.choice([0, 0, 5 * 60 + 45, -60])
    text = reference.time_text(us + ahead * 60 * 10**6)
    if ahead or rng.random() < 0.2:
        text += b"%c%02d:%02d" % (b"+-"[ahead < 0], *divmod(abs(ahead), 60))
    return text.replace(b" ", rng.choice([b" ", b"T"]))


def value(rng):
    return rng.choice(
        [
            b"",
            b"0",
            b"-0",
            b"1",
            b"0.1",
            b"-0.30",
            b"%d" % rng.randrange(-(10**9), 10**9),
            b"%d.%02d" % (rng.randrange(1000), rng.randrange(100)),
            b"%de%d" % (rng.randrange(-99, 99), rng.randrange(-300, 300)),
            b"%d.%06d" % (rng.randrange(10**12), rng.randrange(10**6)),
            digits(rng, 25).encode(),
            b"1e-320",
        ]
    )


ENDS = [b"-14d", b"-1s", b"-0.000001s", b"0", b"0d", b"0.000001s", b"1d"]
ENDS += [b"1d12h", b"7d", b"20 days 00:00:01"]
AGGREGATIONS = (
    b"binary count sum mean min max first last distinct_days".split()
)


def metric(rng, name, events):
    """As reference.windowed() has it; the window is not empty."""
    while True:
        ends = sorted(rng.choices(ENDS, k=2), key=reference.duration)
        bounds = rng.choice([b"", b"[]", b"[)", b"(]", b"()"])
        first = reference.duration(ends[0]) + (bounds[:1] == b"(")
        last = reference.duration(ends[1]) - (bounds[1:] == b")")
        how = rng.choice(AGGREGATIONS)
        if first <= last:
            return (name, rng.choice(events), *ends, how, bounds)
