#!/usr/bin/env bash
# Proves that the core crates need no operating system: they build for a target that has none.
set -euo pipefail
cd "$(dirname "$0")/.."
for crate in phala-primitives phala-economics phala-crypto phala-light-client; do
  cargo build --locked -p "$crate" --no-default-features --target wasm32v1-none
done
