#!/bin/sh
# Compiles dcap-qvl as a Rust library only, for targets without an operating system. Set it as RUSTC_WRAPPER; a wrapper
# that was there before goes into INNER_RUSTC_WRAPPER.
#
# Cargo builds all crate types that a dependency declares. dcap-qvl declares C libraries too, and these do not compile
# without `std`: they have nobody to handle a panic, which is the business of whoever links the final program. Empty
# files stand in for them, without which cargo would take the crate for not built and build it every time.
set -eu
case " $* " in
*" --crate-name dcap_qvl "*"--target"*) ;;
*) exec ${INNER_RUSTC_WRAPPER:-} "$@" ;;
esac

libraries='' folder=. suffix=''
# The arguments once around: each is taken from the front, and put back unless it asks for a C library.
count=$#
while [ "$count" -gt 0 ]; do
  argument=$1
  shift
  count=$((count - 1))
  case "$argument ${1:-}" in
  "--crate-type cdylib") libraries="$libraries dcap_qvl#.wasm" ;;
  "--crate-type staticlib") libraries="$libraries libdcap_qvl#.a" ;;
  *)
    [ "$argument" != --out-dir ] || folder=$1
    case $argument in extra-filename=*) suffix=${argument#*=} ;; esac
    set -- "$@" "$argument"
    continue
    ;;
  esac
  shift
  count=$((count - 1))
done
${INNER_RUSTC_WRAPPER:-} "$@"
for library in $libraries; do
  : >"$folder/${library%#*}$suffix${library#*#}"
done
