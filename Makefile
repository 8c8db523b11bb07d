# What can be made here; `make` alone lists it.
#
# Everything is plain Go: these targets only spare the typing. Linters are
# pinned in tools/go.mod, a module of its own, so that nothing the program is
# built from depends on them.

SHELL := /bin/bash
.DEFAULT_GOAL := help

VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
PKG       ?= ./...
RUN       ?=
FUZZTIME  ?= 60s
BENCHTIME ?= 1s
DIR       ?= mashal-data
PICTURES  ?= .*

.PHONY: help build test deps lint fmt bench fuzz torture confidence learned fonts verify quality outdated screenshots demo licenses clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS=$$'\t' read -r target what; do printf '  make %-11s %s\n' "$$target" "$$what"; done

build: ## the program, as bin/mashal
	go build -trimpath -ldflags '-X mashal/cmd/mashal/command.version=$(VERSION)' -o bin/ ./cmd/mashal

test: ## every test, or RUN=TestName of PKG=./package, with the race detector; does make deps first
	@tools/test $(PKG) $(if $(value RUN),-run '$(value RUN)')

deps: ## install what tests need: a C compiler, PostgreSQL, Chromium, fonts, npm
	@tools/deps

lint: ## formatting, vet, staticcheck, errcheck, revive, known vulnerabilities, other systems
	@tools/lint

fmt: ## format the source
	go tool -modfile=tools/go.mod gofumpt -w $$(git ls-files '*.go')
	go tool -modfile=tools/go.mod goimports -local mashal -w $$(git ls-files '*.go')

bench: ## every benchmark once over (BENCHTIME=1s, PKG=./...)
	go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) $(PKG)

fuzz: ## every fuzz target for FUZZTIME=60s each
	@tools/fuzz $(FUZZTIME) $(PKG)

torture: ## kill and freeze runs, fleets and their database some 270 times, or RUN=TestName of them, and compare
	@tools/torture $(if $(value RUN),'$(value RUN)')

confidence: ## measure the rules against the material beside the checkout: rules/confidence.yaml, the glossary and the reports
	go test -count=1 -run 'TestConfidence|TestReport|TestSides|TestGlossary' ./rules -args -update

learned: ## train the embedded model of package learned on ../shared, and measure it
	go run ./learned/gen -update

fonts: ## make the fonts of the explorer from Debian packages (needs python3-fonttools, python3-brotli)
	@tools/install python3-fonttools python3-brotli && tools/fonts -update

verify: ## that what was generated is current (regenerate with UPDATE=-update)
	@tools/verify $(UPDATE)

quality: ## measure the offline annotators on the references in ../shared: quality/measures.json, docs/quality.md
	go run ./quality/gen -update

outdated: ## newer releases of the dependencies of every module (see CONTRIBUTING.md)
	@tools/outdated

screenshots: ## those in docs, of the concordance in DIR: the Bible by rules, Isaiah by a model; of runs it makes its own
	MASHAL_SCREENSHOTS=$(abspath $(DIR))/concordance.db go test -count=1 -run 'TestScreenshots/^($(PICTURES))$$' ./explore/browsertest -update

demo: build ## Ezekiel 1-10 into mashal-data, then its status and five similes
	bin/mashal annotate Ezekiel 1-10 --dir $(DIR)
	bin/mashal status --dir $(DIR)
	bin/mashal search --type simile --in Ezekiel --limit 5 --dir $(DIR)

licenses: ## the licences of what bin/mashal is built from, as bin/licenses/
	@go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}' ./cmd/mashal | sort -u | while read -r path dir; do \
		mkdir -p "bin/licenses/$$path" && cp -f "$$dir"/*LICENSE* "bin/licenses/$$path/" && chmod -R u+w "bin/licenses/$$path"; done
	@mkdir -p bin/licenses/fonts && cp -f explore/web/static/fonts/LICENSE.txt bin/licenses/fonts/
	@cp -f fleet/ui/LICENSES.txt bin/licenses/riverqueue.com/riverui/
	@find bin/licenses -type f | sort

clean: ## remove what was built
	rm -rf bin .cache
