#!/usr/bin/env bash
# Fuzzes the decoders of outside bytes, guided by coverage, for a bounded time each:
#
#   scripts/fuzz.sh [SECONDS] [TARGET…]   SECONDS for each target (60); all targets unless named
#   scripts/fuzz.sh --replay TARGET FILE  one input again, with the panic it causes
#   scripts/fuzz.sh --seeds               make the committed seeds anew from real data
#
# Fails on the first finding of a target, after all targets had their time. See fuzz/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
target_dir=${CARGO_TARGET_DIR:-$root/target}/fuzz
work=$target_dir/work

# SanitizerCoverage is a pass of LLVM that the stable compiler brings along; the counters are what libFuzzer looks at.
# Only `-Z sanitizer` itself, which finds memory errors of unsafe code, would need a nightly compiler.
coverage='-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table -Ccodegen-units=1 --cfg fuzzing'

build() {
  local host
  host=$(rustc -vV | sed -n 's/^host: //p')
  # Not --locked: the lock file of that workspace follows the manifests of this one.
  # Naming the target keeps the flags away from build scripts and procedural macros, which link no libFuzzer.
  RUSTFLAGS="${coverage//$'\n'/ }" cargo build --release --manifest-path fuzz/libfuzzer/Cargo.toml \
    --target "$host" --target-dir "$target_dir"
  fuzzer=$target_dir/$host/release/phala-fuzz
}

targets() { (cd fuzz/seeds && printf '%s\n' *); }

case ${1:-} in
  --seeds)
    rm -rf fuzz/seeds
    exec cargo run --locked -p phala-fuzz-targets --example seeds
    ;;
  --replay)
    [ $# -eq 3 ] || { echo "usage: scripts/fuzz.sh --replay TARGET FILE" >&2; exit 2; }
    build
    PHALA_FUZZ_TARGET=$2 RUST_BACKTRACE=1 exec "$fuzzer" "$3"
    ;;
esac

seconds=60
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
  seconds=$1
  shift
fi
if [ $# -eq 0 ]; then mapfile -t chosen < <(targets); else chosen=("$@"); fi
for target in "${chosen[@]}"; do
  [ -d "fuzz/seeds/$target" ] || { echo "there is no target '$target'; there are:" $(targets) >&2; exit 2; }
done
build

failed=()
for target in "${chosen[@]}"; do
  corpus=$work/$target/corpus findings=$work/$target/findings log=$work/$target/log
  rm -rf "$findings"
  mkdir -p "$corpus" "$findings"
  # What earlier runs found interesting is kept in the target folder and gone on from.
  if PHALA_FUZZ_TARGET=$target "$fuzzer" -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$findings/" "$corpus" "fuzz/seeds/$target" >"$log" 2>&1; then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    covered=$(grep -o 'cov: [0-9]*' "$log" | tail -1)
    echo "✓ $target: $runs inputs in $seconds s, ${covered:-cov: ?} edges, nothing found"
  else
    failed+=("$target")
    echo "✗ $target:" >&2
    grep -aE 'panicked at|SUMMARY|ERROR' -A1 "$log" | head -8 >&2 || true
    for finding in "$findings"/*; do
      [ -e "$finding" ] && echo "  replay: scripts/fuzz.sh --replay $target $finding" >&2
    done
    echo "  log: $log" >&2
  fi
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "A promise is broken in: ${failed[*]}. Mend it, and keep the input as fuzz/seeds/<target>/<verdict>-<what it is>." >&2
  exit 1
fi
