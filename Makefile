# SPDX-License-Identifier: MIT
# One file, no recursion. A new program is cmd/NAME.c, man/NAME.1 and
# tests/NAME.bats; nothing here names it.

CC = cc
CFLAGS = -O2 -g
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wwrite-strings \
	-Wstrict-prototypes -Wmissing-prototypes
BUILD = build

# -ffp-contract=off: a fused multiply-add would round once where other
# machines round twice, and results must be the same bytes everywhere.
ALL_CFLAGS = -std=c11 -ffp-contract=off $(WARN) $(CFLAGS)
ALL_CPPFLAGS = -I. -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -MMD -MP $(CPPFLAGS)
LINK = $(CC) $(ALL_CFLAGS) $(LDFLAGS)

programs = $(patsubst cmd/%.c,%,$(wildcard cmd/*.c))
units = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))
common = $(patsubst common/%.c,$(BUILD)/common/%.o,$(wildcard common/*.c))

all: $(programs:%=$(BUILD)/%)
units: $(units)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_CPPFLAGS) -c -o $@ $<
$(BUILD)/common.a: $(common)
	rm -f $@
	$(AR) rcs $@ $(common)
$(programs:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/cmd/%.o $(BUILD)/common.a
	$(LINK) -o $@ $< $(BUILD)/common.a -lm
$(units): $(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/common.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $< $(BUILD)/common.a -lm

clean:
	rm -rf $(BUILD)

.PHONY: all units clean
.SECONDARY:
-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)
