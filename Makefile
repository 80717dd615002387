# make run     installs what is missing, builds, starts the service on http://127.0.0.1:8080
# make song    the same, but makes one song without a service         PROMPT="..." for your own
# make test    installs what is missing, builds, runs every test
# make check   unit tests and the map of folders, in seconds
# make asan    the unit tests under AddressSanitizer and UBSan
# make bench | browser | fuzz | gates | listen | format      see README.md

CC     ?= gcc
ifeq ($(origin CC),default)
CC     := gcc
endif
CFLAGS ?= -O2 -g
OUT    ?= build
# make V=1 shows the commands.
Q := $(if $(V),,@)
DATA   ?= data
PROMPT ?= A warm lo-fi beat with electric piano and a soft flute melody, 80 bpm, 1 minute

VERSION := 0.1.0
PACKAGES := flac libmpg123 libopusenc opus ogg jansson libsodium sqlite3 libpq libcurl liboath inih libseccomp gnutls
WARN   := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
          -Wcast-qual -Wwrite-strings -Wformat=2 -Wundef -Wvla -Wno-psabi -Werror
# No contraction, no fast-math: the same bits on every machine and path.
ALL     = -std=c17 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -ffp-contract=off -fno-math-errno -fno-trapping-math -MMD -MP -Isrc -I$(OUT)/gen -I. \
          $(WARN) $(CFLAGS) $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
# What a mistake of ours meets in all but the render path: checked copies, guarded stacks, tables that nobody can
# write. Sanitizers do more and do not go together with it.
HARDEN  = $(if $(findstring sanitize,$(CFLAGS)),,$(if $(filter -O1 -O2 -O3,$(CFLAGS)),-D_FORTIFY_SOURCE=2) \
          -fstack-protector-strong -fstack-clash-protection)
# libmicrohttpd is linked from its archive, so that web/gate.c sees each byte before it does.
LIBS    = -l:libmicrohttpd.a -Wl,--wrap=recv,--wrap=gnutls_record_recv -Wl,-z,relro,-z,now \
          $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lmp3lame -lzxcvbn -lm -lpthread

# The render path is built twice: portable, and for AVX2. Both are the same C and give the same bits;
# music/engine.c exports one table of functions from each build, and the program picks one at start.
HOT_DIRS := dsp synth master music
hot_c    := $(wildcard $(HOT_DIRS:%=src/%/*.c))
cold_c   := $(filter-out $(hot_c) src/cmd/main.c,$(wildcard src/*/*.c))
cold     := $(cold_c:%.c=$(OUT)/%.o) $(OUT)/data.o $(OUT)/gen/db/sql.o
sql      := $(sort $(wildcard src/*/*.sql))
hot      := $(hot_c:%.c=$(OUT)/%.o)
hot_avx2 := $(hot_c:%.c=$(OUT)/avx2/%.o)
lib      := $(cold) $(hot) $(OUT)/engine_avx2.o
# What browsers run and how pages look: each of these is bundled into one file of pages/.
ui       := $(wildcard ui/*.ts ui/css/*.css)
bundles  := $(addprefix $(OUT)/gen/pages/,site.js theme.js sw.js site.css)
data     := $(sort $(wildcard styles/*.style lexicon/*.txt pages/*.html pages/*.txt pages/*.svg pages/*.json \
              pages/mail/*.txt migrations/*/*.sql policy/*.txt)) $(bundles)
test_c   := $(filter-out tests/fuzz/% tests/faults/%,$(wildcard tests/*.c tests/*/*.c))
tests    := $(test_c:%.c=$(OUT)/%.o)
fuzz_objects := $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/fuzz/*_fuzz.c))

all: $(OUT)/sonicstacker

$(OUT)/sonicstacker: $(OUT)/src/cmd/main.o $(lib)
	$(Q)$(CC) $(CFLAGS) $^ -o $@ $(LIBS)

$(OUT)/tests/all: $(tests) $(lib)
	$(Q)$(CC) $(CFLAGS) $^ -o $@ -lcmocka $(LIBS) $(shell pkg-config --libs libebur128 2>/dev/null)

# What powerloss.py records.
$(OUT)/ledger_life: $(OUT)/tests/faults/ledger_life.o $(lib)
	$(Q)$(CC) $(CFLAGS) $^ -o $@ $(LIBS)
$(OUT)/db_bench: $(OUT)/bench/db_bench.o $(lib)
	$(Q)$(CC) $(CFLAGS) $^ -o $@ $(LIBS)

$(OUT)/engine_avx2.o: $(hot_avx2)
	$(Q)ld -r -o $@ $^
	$(Q)objcopy --keep-global-symbol=engine_avx2 $@

$(OUT)/avx2/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL) -O3 -mavx2 -mno-fma -mtune=znver2 -DENGINE=engine_avx2 -c $< -o $@

$(hot): ALL += -O3 -DENGINE=engine_portable
$(cold) $(OUT)/src/cmd/main.o: ALL += $(HARDEN)
$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL) -c $< -o $@

# Names of statements become an enum, so a misspelt one does not compile.
$(OUT)/gen/db/sql.h: $(sql) scripts/sql-table
	@mkdir -p $(@D)
	$(Q)scripts/sql-table header $(sql) > $@.new
	$(Q)cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(OUT)/gen/db/sql.c: $(sql) scripts/sql-table
	@mkdir -p $(@D)
	$(Q)scripts/sql-table source $(sql) > $@
$(OUT)/gen/db/sql.o: $(OUT)/gen/db/sql.c $(OUT)/gen/db/sql.h
	$(Q)$(CC) $(ALL) -c $< -o $@
$(cold) $(tests) $(fuzz_objects) $(OUT)/src/cmd/main.o $(OUT)/tests/faults/ledger_life.o $(OUT)/bench/db_bench.o: | $(OUT)/gen/db/sql.h

# The bundler is that of the tests when they have been set up, else one of the build's own.
tool    := $(firstword $(wildcard node_modules/.bin/esbuild) build/tools/node_modules/.bin/esbuild)
ESBUILD := $(tool) --bundle --minify --charset=utf8 --legal-comments=none --log-level=warning \
           --target=es2022,chrome111,firefox113,safari16.4
build/tools/node_modules/.bin/esbuild: package.json package-lock.json .npmrc
	@mkdir -p build/tools && cp $^ build/tools
	@cd build/tools && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null && touch node_modules/.bin/esbuild
$(OUT)/gen/pages/%.js: ui/%.ts $(ui) package-lock.json | $(tool)
	@mkdir -p $(@D)
	$(Q)$(ESBUILD) --format=iife $< --outfile=$@
$(OUT)/gen/pages/%.css: ui/%.css $(ui) package-lock.json | $(tool)
	@mkdir -p $(@D)
	$(Q)$(ESBUILD) $< --outfile=$@

$(OUT)/data.S: $(data) scripts/data-table Makefile
	@mkdir -p $(@D)
	$(Q)scripts/data-table $(OUT)/gen $(data) > $@
$(OUT)/data.o: $(OUT)/data.S
	$(Q)$(CC) -c $< -o $@

setup:
	@scripts/setup

run:
	@scripts/setup run
	@$(MAKE) --no-print-directory -s -j$$(nproc) all
	@exec $(OUT)/sonicstacker run --data $(DATA)
song:
	@scripts/setup run
	@$(MAKE) --no-print-directory -s -j$$(nproc) all
	@$(OUT)/sonicstacker make "$(PROMPT)" -o song.flac

check: $(OUT)/tests/all
	scripts/layers
	scripts/data-map check
	scripts/asvs check
	@if [ -x node_modules/.bin/tsc ]; then node_modules/.bin/tsc -p ui; else echo "skipped: the types of ui/: typescript is not installed"; fi
	@QUICK=$(if $(ONLY)$(ALL_TESTS),,1) tests/unit $(OUT)/tests/all $(ONLY)

asan:
	ASAN_OPTIONS=detect_leaks=1 $(MAKE) check OUT=build/asan CFLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"

test: setup
	tests/run

PREFIX ?= /usr/local
install: all
	install -D -m 755 $(OUT)/sonicstacker $(DESTDIR)$(PREFIX)/bin/sonicstacker
	install -D -m 644 docs/sonicstacker.1 $(DESTDIR)$(PREFIX)/share/man/man1/sonicstacker.1
	install -D -m 644 packaging/sonicstacker.service $(DESTDIR)/etc/systemd/system/sonicstacker.service

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

clean:
	rm -rf build

# Songs of every style against independent measuring programs, for ears, and against the clock.
# GATES="--styles house,waltz --sound 2" measures less; JUDGE=1 asks ../shared/measure as well.
MEASURE = OUT=$(OUT) /usr/bin/python3 -B
$(OUT)/gates/detector: tests/gates/detector.cpp
	@mkdir -p $(@D)
	$(Q)g++ -O2 -Wall -Wextra -Werror -isystem /usr/include/qm-dsp $< -o $@ -lqm-dsp -llapack -lblas

gates: all $(OUT)/gates/detector
	$(MEASURE) tests/gates/run.py $(GATES)
listen: all $(OUT)/gates/detector
	$(MEASURE) tests/gates/listen.py
bench: all
	$(MEASURE) bench/run $(BENCH)
	-OUT=$(OUT) bench/db

# Pages before eyes, axe and Lighthouse: pictures of each in $(OUT)/shots, and figures; the time to the first sound.
browser: all
	@mkdir -p $(OUT)/shots
	SHOTS=$(OUT)/shots OUT=$(OUT) /usr/bin/python3 -B tests/browser/run.py shots pages plain studio lighthouse first-sound

# Fuzz targets under clang's sanitizers, FUZZ_SECONDS each; FUZZ="style score" runs only these.
# They link what they need from an archive: the portable build alone.
FUZZ_SECONDS ?= 60
fuzz_programs := $(patsubst tests/fuzz/%.c,$(OUT)/%,$(wildcard tests/fuzz/*_fuzz.c))
$(OUT)/fuzz.a: $(cold) $(hot)
	@rm -f $@
	$(Q)ar rcs $@ $^
$(fuzz_programs): $(OUT)/%: $(OUT)/tests/fuzz/%.o $(OUT)/fuzz.a
	$(Q)$(CC) $(CFLAGS) -fsanitize=fuzzer $^ -o $@ $(LIBS)
fuzz-programs: $(fuzz_programs)
	@:
fuzz:
	@$(MAKE) --no-print-directory fuzz-programs OUT=$(OUT)/fuzz CC=clang \
	    CFLAGS="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all"
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run $(OUT)/fuzz $(FUZZ)

# Ends the service at every system call that writes, on both databases: hours. KILL="--call fdatasync" takes a part.
kill: all powerloss
	OUT=$(OUT) /usr/bin/python3 -B tests/faults/run.py --engine sqlite --every $(KILL) kill
	OUT=$(OUT) /usr/bin/python3 -B tests/faults/run.py --engine postgres --every $(KILL) kill

# All disks that a power cut may leave of a ledger's life.
powerloss: $(OUT)/ledger_life
	OUT=$(OUT) /usr/bin/python3 -B tests/faults/run.py --engine sqlite --every powerloss

.PHONY: powerloss kill all setup run song install check asan test bench fuzz fuzz-programs gates listen format clean
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
