;; Writes four fused products and sums in which one NaN with a payload takes part, in each place.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\40\00\00\00\40\00\00\00")
  (func (export "_start")
    (local $nan v128) (local $one v128)
    (local.set $nan (v128.const i64x2 0x7ff8000000000001 0xfff4000000000002))
    (local.set $one (f64x2.splat (f64.const 1)))
    (v128.store (i32.const 64) (f64x2.relaxed_madd (local.get $nan) (local.get $one) (local.get $one)))
    (v128.store (i32.const 80) (f64x2.relaxed_madd (local.get $one) (local.get $nan) (local.get $one)))
    (v128.store (i32.const 96) (f64x2.relaxed_madd (local.get $one) (local.get $one) (local.get $nan)))
    (v128.store (i32.const 112) (f64x2.relaxed_nmadd (local.get $nan) (local.get $nan) (local.get $nan)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
