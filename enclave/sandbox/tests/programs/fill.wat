;; Fills a GiB of memory thousands of times in a row, without a loop: less than one slice of fuel, and an hour of time.
(module
  (memory (export "memory") 16000)
  (func $ten
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 1048576000))
    (memory.fill (i32.const 0) (i32.const 2) (i32.const 1048576000))
    (memory.fill (i32.const 0) (i32.const 3) (i32.const 1048576000))
    (memory.fill (i32.const 0) (i32.const 4) (i32.const 1048576000))
    (memory.fill (i32.const 0) (i32.const 5) (i32.const 1048576000))
    (memory.fill (i32.const 0) (i32.const 6) (i32.const 1048576000))
    (memory.fill (i32.const 0) (i32.const 7) (i32.const 1048576000))
    (memory.fill (i32.const 0) (i32.const 8) (i32.const 1048576000))
    (memory.fill (i32.const 0) (i32.const 9) (i32.const 1048576000))
    (memory.fill (i32.const 0) (i32.const 0) (i32.const 1048576000)))
  (func $hundred
    (call $ten) (call $ten) (call $ten) (call $ten) (call $ten)
    (call $ten) (call $ten) (call $ten) (call $ten) (call $ten))
  (func $thousand
    (call $hundred) (call $hundred) (call $hundred) (call $hundred) (call $hundred)
    (call $hundred) (call $hundred) (call $hundred) (call $hundred) (call $hundred))
  (func (export "_start")
    (call $thousand) (call $thousand) (call $thousand) (call $thousand) (call $thousand)))
