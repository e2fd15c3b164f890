;; Sieves the primes below 200000 and writes how many there are, the largest, and their sum.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 4)
  (func (export "_start")
    (local $n i32) (local $multiple i32) (local $count i32) (local $largest i32) (local $sum i64)
    (local.set $n (i32.const 2))
    (loop $next
      (if (i32.eqz (i32.load8_u offset=1024 (local.get $n)))
        (then
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (local.set $largest (local.get $n))
          (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (local.get $n))))
          (local.set $multiple (i32.shl (local.get $n) (i32.const 1)))
          (block $past
            (loop $strike
              (br_if $past (i32.ge_u (local.get $multiple) (i32.const 200000)))
              (i32.store8 offset=1024 (local.get $multiple) (i32.const 1))
              (local.set $multiple (i32.add (local.get $multiple) (local.get $n)))
              (br $strike)))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $n) (i32.const 200000))))
    (i32.store (i32.const 64) (local.get $count))
    (i32.store (i32.const 68) (local.get $largest))
    (i64.store (i32.const 72) (local.get $sum))
    (i32.store (i32.const 0) (i32.const 64))
    (i32.store (i32.const 4) (i32.const 16))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
