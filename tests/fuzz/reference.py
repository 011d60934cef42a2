# SPDX-License-Identifier: MIT
"""What the pages say, in the plainest Python: the answers that twins.py holds
the programs against.  A function returns None for what must be refused."""

import csv
import io
import json
import math
import re
import struct
from datetime import datetime, timedelta
from decimal import Context, Decimal
from fractions import Fraction

EPOCH = datetime(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)
SECONDS = range(-62135596800, 253402300800)
INT64 = range(-(2**63), 2**63)

TIME = re.compile(
    rb"(\d{4})-(\d\d)-(\d\d)"
    rb"(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?"
    rb"(?:Z|([+-])(\d\d):(\d\d))?)?"
)
NUMBER = re.compile(rb"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


# abpipe-tsv(5), Times and Durations: microseconds.


def time(text):
    if re.fullmatch(rb"-?\d+", text):
        return int(text) * 10**6 if int(text) in SECONDS else None
    found = TIME.fullmatch(text)
    if not found:
        return None
    *parts, fraction, sign, hours, minutes = found.groups()
    try:
        instant = datetime(*(int(x or 0) for x in parts))
    except ValueError:
        return None
    since = (instant - EPOCH) // MICROSECOND
    since += int((fraction or b"0").ljust(6, b"0"))
    if sign:
        if int(hours) > 23 or int(minutes) > 59:
            return None
        ahead = (int(hours) * 60 + int(minutes)) * 60 * 10**6
        since -= -ahead if sign == b"-" else ahead
    return since if since // 10**6 in SECONDS else None


def time_text(since):
    return (EPOCH + since * MICROSECOND).isoformat(" ").encode()


UNITS = [
    (7 * 86400, b"w W week weeks"),
    (86400, b"d D day days"),
    (3600, b"h H hr hour hours"),
    (60, b"m min minute minutes"),
    (1, b"s S sec second seconds"),
]
DAYS = 1
CLOCK = re.compile(rb"([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,6}))?")
TERM = re.compile(rb"(\d+)(?:\.(\d+))? ?([A-Za-z]+)")


def duration(text):
    negative = text.startswith(b"-")
    rest = text[negative:]
    if rest == b"0":
        return 0
    total, least, first = Fraction(0), 0, True
    while rest or first:
        if not first and rest.startswith(b" "):
            rest = rest[1:]
        first = False
        if (found := CLOCK.match(rest)) and least <= DAYS + 1:
            hours, minutes, seconds, fraction = found.groups()
            total += (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
            total += Fraction(f"0.{(fraction or b'0').decode()}")
            least = len(UNITS)
        elif found := TERM.match(rest):
            whole, fraction, name = found.groups()
            unit = next(
                (
                    i
                    for i, (_, names) in enumerate(UNITS)
                    if i >= least and name in names.split()
                ),
                None,
            )
            if unit is None:
                return None
            number = Fraction(
                f"{whole.decode()}.{(fraction or b'0').decode()}"
            )
            total += number * UNITS[unit][0]
            if (number * UNITS[unit][0] * 10**6).denominator != 1:
                return None
            least = unit + 1
        else:
            return None
        rest = rest[found.end() :]
    us = int(total * 10**6) * (-1 if negative else 1)
    return us if us in INT64 else None


def duration_text(us):
    rest, text = abs(us), ""
    for seconds, names in UNITS[DAYS:-1]:
        n, rest = divmod(rest, seconds * 10**6)
        text += f"{n}{names.decode()[0]}" if n else ""
    if rest:
        seconds = f"{rest // 10**6}.{rest % 10**6:06}".rstrip("0").rstrip(".")
        text += seconds + "s"
    return (("-" if us < 0 else "") + (text or "0d")).encode()


# abpipe-tsv(5), Numbers.


def number(text):
    """The nearest double."""
    if not NUMBER.fullmatch(text):
        return None
    x = float(text) + 0.0
    return None if math.isinf(x) else x


def kept(text):
    """The exact value that a program goes on with."""
    x = number(text)
    if x is None:
        return None
    if x == 0:
        return Fraction(0)
    digits = re.split(rb"[eE]", text)[0].lstrip(b"-").replace(b".", b"")
    if len(digits.strip(b"0")) <= 19 and exact_size(text) >= -323:
        return Fraction(text.decode())
    return Fraction(repr(x))


def exact_size(text):
    """The decimal exponent of the first digit that is not zero."""
    mantissa, _, exponent = text.lower().lstrip(b"-").partition(b"e")
    whole, _, part = mantissa.partition(b".")
    digits = whole + part
    leading = len(digits) - len(digits.lstrip(b"0"))
    return int(exponent or 0) + len(whole) - leading - 1


def digits_text(value):
    """A Decimal in the notation of Python's repr, without its details."""
    sign, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    if not text:
        return b"0"
    exponent += len(text) - len(text.rstrip("0"))
    text = text.rstrip("0")
    leading = exponent + len(text) - 1
    if not -4 <= leading < 16:
        text = text[0] + ("." + text[1:] if text[1:] else "") + f"e{leading}"
    elif leading < 0:
        text = "0." + "0" * (-leading - 1) + text
    elif exponent >= 0:
        text += "0" * exponent
    else:
        text = text[: leading + 1] + "." + text[leading + 1 :]
    return (("-" if sign else "") + text).encode()


def number_text(x):
    return digits_text(Decimal(repr(x)))


def bits(x):
    return struct.pack(">d", x).hex().encode()


def as_decimal(fraction):
    """A Fraction that has an end in decimal, as a Decimal."""
    places = 0
    while (fraction * 10**places).denominator != 1:
        places += 1
    return Decimal(int(fraction * 10**places)).scaleb(
        -places, Context(prec=5000, Emin=-9999, Emax=9999)
    )


def plain_text(fraction):
    """All the digits."""
    text = format(as_decimal(fraction), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).encode()


def to_double(fraction):
    """The nearest double, or None past the largest."""
    try:
        return fraction.numerator / fraction.denominator + 0.0
    except OverflowError:
        return None


# RFC 8259 and what abmetrics(1) adds, as driver.c shows a tree.

JSON_DEPTH = 512


class Refused(Exception):
    pass


class Object(list):
    """The members as pairs."""


def _members(pairs):
    if len({key for key, _ in pairs}) < len(pairs):
        raise Refused
    return Object(pairs)


def _constant(_):
    raise Refused


def _tree(value, depth=0):
    """depth counts what the value is in."""
    if value is None or isinstance(value, bool):
        return {None: "z", False: "f", True: "t"}[value]
    if isinstance(value, bytes):
        return "0"
    if isinstance(value, str):
        return "s" + value.encode().hex()
    if depth == JSON_DEPTH:
        raise Refused
    if isinstance(value, Object):
        inner = [
            "k" + key.encode().hex() + _tree(part, depth + 1)
            for key, part in value
        ]
        return "{" + "".join(inner) + "]"
    return "[" + "".join(_tree(part, depth + 1) for part in value) + "]"


def json_tree(text):
    try:
        value = json.loads(
            text.decode(),
            object_pairs_hook=_members,
            parse_constant=_constant,
            parse_int=str.encode,
            parse_float=str.encode,
        )
        return _tree(value).encode()
    except (ValueError, Refused, RecursionError):
        return None


def utf8(text):
    try:
        text.decode()
        return b"+"
    except UnicodeDecodeError:
        return None


# abcsv(1).


def csv_to_tsv(text, delimiter, replace, keep_index, no_header, columns):
    text = text.removeprefix(b"\xef\xbb\xbf")
    d = re.escape(delimiter)
    field = rb'(?:"(?:[^"\0]|"")*"|[^"\r\n\0' + d + rb"]*)"
    record = re.compile(field + b"(?:" + d + field + rb")*(?=\r?\n)")
    raw, at = [], 0
    while at < len(text):
        found = record.match(text, at)
        if not found:
            return None
        fields = re.findall(b"(?:^|" + d + b")(" + field + b")", found[0])
        raw.append(b"\t".join(fields))
        at = found.end() + (2 if text[found.end()] == 13 else 1)
    rows = [
        [field.encode("latin-1") for field in row or [""]]
        for row in csv.reader(
            io.StringIO(text.decode("latin-1"), newline=""),
            delimiter=delimiter.decode("latin-1"),
            strict=True,
        )
    ]
    if len(rows) != len(raw):
        raise AssertionError("Python's csv sees other records")
    if any(re.search(rb"[\t\r\n]", f) for row in rows for f in row):
        if replace is None:
            return None
        rows = [
            [re.sub(rb"\r\n|[\t\r\n]", replace, f) for f in row]
            for row in rows
        ]
    skip, header = 0, None
    if columns is not None:
        header, first, raw_header = columns, 0, b"\t".join(columns)
        width = len(columns)
    elif no_header:
        first, raw_header = 0, None
        width = len(rows[0]) if rows else 0
    else:
        if not rows:
            return None
        first, raw_header, header = 1, raw[0], rows[0]
        width = len(header)
        while (
            not keep_index
            and skip < width - 1
            and (header[skip] == b"" or header[skip].startswith(b"Unnamed: 0"))
        ):
            skip += 1
        if keep_index and header[0] == b"":
            header[0] = b"index"
        header = header[skip:]
        if b"" in header or len(set(header)) < len(header):
            return None
    for row, line in zip(rows[first:], raw[first:]):
        if len(row) != width or (raw_header and line == raw_header):
            return None
    lines = [row[skip:] for row in rows[first:]]
    if header is not None and not no_header:
        lines.insert(0, header)
    return b"".join(b"\t".join(row) + b"\n" for row in lines)


# abwindow(1).


def windowed(exposures, events, metrics, mixed):
    """The rows of exposures, those of events, and the two counts.

    An exposure is (user, experiment, variant, time, [segment, ...]), an event
    (user, name, time, value), times and values being texts; a metric is
    (id, event name, start, end, aggregation, bounds)."""
    seen = {}
    for place, e in enumerate(exposures):
        seen.setdefault((e[0], e[1]), []).append((place, e))
    counting, repeated, users_mixed = {}, 0, 0
    for rows in seen.values():
        best = min(rows, key=lambda r: (time(r[1][3]), r[1][2], r[1][4], r[0]))
        if len({e[2] for _, e in rows}) > 1:
            users_mixed += 1
            if mixed == "exclude":
                continue
        else:
            repeated += len(rows) - 1
        counting[best[0]] = best[1]
    if mixed == "error" and users_mixed:
        return None
    first, of_user = [], {}
    for _, e in sorted(counting.items()):
        first.append(
            (e[1], e[2], e[0], b"", time_text(time(e[3])), b"", *e[4])
        )
        of_user.setdefault(e[0], []).append(e)
    rows = [
        (e[1], e[2], e[0], m[0], v[2], v[3], *e[4])
        for v in events
        for e in of_user.get(v[0], [])
        for m in metrics
        if v[1] == m[1] and in_window(time(v[2]) - time(e[3]), m)
    ]
    return first, rows, repeated, users_mixed


def in_window(since, metric):
    _, _, start, end, _, bounds = metric
    start, end, bounds = duration(start), duration(end), bounds or b"[]"
    after = since >= start if bounds[:1] == b"[" else since > start
    before = since <= end if bounds[1:] == b"]" else since < end
    return after and before


# abagg(1).


def aggregate(how, events):
    """The value of (time, value) pairs, as text; None if it is too large."""
    if how == b"binary":
        return b"1" if events else b"0"
    if how == b"count":
        return str(len(events)).encode()
    if how == b"distinct_days":
        return str(
            len({time(t) // (86400 * 10**6) for t, _ in events})
        ).encode()
    events = [(time(t), kept(v), number(v)) for t, v in events if v]
    if not events:
        return b"0"
    if how == b"sum":
        x = to_double(sum(exact for _, exact, _ in events))
    elif how == b"mean":
        x = to_double(sum(exact for _, exact, _ in events) / len(events))
    elif how == b"min":
        x = min(x for _, _, x in events)
    elif how == b"max":
        x = max(x for _, _, x in events)
    elif how == b"first":
        x = min((t, x) for t, _, x in events)[1]
    else:
        x = max((t, x) for t, _, x in events)[1]
    return None if x is None else number_text(x)


# abstat(1).


def root_bounds(fraction):
    """Two doubles, next to each other, with the root of fraction between."""
    scale = 2 ** (2 * 1200)
    root = math.isqrt(fraction.numerator * scale // fraction.denominator)
    x = Fraction(root, 2**1200)
    near = to_double(x)
    if near is None:
        return math.inf, math.inf
    low = near if Fraction(near) <= x else math.nextafter(near, 0)
    return low, math.nextafter(low, math.inf)


def stats_row(values):
    """n, mean, the two doubles round sd, min, max, sum and sum_squares."""
    exact = [kept(v) for v in values]
    n, total = len(exact), sum(exact)
    squares = sum(x * x for x in exact)
    deviation = None
    if n > 1:
        deviation = root_bounds((squares - total * total / n) / (n - 1))
    return (
        str(n).encode(),
        number_text(to_double(total / n)),
        deviation,
        digits_text(as_decimal(min(exact))),
        digits_text(as_decimal(max(exact))),
        plain_text(total),
        plain_text(squares),
    )
