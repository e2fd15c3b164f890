#!/usr/bin/env bash
# Measures what the pallets' calls and hooks cost and writes chain/pallets/*/src/weights.rs.
#
# Needs frame-omni-bencher (cargo install --locked frame-omni-bencher) and an idle machine.
# Usage: chain/weights.sh [PALLET…]   e.g. chain/weights.sh mailbox jobs; without arguments: all.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v frame-omni-bencher >/dev/null || {
    echo "frame-omni-bencher is missing; install it: cargo install --locked frame-omni-bencher" >&2
    exit 1
}

pallets=("$@")
[ ${#pallets[@]} -gt 0 ] || pallets=(mailbox registry mining stake-pool jobs)

cargo build --release -p phala-runtime --features runtime-benchmarks
target=${CARGO_TARGET_DIR:-target}
runtime=$target/release/wbuild/phala-runtime/phala_runtime.compact.compressed.wasm

for pallet in "${pallets[@]}"; do
    frame-omni-bencher v1 benchmark pallet \
        --runtime "$runtime" --genesis-builder-preset development \
        --pallet "pallet_${pallet//-/_}" --extrinsic '*' --steps 50 --repeat 20 \
        --template chain/weights.hbs --output "chain/pallets/$pallet/src/weights.rs"
done
