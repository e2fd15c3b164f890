#!/usr/bin/env bash
# Runs one scenario against real processes: scripts/e2e.sh job
set -euo pipefail
cd "$(dirname "$0")/.."
scenario=${1:?name a scenario: $(basename -s .rs -a tests/tests/*.rs | tr '\n' ' ')}
[ -f "tests/tests/$scenario.rs" ] || {
  echo "there is no scenario '$scenario'; there are: $(basename -s .rs -a tests/tests/*.rs | tr '\n' ' ')" >&2
  exit 2
}
# In full here; with a few kills among all other tests.
export PHALA_CRASH_KILLS=${PHALA_CRASH_KILLS-200} PHALA_CRASH_BLACKOUTS=${PHALA_CRASH_BLACKOUTS-20}
# The whole workspace, so that nothing is built a second time with other features.
exec cargo nextest run --locked --workspace --test "$scenario"
