#!/usr/bin/env bash
# Proves that the core crates need no operating system: they build for a target that has none.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --locked --no-default-features --target wasm32v1-none \
  -p phala-primitives -p phala-economics -p phala-crypto -p phala-light-client
