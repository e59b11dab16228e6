# The project's commands. `make demo` and `make test` do all their own set-up; what it needs rights for that it lacks, it names and stops.

export CARGO_TARGET_DIR ?= $(CURDIR)/target
# Component packages, first-party and test ones; where the demo and the tests look for them.
export VATRA_PACKAGES ?= $(CARGO_TARGET_DIR)/packages

LISTEN ?= 127.0.0.1:8080
DATA ?= .demo
VATRA := $(CARGO_TARGET_DIR)/debug/vatra

SECONDS ?= 600

.PHONY: demo test bench soak lint format assets setup build packages

demo: build packages ## The demo in a browser: two municipalities, one module. DATA=folder, LISTEN=address.
	@exec $(VATRA) demo --data $(DATA) --listen $(LISTEN)

test: ## Every test: Rust, guests, PostgreSQL, browser.
	@bash tests/run.sh

bench: packages ## The measured numbers, as a table and as JSON.
	@bash tests/bench.sh

soak: packages ## Hostile modules in a loop beside a normal load, for SECONDS (600).
	@sh tests/guests/build.sh && cargo build --locked --quiet --workspace --bin vatra-soak
	@$(CARGO_TARGET_DIR)/debug/vatra-soak $(SECONDS)

lint: ## Formatting, and clippy without a warning.
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

format:
	cargo fmt --all

assets: ## Takes the style sheets and scripts of host/view anew from their npm packages.
	@sh host/view/assets/build.sh

setup: ## What the tests need: guest tool chain, PostgreSQL, Chromium, node packages.
	@bash tests/setup.sh

build:
	cargo build --locked -p vatra-cli -p vatra-documents-worker

packages: ## First-party modules as packages in $(VATRA_PACKAGES).
	@bash sdk/packages.sh
