;; What all programs of this folder share. Four bytes of standard input say how many rounds of work to do; the 32 bytes
;; at address 32 are the answer, and go to standard output. A program defines $work.
(import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
(memory (export "memory") 16)
(func (export "_start")
  (i32.store (i32.const 0) (i32.const 16))
  (i32.store (i32.const 4) (i32.const 4))
  (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
  (call $work (i32.load (i32.const 16)))
  (i32.store (i32.const 0) (i32.const 32))
  (i32.store (i32.const 4) (i32.const 32))
  (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
