;; Writes the bits of 0/0 and of the sum of two NaNs with payloads, f32 and f64.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\20\00\00\00\0c\00\00\00")
  (data (i32.const 64) "\01\00\c0\ff\02\00\e0\7f")
  (func (export "_start")
    (f32.store (i32.const 32) (f32.add (f32.load (i32.const 64)) (f32.load (i32.const 68))))
    (f64.store (i32.const 36) (f64.div (f64.load (i32.const 128)) (f64.load (i32.const 128))))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
