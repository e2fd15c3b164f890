#!/usr/bin/env bash
# Runs one scenario against real processes: scripts/e2e.sh job
set -euo pipefail
cd "$(dirname "$0")/.."
scenario=${1:?name a scenario: $(basename -s .rs -a tests/tests/*.rs | tr '\n' ' ')}
[ -f "tests/tests/$scenario.rs" ] || {
  echo "there is no scenario '$scenario'; there are: $(basename -s .rs -a tests/tests/*.rs | tr '\n' ' ')" >&2
  exit 2
}
# The whole workspace, so that nothing is built a second time with other features.
exec cargo nextest run --locked --workspace --test "$scenario"
