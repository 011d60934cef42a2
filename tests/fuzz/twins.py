#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Made-up input for the programs and for a second way to the same answer:
the slow one of reference.py, or the same programs on the same rows in another
order or in pieces.  Where the two differ it says which case that was, keeps
its files, and fails.

usage: twins.py BUILD SECONDS [SEED [TWIN[:CASE] ...]]

Each twin runs for SECONDS.  A case depends on SEED, by default the time, and
on its name only, so that "TWIN:CASE" runs it again."""

import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True

import made_up  # noqa: E402
import reference  # noqa: E402
from made_up import shuffled, tsv  # noqa: E402


class Different(Exception):
    pass


class Case:
    """A source of random choices, a directory, and the programs."""

    def __init__(self, build, directory, name):
        self.build, self.directory = Path(build).resolve(), directory
        self.rng = random.Random(name)
        self.said = None
        directory.mkdir(parents=True)

    def file(self, name, text):
        (self.directory / name).write_bytes(text)
        return name

    def run(self, program, *args, text=b""):
        """What it wrote, or None if it refused, as it must say."""
        done = subprocess.run(
            [self.build / program, *args],
            cwd=self.directory,
            input=text,
            capture_output=True,
            env={"TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8"},
        )
        self.said = done.stderr
        if done.returncode == 0:
            return done.stdout
        if done.returncode != 2 or not re.fullmatch(
            rb"ab[a-z-]*: .*\n", self.said
        ):
            raise Different(
                f"{program} {args}: status {done.returncode}, {self.said}"
            )
        return None

    def same(self, what, got, want):
        if got != want:
            raise Different(f"{what}:\n  got  {got!r}\n  want {want!r}")

    def ask(self, kind, texts):
        """Each text with what driver.c says of it: None if it refuses."""
        asked = "".join(f"{kind} {text.hex()}\n" for text in texts)
        done = subprocess.run(
            [self.build / "driver"], input=asked.encode(), capture_output=True
        )
        if done.returncode != 0:
            raise Different(f"driver: {done.returncode}, {done.stderr}")
        for text, answer in zip(texts, lines(done.stdout), strict=True):
            yield text, None if answer == b"-\n" else answer[:-1]


def lines(text):
    return None if text is None else text.splitlines(keepends=True)


def without_order(text):
    """The header line, and the others sorted."""
    rows = lines(text)
    return rows and (rows[0], sorted(rows[1:]))


# The parsers.


def twin_times(case):
    alphabet = b"0123456789-+:. TZ\x00\xb0"
    texts = [
        made_up.mutated(case.rng, made_up.time(case.rng), alphabet)
        for _ in range(3000)
    ]
    for text, got in case.ask("time", texts):
        us = reference.time(text)
        want = None
        if us is not None:
            want = b"%d %s" % (us, reference.time_text(us))
        case.same(f"time {text}", got, want)


def twin_durations(case):
    alphabet = b"0123456789-.: wdhms\x00"
    texts = [
        made_up.mutated(case.rng, made_up.duration(case.rng), alphabet)
        for _ in range(3000)
    ]
    for text, got in case.ask("duration", texts):
        us = reference.duration(text)
        want = None
        if us is not None:
            want = b"%d %s" % (us, reference.duration_text(us))
        case.same(f"duration {text}", got, want)


def twin_numbers(case):
    rng = case.rng
    texts = [made_up.half_way(rng) for _ in range(50)]
    texts += [
        made_up.mutated(rng, made_up.number(rng), b"0123456789.-+eEx \x00")
        for _ in range(3000)
    ]
    for text, got in case.ask("number", texts):
        x = reference.number(text)
        want = None
        if x is not None:
            want = b"%s %s" % (reference.bits(x), reference.number_text(x))
        case.same(f"number {text}", got, want)
    for kind, form, least, most in (
        ("count", rb"\d+", 0, 2**64 - 1),
        ("integer", rb"-?\d+", -(2**63), 2**63 - 1),
    ):
        near = [x + rng.randint(-2, 2) for x in [least, most] * 40]
        for text, got in case.ask(kind, texts + [b"%d" % x for x in near]):
            want = None
            if re.fullmatch(form, text) and least <= int(text) <= most:
                want = b"%d" % int(text)
            case.same(f"{kind} {text}", got, want)


def twin_utf8(case):
    alphabet = b"a\x80\xbf\xc0\xc1\xc2\xdf\xe0\xed\xef\xf0\xf4\xf5\xff"
    texts = [
        made_up.mutated(case.rng, made_up.utf8(case.rng), alphabet)
        for _ in range(5000)
    ]
    for text, got in case.ask("utf8", texts):
        case.same(f"utf8 {text}", got, reference.utf8(text))


def twin_json(case):
    rng = case.rng
    alphabet = b'[]{}",:\\ue0 \n\xc3\xa9\xef\xbb\xbf\xc0\x80\xed\x00'
    texts = [made_up.deep_json(rng).encode() for _ in range(10)]
    for _ in range(3000):
        text = made_up.json(rng, rng.randrange(5)).encode()
        texts.append(made_up.mutated(rng, text, alphabet))
    for text, got in case.ask("json", texts):
        case.same(f"json {text}", got, reference.json_tree(text))


# abcsv against Python's csv.


def csv_text(rng, delimiter, width):
    def field():
        return made_up.csv_field(rng, delimiter)

    header = [field() + b"%d" % i for i in range(width)]
    if rng.random() < 0.3:
        header[0] = rng.choice([b"", b'""', b"Unnamed: 0", b'"Unnamed: 0.1"'])
    records = [header] + [
        [field() for _ in range(width)]
        for _ in range(rng.choice([0, 1, 3, 30]))
    ]
    ends = rng.choice([[b"\n"], [b"\r\n"], [b"\n", b"\r\n"]])
    text = rng.choice([b"", b"", b"", b"\xef\xbb\xbf"])
    for record in records:
        text += delimiter.join(record) + rng.choice(ends)
    if rng.random() < 0.4:
        text = made_up.mutated(rng, text, b'"\n\r\t\0a' + delimiter)
    return text


def twin_csv(case):
    rng = case.rng
    delimiter = rng.choice([b",", b",", b";", b"|", b"\t", b" ", b":"])
    replace = rng.choice([None, b" ", b"<>"])
    keep_index, no_header = rng.random() < 0.3, rng.random() < 0.2
    width = rng.choice([1, 1, 2, 2, 3, 7])
    columns = None
    if rng.random() < 0.2:
        columns = [b"c%d" % i for i in range(width)]
    text = csv_text(rng, delimiter, width)
    args = ["-d", delimiter, case.file("csv", text)]
    args += ["--replace", replace] if replace else []
    args += ["--keep-index"] if keep_index else []
    args += ["--no-header"] if no_header else []
    args += ["--columns", b",".join(columns)] if columns else []
    want = reference.csv_to_tsv(
        text, delimiter, replace, keep_index, no_header, columns
    )
    case.same(f"abcsv {args} of {text}", case.run("abcsv", *args), want)


# The way of the data.

WINDOW = ["-m", "metrics", "exposures", "events"]


class Experiment:
    """Exposures, events and metrics, as rows and as files."""

    def __init__(self, case):
        rng = self.rng = case.rng
        self.users = made_up.identifiers(rng, rng.choice([1, 3, 8, 40, 300]))
        self.names = [b"e", b"f"]
        self.segments = rng.choice([[], [b"s"], [b"s", b"t"]])
        self.metrics = [
            made_up.metric(rng, b"m%d" % i, self.names)
            for i in range(rng.choice([1, 3, 9]))
        ]
        self.exposures = self.make_exposures()
        self.events = [
            (
                rng.choice(self.users + [b"nobody"]),
                rng.choice(self.names + [b"other"]),
                made_up.instant(rng),
                made_up.value(rng),
            )
            for _ in range(rng.choice([0, 1, 20, 20, 300, 300, 1000]))
        ]
        self.write(case)

    def make_exposures(self):
        rng, rows = self.rng, []
        experiments = made_up.identifiers(rng, 2)
        variants = made_up.identifiers(rng, 3)
        values = [b"", *made_up.identifiers(rng, 2)]
        # Mostly a user is in one variant, for those in two are left out.
        faithful = rng.random() < 0.8
        for _ in range(rng.choice([0, 1, 8, 8, 60, 60, 600])):
            user, experiment = rng.choice(self.users), rng.choice(experiments)
            variant = rng.choice(variants)
            if faithful:
                variant = variants[sum(user + experiment) % len(variants)]
            segments = [rng.choice(values) for _ in self.segments]
            time_of = made_up.instant(rng)
            rows.append((user, experiment, variant, time_of, segments))
        return rows

    def write(self, case, order=lambda rows: rows):
        names = b"user_id experiment_id variant exposure_time".split()
        rows = [(*names, *self.segments)]
        rows += [(*e[:4], *e[4]) for e in order(self.exposures)]
        case.file("exposures", tsv(*made_up.permuted(self.rng, rows, 4)))
        rows = [b"user_id event_name event_time event_value x".split()]
        rows += [(*event, b"\xff") for event in order(self.events)]
        case.file("events", tsv(*made_up.permuted(self.rng, rows, 4)))
        rows = [
            b"metric_id event_name window_start window_end aggregation "
            b"window_bounds display_name".split()
        ]
        rows += [(*m, b"") for m in self.metrics]
        case.file("metrics", tsv(*made_up.permuted(self.rng, rows, 7)))


def value_rows(metrics, first, rows):
    """What abagg makes of abwindow's rows; None if it refuses them."""
    events, values = {}, []
    for experiment, _, user, metric, when, text, *_ in rows:
        key = (experiment, user, metric)
        events.setdefault(key, []).append((when, text))
    for experiment, variant, user, _, _, _, *segments in first:
        row = [experiment, variant, user, *segments]
        for m in metrics:
            of_user = events.get((experiment, user, m[0]), [])
            row.append(reference.aggregate(m[4], of_user))
        values.append(row)
    return None if any(None in row for row in values) else values


def check_window(case, x, mixed):
    """abwindow's output and its parts, or None if it is to refuse."""
    got = case.run("abwindow", "--mixed", mixed, *WINDOW)
    want = reference.windowed(x.exposures, x.events, x.metrics, mixed)
    if want is None:
        case.same("abwindow --mixed=error", got, None)
        return None
    first, rows, *counts = want
    names = b"experiment_id variant user_id metric_id event_time event_value"
    header = names.split() + x.segments
    n = 1 + len(first)
    case.same("exposures", lines(got)[:n], lines(tsv(header, *first)))
    case.same("events", sorted(lines(got)[n:]), sorted(lines(tsv(*rows))))
    said = [int(n) for n in re.findall(rb": (\d+)", case.said)]
    case.same("the counts", said, counts if any(counts) else [])
    return got, first, rows


def twin_pipeline(case):
    """abwindow, abagg and abstat against reference.py."""
    x = Experiment(case)
    mixed = case.rng.choice(["exclude", "exclude", "first", "error"])
    window = check_window(case, x, mixed)
    if window is None:
        return
    got, first, rows = window
    values = value_rows(x.metrics, first, rows)
    got = case.run("abagg", "-m", "metrics", case.file("windowed", got))
    if values is None:
        case.same("abagg", got, None)
        return
    header = [b"experiment_id", b"variant", b"user_id", *x.segments]
    header += [m[0] for m in x.metrics]
    case.same("abagg", lines(got), lines(tsv(header, *values)))
    check_stats(case, x, header, values, case.file("values", got))


def check_stats(case, x, header, values, file):
    by = [s for s in x.segments if case.rng.random() < 0.6]
    args = ["--by", b",".join(by)] if by else []
    got = case.run("abstat", "-m", "metrics", *args, file)
    cells = {}
    for row in values:
        arm = (row[0], *(row[header.index(s)] for s in by), row[1])
        for i, text in enumerate(row[3 + len(x.segments) :]):
            cells.setdefault((i, *arm), []).append(text)
    got = [line[:-1].split(b"\t") for line in lines(got)[1:]]
    case.same("the cells of abstat", len(got), len(cells))
    for row, (key, texts) in zip(got, sorted(cells.items())):
        metric, experiment, *segments, variant = key
        want = [x.metrics[metric][0], experiment, variant, *segments]
        n, mean, sd, *sums = reference.stats_row(texts)
        want += [n, mean, *sums]
        got_sd = row.pop(5 + len(by))
        case.same(f"abstat of {texts}", row, want)
        if not (sd[0] <= float(got_sd) <= sd[1] if sd else got_sd == b""):
            raise Different(f"sd of {texts}: {got_sd}, not in {sd}")


def twin_order(case):
    """The order of the rows changes nothing but the order of the rows."""
    x = Experiment(case)
    want = case.run("abwindow", *WINDOW)
    case.file("windowed", want)
    x.write(case, lambda rows: shuffled(case.rng, rows))
    got = case.run("abwindow", *WINDOW)
    case.same("abwindow", without_order(got), without_order(want))

    rows = lines(got)
    n = 1 + sum(row.split(b"\t")[3] == b"" for row in rows[1:])
    rows[n:] = shuffled(case.rng, rows[n:])
    case.file("shuffled", b"".join(rows))
    want = case.run("abagg", "-m", "metrics", "windowed")
    got = case.run("abagg", "-m", "metrics", "shuffled")
    case.same("abagg", without_order(got), without_order(want))
    if want is None:
        return

    rows = lines(want)
    case.file("values", want)
    rows[1:] = shuffled(case.rng, rows[1:])
    case.file("shuffled", b"".join(rows))
    args = ["-m", "metrics"] + (["--by", "s"] if b"s" in x.segments else [])
    for program in ("abstat", "abtest"):
        want = case.run(program, *args, "values")
        case.same(program, case.run(program, *args, "shuffled"), want)


def random_values(rng):
    """The rows of a values file: few, so that arms are empty or alone."""
    experiments = made_up.identifiers(rng, 2)
    variants = made_up.identifiers(rng, 3)
    binary = rng.random() < 0.3
    yield b"experiment_id variant user_id s m n".split()
    for i in range(rng.choice([1, 2, 5, 50])):
        row = [rng.choice(experiments), rng.choice(variants), b"u%d" % i]
        row.append(rng.choice([b"", b"x"]))
        if binary:
            row += [rng.choice([b"0", b"1"]), b"1"]
        else:
            row += [made_up.value(rng) or b"0", made_up.value(rng) or b"7"]
        yield row


def in_pieces(case, header, rows):
    """Files that together have the rows, or what abstat made of them."""
    pieces = [[] for _ in range(case.rng.choice([1, 2, 3, 5]))]
    for row in shuffled(case.rng, rows):
        case.rng.choice(pieces).append(row)
    files = []
    for i, piece in enumerate(pieces):
        files.append(case.file(f"piece{i}", tsv(header, *piece)))
        if case.rng.random() < 0.6:
            stats = case.run("abstat", "--by", "s", files[-1])
            files[-1] = case.file(f"stats{i}", stats)
    if len(files) > 1 and case.rng.random() < 0.5:
        merged = case.run("abstat", "--by", "s", *files[:2])
        files[:2] = [case.file("merged", merged)]
    return shuffled(case.rng, files)


def check_results(case, text):
    """Each number is one, and stands where it must."""
    header, *rows = (line[:-1].split(b"\t") for line in lines(text))
    first = header.index(b"n_control")
    for row in rows:
        x = {}
        for name, field in zip(header[first:-1], row[first:-1]):
            x[name] = reference.number(field)
            case.same(f"a number, {field}", x[name] is None, field == b"")
        p = x[b"p_value"]
        case.same(f"p_value of {row}", p is None or 0 <= p <= 1, True)
        case.same("significant", row[-1] == b"", p is None)
        for name in (b"diff", b"lift"):
            low, high = x[name + b"_low"], x[name + b"_high"]
            if low is not None and high is not None:
                inside = low <= x[name] <= high
                case.same(f"the interval of {name} in {row}", inside, True)


def twin_merge(case):
    """Pieces, summarised or not, are the whole."""
    rng = case.rng
    header, *rows = random_values(rng)
    case.file("values", tsv(header, *rows))
    files = in_pieces(case, header, rows)
    binary = rng.choice(["chi2-yates", "chi2", "z", "student", "welch"])
    means = rng.choice(["student", "welch"])
    test = ["--log10-p", "--binary", binary, "--means", means]
    for program, args in (("abstat", []), ("abtest", test)):
        want = case.run(program, "--by", "s", *args, "values")
        got = case.run(program, "--by", "s", *args, *files)
        case.same(program, lines(got), lines(want))
    case.same("abtest refuses", want is None, False)
    check_results(case, want)
    case.file("results", want)
    for form in ("text", "markdown", "json"):
        report = case.run("abreport", "-f", form, "results")
        if form == "json" and report is not None:
            case.same("JSON", reference.json_tree(report) is None, False)


def twin_shards(case):
    """The generators: pieces are the whole, wherever they are cut."""
    rng = case.rng
    n = rng.choice([1, 2, 3, 7, 100])
    seed = [
        "--seed",
        str(rng.choice([1, 2**64 - 1, rng.randrange(2**64)])),
    ]
    size = str(rng.choice([0, 1, 7, 100, 999]))
    users = ["-n", size, *seed, "--devices", "x:0.1,y:7", "--no-header"]
    variants = rng.choice(["A,B", "A:9,B:1", "a:0,b,c:0.333"])
    exposures = ["-e", rng.choice("13"), "-n", "1000", "-k", size, *seed]
    exposures += ["--variants", variants, "--no-header"]
    for program, args in (
        ("abgen-users", users),
        ("abgen-exposures", exposures),
    ):
        whole = case.run(program, *args)
        parts = [
            case.run(program, *args, "--shard", f"{k}/{n}")
            for k in range(1, n + 1)
        ]
        case.same(f"{program} {args} in {n}", b"".join(parts), whole)
    rows = shuffled(rng, lines(whole))
    cut = rng.randrange(len(rows) + 1)
    args = [*seed, "--no-header"]
    parts = [
        case.run("abgen-events", *args, text=b"".join(part))
        for part in (rows[:cut], rows[cut:])
    ]
    whole = case.run("abgen-events", *args, text=whole)
    case.same(
        "abgen-events", sorted(lines(b"".join(parts))), sorted(lines(whole))
    )


def twin_sorted(case):
    """--sorted, where the input is, against all of it in memory."""
    x = Experiment(case)
    mixed = ["--mixed", case.rng.choice(["exclude", "first"])]
    want = case.run("abwindow", *mixed, *WINDOW)
    said = case.said
    case.file("windowed", want)
    x.write(case, lambda rows: sorted(rows, key=lambda row: row[0]))
    got = case.run("abwindow", "--sorted", *mixed, *WINDOW)
    case.same("abwindow --sorted", without_order(got), without_order(want))
    case.same("its counts", case.said, said)
    case.file("sorted", got)
    want = case.run("abagg", "-m", "metrics", "windowed")
    got = case.run("abagg", "--sorted", "-m", "metrics", "sorted")
    case.same("abagg --sorted", without_order(got), without_order(want))


def twin_unsorted(case):
    """--sorted refuses any other order, and no other input."""
    x = Experiment(case)
    users = []

    def order(rows):
        rows = shuffled(case.rng, rows)
        if case.rng.random() < 0.5:
            rows.sort(key=lambda row: row[0])
        users.append([row[0] for row in rows])
        return rows

    x.write(case, order)
    got = case.run("abwindow", "--sorted", *WINDOW)
    in_order = all(rows == sorted(rows) for rows in users)
    case.same("abwindow --sorted takes it", got is not None, in_order)
    got = case.run("abwindow", *WINDOW)
    users = [row.split(b"\t")[2] for row in lines(got)[1:]]
    case.file("windowed", got)
    want = case.run("abagg", "-m", "metrics", "windowed")
    got = case.run("abagg", "--sorted", "-m", "metrics", "windowed")
    if users != sorted(users):
        want = None
    case.same("abagg --sorted", without_order(got), without_order(want))


TWINS = {
    "times": twin_times,
    "durations": twin_durations,
    "numbers": twin_numbers,
    "utf8": twin_utf8,
    "json": twin_json,
    "csv": twin_csv,
    "pipeline": twin_pipeline,
    "order": twin_order,
    "merge": twin_merge,
    "shards": twin_shards,
    "sorted": twin_sorted,
    "unsorted": twin_unsorted,
}


def run_case(build, seed, name, number):
    directory = Path(build) / "twins" / f"{name}-{number}"
    shutil.rmtree(directory, ignore_errors=True)
    case = Case(build, directory, f"{seed} {name} {number}")
    try:
        TWINS[name](case)
    except Different as fault:
        print(f"twin {name}:{number}, seed {seed}, {directory}: {fault}")
        return False
    shutil.rmtree(directory)
    return True


def run_twin(build, seconds, seed, name):
    start, number, good = time.monotonic(), 0, True
    while good and (number == 0 or time.monotonic() - start < seconds):
        good = run_case(build, seed, name, number)
        number += 1
    print(f"twin {name}: {number} cases,", "alike" if good else "DIFFERENT")
    sys.stdout.flush()
    return good


def main():
    build, seconds = sys.argv[1], float(sys.argv[2])
    seed = sys.argv[3] if len(sys.argv) > 3 else str(int(time.time()))
    good = True
    for name in sys.argv[4:] or TWINS:
        name, _, number = name.partition(":")
        if number:
            good &= run_case(build, seed, name, int(number))
        else:
            good &= run_twin(build, seconds, seed, name)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    sys.setrecursionlimit(10000)
    main()
