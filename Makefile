# Gridline's commands. `make demo` and `make test` are the two that a newcomer needs; both install what is missing first.
.PHONY: help setup build test check demo bench bench-city bench-import sim sim-sweep sim-selftest fuzz faults mutate-mechanisms release proto format

SEEDS ?= 1000
TIME ?= 60

help:
	@echo "make demo     build, run a small city on real programs, prove that nothing was lost"
	@echo "make test     build everything and run every test"
	@echo "make check    format, warnings, tidy and the fast tiers: before each commit"
	@echo "make sim      the simulator in release: SEEDS=$(SEEDS) fresh seeds, SEED=n for one, CASE=file for a shrunk script"
	@echo "make faults   the faults that need privilege: small disks and the like"
	@echo "make mutate-mechanisms  takes each mechanism out in turn: that its run notices"
	@echo "make bench-import  rows per second and memory of an import, on a release build"
	@echo "make bench-city   a city at eight in the morning: a million tickets, 2,000 devices; CITY='--tickets 20000' for less"
	@echo "make proto    generate the wire's code anew from Schema/Wire/sync.proto"
	@echo "make bench    the release programs on the side-by-side workload, each figure beside a floor of the same run"
	@echo "make sim-selftest  looks for every planted bug anew, then turns 20 cells of the rules over: that the simulator sees"
	@echo "make fuzz     every reader of strangers' bytes under libFuzzer: TIME=$(TIME) seconds in all, shared evenly"
	@echo "make setup build format release"

setup:
	@.ci/setup.sh

build: setup
	swift build

# One build, then the fast tiers, then the simulation, then the suites that start programs. The fast ones fail first. The
# simulation has both cores for itself: beside it, tests with real sockets waited for a thread until their patience ended.
test: setup
	swift build --build-tests
	@.ci/suites.sh --skip BlackBox --skip '^(Simulation|SelfTestReplay)\.'
	@.ci/suites.sh --filter '^Simulation\.'
	@.ci/suites.sh --filter '^SelfTestReplay\.'
	@.ci/suites.sh --filter BlackBox --no-parallel

check: setup
	swift format lint --strict --configuration .swift-format --recursive --parallel $$(git ls-files '*.swift' | grep -v '\.pb\.swift$$')
	GRIDLINE_ONLY=$(FAST) swift build --build-tests
	GRIDLINE_ONLY=$(FAST) swift test --skip-build

FAST = ChangesetTests,TicketsTests,ModelTests,SyncProtocolTests,ReplicaStoreTests,Tidy

demo: setup
	@swift build --product gridline && swift build --product gridline-server && swift build --product gridline-demo
	@"$$(swift build --show-bin-path)/gridline-demo" run

# A release build of the simulator alone, in a scratch folder of its own: nothing of the server's HTTP side is in it.
# FIRST=n instead of fresh seeds; MODE=plain leaves out crash simulation, MODE=crash has it in every seed; CASE=file plays a script.
SIM = .build/sim/release/gridline-sim
BUILD_SIM = .ci/archives.sh >/dev/null && GRIDLINE_ONLY=gridline-sim swift build -c release --product gridline-sim --scratch-path .build/sim --static-swift-stdlib
sim: setup
	$(BUILD_SIM)
	@if [ -n "$(CASE)" ]; then $(SIM) case "$(CASE)"; elif [ -n "$(SEED)" ]; then $(SIM) seed $(SEED) $(MODE); \
	else $(SIM) run $(or $(FIRST),$$(shuf -i 1-1000000000 -n 1)) $(SEEDS) $(MODE); fi

# One day on three processes, with a kill, a power cut and an error at each call to each disk.
sim-sweep: setup
	$(BUILD_SIM)
	$(SIM) sweep

# Takes each mechanism of Docs/mechanisms.md out in turn, at run time: the run that drives it must fail.
mutate-mechanisms: setup
	swift build --build-tests
	GRIDLINE_MECHANISMS=all swift test --skip-build --filter BlackBox --filter Mechanisms --no-parallel

faults: setup
	swift build --build-tests
	GRIDLINE_FAULTS=1 swift test --skip-build --filter BlackBox --no-parallel

proto: setup
	.ci/proto.sh

format:
	swift format -i --configuration .swift-format --recursive --parallel $$(git ls-files '*.swift' | grep -v '\.pb\.swift$$')

# The released programs. Swift's own libraries are in them, and nothing is looked for beside them. A type that is met at run time is asked
# for by the function that makes it: by its name it costs a search through all conformances of the program (decision 0053).
RELEASED = swift build -c release --static-swift-stdlib --disable-local-rpath \
	-Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors

bench-import: setup
	$(RELEASED) --product gridline-server
	Tests/Benchmarks/Import/bench_import.py

# Server and load share the machine. CITY holds options of gridline-bench-city; 'cost 10000 1000000' counts steps instead.
bench-city: setup
	$(RELEASED) --product gridline-server
	$(RELEASED) --product gridline-bench-city
	@bin="$$(swift build -c release --show-bin-path)" && GRIDLINE_BIN="$$bin" "$$bin/gridline-bench-city" $(CITY)

# libcurl's archive in the client, where this machine's packages allow it: without it each run loads forty libraries.
WITH_CURL = GRIDLINE_CURL="$$(.ci/libcurl-archive.sh)"

# The client without the debugger's part, and both in one piece: what is written page by page the system also maps page by page, which costs
# each run of the client a third more page faults (decision 0051). Neither the linker nor strip writes in one piece.
LAID_OUT = @bin="$$(swift build -c release --show-bin-path)" && strip --strip-debug "$$bin/gridline" \
	&& for program in gridline gridline-server; do \
		dd if="$$bin/$$program" of="$$bin/$$program.new" bs=256M status=none && chmod 755 "$$bin/$$program.new" \
			&& mv "$$bin/$$program.new" "$$bin/$$program" || exit 1; done

release: setup
	$(WITH_CURL) $(RELEASED) --product gridline
	$(RELEASED) --product gridline-server
	$(LAID_OUT)

# Each figure beside a floor of the same run; the workload and the measuring tools are those of the side-by-side harness.
bench: release
	$(RELEASED) --product gridline-bench-city
	Tests/Benchmarks/bench.py $(BENCH)

# libFuzzer brings its own main, so this build has a place of its own; -assert-config keeps every assertion in optimised code.
fuzz: setup
	GRIDLINE_ONLY=gridline-fuzz swift build -c release --sanitize=fuzzer --scratch-path .build/fuzz --product gridline-fuzz \
		-Xswiftc -assert-config -Xswiftc Debug
	Tests/Fuzz/fuzz.sh $(TIME)

# The one optimised build that has the planted bugs in it, in a folder of its own. Half an hour; `gridline-selftest replay FILE` plays what it found again.
SELFTEST = .build/selftest/release/gridline-selftest
sim-selftest: setup
	GRIDLINE_PLANTED=1 GRIDLINE_ONLY=gridline-selftest swift build -c release --product gridline-selftest --scratch-path .build/selftest
	$(SELFTEST) search Tests/SelfTest/found.csv $(if $(BUG),--bug $(BUG)) $(if $(SCHEDULES),--schedules $(SCHEDULES))
	$(SELFTEST) flips 20 $(if $(FLIPS),--seed $(FLIPS))
