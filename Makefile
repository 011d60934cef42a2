# SPDX-License-Identifier: MIT
# One file, no recursion.  A new program is cmd/NAME.c, man/NAME.1 and
# tests/NAME.bats; nothing here names it.

CC = cc
CFLAGS = -O2 -g
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wwrite-strings \
	-Wstrict-prototypes -Wmissing-prototypes
BUILD = build
PREFIX = /usr/local
DESTDIR =

# What keeps a mistake from becoming a way in.  The checks of the C library's
# headers need optimisation, and a sanitizer sees more without them; a static
# program has a fixed place.
optimised = $(filter-out -O0,$(filter -O%,$(CFLAGS)))
checked = $(if $(findstring -fsanitize,$(CFLAGS)),,$(optimised))
static = $(filter -static,$(CFLAGS) $(LDFLAGS))
HARDEN = -fstack-protector-strong -fPIE \
	$(if $(checked),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
HARDEN_LINK = $(if $(static),,-pie) -Wl,-z,relro,-z,now

# -ffp-contract=off: a fused multiply-add would round once where other
# machines round twice, and results must be the same bytes everywhere.
# -ffile-prefix-map: so must the programs, wherever they are built.
ALL_CFLAGS = -std=c11 -ffp-contract=off -ffile-prefix-map='$(CURDIR)=.' \
	-pthread $(WARN) $(HARDEN) $(CFLAGS)
ALL_CPPFLAGS = -I. -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -MMD -MP $(CPPFLAGS)
LINK = $(CC) $(ALL_CFLAGS) $(HARDEN_LINK) $(LDFLAGS)

# What does no I/O, allocates nothing and cannot end the program.
pure = rng draw exact whole decimal dd elementary special laplace gammainc \
	betainc inverse dist dist_nct infer

names = $(patsubst cmd/%.c,%,$(wildcard cmd/*.c))
programs = $(names:%=$(BUILD)/%)
units = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))
common = $(patsubst common/%.c,$(BUILD)/common/%.o,$(wildcard common/*.c))
sources = $(wildcard cmd/*.c common/*.[ch] tests/*.c tests/unit/*.[ch] \
	tests/fuzz/*.[ch])
scripts = $(wildcard tests/*.bats tests/*.bash tests/*.sh tests/*/*.sh \
	tests/*/*/*.sh tests/*/*.bats .ci/run)
pages = $(wildcard man/*.[1-9])

all: $(programs)
units: $(units)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_CPPFLAGS) -c -o $@ $<
$(BUILD)/common.a: $(common)
	rm -f $@
	$(AR) rcs $@ $(sort $(common))
$(programs): $(BUILD)/%: $(BUILD)/cmd/%.o $(BUILD)/common.a
	$(LINK) -o $@ $< $(BUILD)/common.a -lm
$(units): $(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/common.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $< $(BUILD)/common.a -lm

# The notebook's experiment, from nothing to a report.
demo: all
	PATH=$(abspath $(BUILD)):$$PATH bash examples/demo.sh

# bats as installed, else from npm into build/.
bats = $(shell command -v bats || echo build/node_modules/.bin/bats)
build/node_modules/.bin/bats:
	@command -v npm >/dev/null || \
	    { echo "make check: install bats (or npm, to fetch it)" >&2; exit 1; }
	npm install --silent --no-save --prefix build bats@1.11.1

# Without what is about the build, which takes two more.
TAGS = !build
check: all units $(bats)
	BUILD=$(abspath $(BUILD)) $(bats) --filter-tags '$(TAGS)' tests
check-build: $(bats)
	$(bats) tests/build.bats

# The whole suite again, with every read, write and overflow looked at; with
# every value that was never set; what reads ahead, with all that two threads
# share; and the examples in valgrind.
check-san:
	$(MAKE) check TAGS='!build,!memory' BUILD=$(BUILD)/san CFLAGS="-O1 -g \
	    -fsanitize=address,undefined -fno-sanitize-recover=all"
check-msan:
	$(MAKE) check TAGS='!build,!memory' BUILD=$(BUILD)/msan CC=clang \
	    CFLAGS="-O1 -g -fsanitize=memory -fno-sanitize-recover=all"
check-tsan: $(bats)
	$(MAKE) all $(BUILD)/tsan/unit/ahead BUILD=$(BUILD)/tsan \
	    CFLAGS="-O1 -g -fsanitize=thread"
	$(BUILD)/tsan/unit/ahead
	TSAN_OPTIONS="report_thread_leaks=0 atexit_sleep_ms=0" \
	    BUILD=$(abspath $(BUILD)/tsan) $(bats) --filter-tags '!memory' \
	    tests/abwindow.bats tests/abagg.bats tests/progress.bats \
	    tests/pipes.bats
check-valgrind: all
	bash tests/wrap.sh $(BUILD) $(BUILD)/valgrind \
	    valgrind -q --error-exitcode=99
	BUILD=$(abspath $(BUILD)/valgrind) $(bats) tests/docs.bats

# What the analysers of gcc and cppcheck see, which is nothing.  cppcheck does
# not know _Noreturn, but the older word for it.
analyze:
	$(MAKE) all BUILD=$(BUILD)/analyze CC=gcc CFLAGS="-O2 -fanalyzer -Werror"
	cppcheck -q --error-exitcode=1 --inline-suppr --std=c11 --force \
	    --enable=warning,performance,portability -I. -D_GNU_SOURCE \
	    "-D_Noreturn=__attribute__((noreturn))" cmd common

# The lines that the suite does not run, each with its reason or none.
coverage:
	rm -f $(BUILD)/coverage/*/*.gcda $(BUILD)/coverage/*/*/*.gcda
	$(MAKE) check BUILD=$(BUILD)/coverage CC=gcc \
	    CFLAGS="-O0 -g --coverage"
	bash tests/coverage.sh $(BUILD)/coverage

# The same bytes from other compilers, C libraries and machines.
check-portable: $(bats)
	BATS=$(abspath $(bats)) bash tests/portable.sh $(BUILD)

# Streams of gigabytes, and hostile ones, in bounded memory: in a minute.
check-large: all $(bats)
	BUILD=$(abspath $(BUILD)) $(bats) tests/large

# Every program when reads, writes, allocations and the rest fail, one by one,
# in about two minutes.
check-faults:
	bash tests/faults.sh $(BUILD)

# Readers and programs on made-up input, each for SECONDS, in about half an hour
# if that is 60: see tests/fuzz/README.md.
SECONDS = 60
fuzz:
	bash tests/fuzz/run.sh $(BUILD) $(SECONDS)

# The random numbers at length, in about ten minutes: see tests/rng.md.
check-rng: units
	bash tests/rng.sh $(BUILD)

# Whether the tests reject and the intervals hold as often as they should, in
# about five minutes: see tests/calibrate.md.
calibrate: all
	bash tests/calibrate.sh $(BUILD) 1 ordinary rare >$(BUILD)/calibrate.tsv
	awk -f tests/calibrate.awk $(BUILD)/calibrate.tsv

lint: all
	bash tests/lint.sh $(BUILD) "$(pure)" $(sources) $(scripts) $(pages)

# The rates of the programs; the pipeline beside others, which npm has; and
# how the cost grows.
bench: all
	bash tests/bench/bench.sh $(BUILD)
bench-peers: all
	bash tests/bench/fetch.sh build/peers
	bash tests/bench/peers.sh $(BUILD) build/peers
bench-scale: all
	bash tests/bench/scale.sh $(BUILD)

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/man/man5 \
	    $(DESTDIR)$(PREFIX)/share/man/man7
	install $(programs) $(DESTDIR)$(PREFIX)/bin
	for s in 1 5 7; do \
	    install -m 644 man/*.$$s $(DESTDIR)$(PREFIX)/share/man/man$$s; \
	done

uninstall:
	cd $(DESTDIR)$(PREFIX)/bin && rm -f $(names)
	cd $(DESTDIR)$(PREFIX)/share/man && \
	    rm -f $(foreach p,$(notdir $(pages)),man$(subst .,,$(suffix $(p)))/$(p))

clean:
	rm -rf $(BUILD)

.PHONY: all units demo check check-build check-san check-msan check-tsan \
	check-valgrind analyze coverage check-portable check-large check-faults \
	fuzz check-rng calibrate lint bench bench-peers bench-scale install \
	uninstall clean
.SECONDARY:
-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)
