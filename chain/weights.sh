#!/usr/bin/env bash
# Measures what the pallets' calls and hooks cost and writes chain/pallets/*/src/weights.rs.
#
# Needs an idle machine. The first run builds what measures (chain/bencher), which takes some minutes.
# Usage: chain/weights.sh [PALLET…]   e.g. chain/weights.sh mailbox jobs; without arguments: all.
# STEPS and REPEAT say how thoroughly.
set -euo pipefail
cd "$(dirname "$0")/.."

pallets=("$@")
[ ${#pallets[@]} -gt 0 ] || pallets=(mailbox registry mining stake-pool jobs vault)

target=${CARGO_TARGET_DIR:-target}/weights
# The runtime that it brings along for other measurements is not needed.
SKIP_WASM_BUILD=1 cargo build --locked --release --manifest-path chain/bencher/Cargo.toml --target-dir "$target/bencher"

# Only the Wasm, the way the runtime's build script builds it, and in a folder of its own: a node must
# never embed a runtime with benchmarks by accident.
env -u RUSTC \
    CARGO_PROFILE_RELEASE_LTO=thin \
    RUSTFLAGS="-Clink-arg=--export-table -Clink-arg=--import-memory -Clink-arg=--export=__heap_base --cfg substrate_runtime" \
    cargo rustc --locked --release --target wasm32v1-none --target-dir "$target" \
    -p phala-runtime --lib --crate-type cdylib --no-default-features --features runtime-benchmarks

for pallet in "${pallets[@]}"; do
    "$target/bencher/release/phala-bencher" \
        --runtime "$target/wasm32v1-none/release/phala_runtime.wasm" --genesis-builder-preset development \
        --pallet "pallet_${pallet//-/_}" --extrinsic '*' --steps "${STEPS:-50}" --repeat "${REPEAT:-20}" \
        --template chain/weights.hbs --output "chain/pallets/$pallet/src/weights.rs"
done
