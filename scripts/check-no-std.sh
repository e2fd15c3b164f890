#!/usr/bin/env bash
# Proves that the core crates need no operating system: they build for a target that has none.
set -euo pipefail
cd "$(dirname "$0")/.."
export INNER_RUSTC_WRAPPER=${RUSTC_WRAPPER:-} RUSTC_WRAPPER=$PWD/scripts/rustc-rlib.sh
cargo build --locked --no-default-features --target wasm32v1-none \
  -p phala-primitives -p phala-economics -p phala-crypto -p phala-light-client -p phala-attestation
