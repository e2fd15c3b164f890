#!/usr/bin/env bash
# Installs what a build needs and the machine lacks, or says exactly what to install.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

command -v rustup >/dev/null || fail "rustup is missing; install it from https://rustup.rs and run this again"

toolchain=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
if ! rustup toolchain list | grep -q "^$toolchain"; then
  say "installing the Rust toolchain $toolchain"
  rustup toolchain install "$toolchain" --profile minimal --component rustfmt --component clippy
fi
for target in wasm32v1-none wasm32-wasip1; do
  if ! rustup target list --installed --toolchain "$toolchain" | grep -qx "$target"; then
    say "installing the Rust target $target"
    rustup target add --toolchain "$toolchain" "$target"
  fi
done

packages=()
command -v cc >/dev/null || packages+=(gcc libc6-dev)
command -v protoc >/dev/null || packages+=(protobuf-compiler)
command -v pkg-config >/dev/null || packages+=(pkg-config)
# The system's OpenSSL saves building one; without it the build takes a few minutes longer.
[ -e /usr/include/openssl/ssl.h ] || packages+=(libssl-dev)
# libFuzzer is C++; nothing else is.
[ "${1:-}" != fuzz ] || command -v c++ >/dev/null || packages+=(g++)
if [ ${#packages[@]} -gt 0 ]; then
  if command -v apt-get >/dev/null; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo"
    say "installing ${packages[*]}"
    $sudo apt-get update -qq
    $sudo apt-get install -y -qq "${packages[@]}"
  else
    fail "please install (Debian's names): ${packages[*]}"
  fi
fi

if [ "${1:-}" = test ] && ! cargo nextest --version >/dev/null 2>&1; then
  say "installing cargo-nextest, which runs the tests"
  cargo install --locked --version 0.9.143 cargo-nextest
fi
