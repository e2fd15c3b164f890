# Every target sets up what it needs. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

export CARGO_TARGET_DIR ?= $(CURDIR)/target
BIN := $(CARGO_TARGET_DIR)/debug
EXAMPLES := $(CARGO_TARGET_DIR)/examples
SURVIVAL_REPORT := $(EXAMPLES)/wasm32-wasip1/release/survival-report.wasm

# Link the system's OpenSSL where it is installed.
ifneq ($(wildcard /usr/include/openssl/ssl.h),)
export OPENSSL_NO_VENDOR := 1
endif

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: setup
setup: ## Install what a build needs
	@scripts/setup.sh

.PHONY: build
build: setup examples ## Build every program of the network
	cargo build --locked --workspace --exclude phala-bench --bins

.PHONY: examples
examples: setup ## Build the example programs that run inside workers
	CARGO_TARGET_DIR=$(EXAMPLES) cargo build --locked --release --target wasm32-wasip1 --manifest-path examples/survival-report/Cargo.toml

.PHONY: demo
demo: build ## Run one confidential job on a network of its own, step by step (EXIT=1: stop afterwards)
	@$(BIN)/phala demo --program $(SURVIVAL_REPORT) --input examples/survival-report/data/gbsg2.csv \
		$(addprefix --arg=,--time time --event cens --group horTh) $(if $(EXIT),--exit)

.PHONY: dev
dev: build ## Start a development network: one validator, two workers with a relay
	@$(BIN)/phala dev

# One test more than there are cores: those of whole networks mostly wait for blocks.
.PHONY: test
test: ## Test everything that can be tested
	@scripts/setup.sh test
	$(MAKE) examples
	scripts/check-no-std.sh
	cargo build --locked --workspace --exclude phala-bench --bins
	cargo nextest run --locked --workspace --test-threads $$(($$(nproc) + 1))
	cargo test --locked --manifest-path examples/survival-report/Cargo.toml --target-dir $(EXAMPLES)
	cargo test --locked --manifest-path core/light-client/smoldot/Cargo.toml --target-dir $(CARGO_TARGET_DIR)/smoldot

.PHONY: e2e
e2e: build ## Run a scenario against real processes (SCENARIO=job, mining, pool, vault, hostile-relay, crash, flood, secrecy, set-change, account, dev)
	scripts/e2e.sh $(or $(SCENARIO),job)

.PHONY: bench
bench: build ## Measure speed as ratios against peers (PARTS="sandbox jobs": these alone)
	cargo build --locked --workspace --bin phala-bench
	cargo build --locked --manifest-path core/light-client/smoldot/Cargo.toml --target-dir $(CARGO_TARGET_DIR)/smoldot --example speed
	@$(BIN)/phala-bench --smoldot $(CARGO_TARGET_DIR)/smoldot/debug/examples/speed $(PARTS)

.PHONY: fuzz
fuzz: ## Fuzz the decoders of outside bytes (SECONDS_EACH=60, TARGETS="update program")
	@scripts/setup.sh fuzz
	scripts/fuzz.sh $(or $(SECONDS_EACH),60) $(TARGETS)

.PHONY: lint
lint: setup ## Check formatting and lints
	cargo fmt --all --check
	SKIP_WASM_BUILD=1 cargo clippy --locked --workspace --all-targets --target-dir $(CARGO_TARGET_DIR)/lint -- -D warnings

.PHONY: metadata
metadata: setup ## Refresh the runtime metadata that the client is built from
	cargo build --locked --workspace --example metadata
	$(BIN)/examples/metadata client/artifacts/metadata.scale

.PHONY: weights
weights: setup ## Measure what the pallets' calls cost and write their weights (idle machine, PALLETS="mailbox jobs")
	chain/weights.sh $(PALLETS)

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf $(CARGO_TARGET_DIR)
