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

# -ffp-contract=off: a fused multiply-add would round once where other
# machines round twice, and results must be the same bytes everywhere.
ALL_CFLAGS = -std=c11 -ffp-contract=off $(WARN) $(CFLAGS)
ALL_CPPFLAGS = -I. -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -MMD -MP $(CPPFLAGS)
LINK = $(CC) $(ALL_CFLAGS) $(LDFLAGS)

# What does no I/O, allocates nothing and cannot end the program.
pure = rng draw exact moments decimal dd elementary special laplace gammainc \
	betainc inverse dist dist_nct infer

names = $(patsubst cmd/%.c,%,$(wildcard cmd/*.c))
programs = $(names:%=$(BUILD)/%)
units = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))
common = $(patsubst common/%.c,$(BUILD)/common/%.o,$(wildcard common/*.c))
sources = $(wildcard cmd/*.c common/*.[ch] tests/unit/*.[ch])
scripts = $(wildcard tests/*.bats tests/*.bash tests/*.sh tests/*/*.sh \
	tests/*/*/*.sh .ci/run)
pages = $(wildcard man/*.[1-9])

all: $(programs)
units: $(units)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_CPPFLAGS) -c -o $@ $<
$(BUILD)/common.a: $(common)
	rm -f $@
	$(AR) rcs $@ $(common)
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

check: all units $(bats)
	BUILD=$(abspath $(BUILD)) $(bats) tests

# The whole suite again, with every read, write and overflow looked at.
check-san:
	$(MAKE) check BUILD=$(BUILD)/san CFLAGS="-O1 -g \
	    -fsanitize=address,undefined -fno-sanitize-recover=all"

# The same bytes from other compilers, C libraries and machines.
check-portable:
	bash tests/portable.sh $(BUILD)

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

.PHONY: all units demo check check-san check-portable check-rng calibrate lint \
	bench bench-peers bench-scale install uninstall clean
.SECONDARY:
-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)
