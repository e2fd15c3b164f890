;; A component: asks for a TCP socket and a UDP socket, and fails if it gets one or if the error is not "access-denied".
(component
  (import "wasi:sockets/network@0.2.0" (instance $network
    (type $errors (enum "unknown" "access-denied" "not-supported" "invalid-argument" "out-of-memory" "timeout"
      "concurrency-conflict" "not-in-progress" "would-block" "invalid-state" "new-socket-limit"
      "address-not-bindable" "address-in-use" "remote-unreachable" "connection-refused" "connection-reset"
      "connection-aborted" "datagram-too-large" "name-unresolvable" "temporary-resolver-failure"
      "permanent-resolver-failure"))
    (export "error-code" (type (eq $errors)))
    (type $families (enum "ipv4" "ipv6"))
    (export "ip-address-family" (type (eq $families)))))
  (alias export $network "error-code" (type $error))
  (alias export $network "ip-address-family" (type $family))
  (import "wasi:sockets/tcp@0.2.0" (instance $tcp (export "tcp-socket" (type (sub resource)))))
  (alias export $tcp "tcp-socket" (type $tcp-socket))
  (import "wasi:sockets/udp@0.2.0" (instance $udp (export "udp-socket" (type (sub resource)))))
  (alias export $udp "udp-socket" (type $udp-socket))
  (import "wasi:sockets/tcp-create-socket@0.2.0" (instance $create-tcp
    (alias outer 1 $error (type $outer-error))
    (export "error-code" (type $error (eq $outer-error)))
    (alias outer 1 $family (type $outer-family))
    (export "ip-address-family" (type $family (eq $outer-family)))
    (alias outer 1 $tcp-socket (type $outer-socket))
    (export "tcp-socket" (type $socket (eq $outer-socket)))
    (export "create-tcp-socket"
      (func (param "address-family" $family) (result (result (own $socket) (error $error)))))))
  (import "wasi:sockets/udp-create-socket@0.2.0" (instance $create-udp
    (alias outer 1 $error (type $outer-error))
    (export "error-code" (type $error (eq $outer-error)))
    (alias outer 1 $family (type $outer-family))
    (export "ip-address-family" (type $family (eq $outer-family)))
    (alias outer 1 $udp-socket (type $outer-socket))
    (export "udp-socket" (type $socket (eq $outer-socket)))
    (export "create-udp-socket"
      (func (param "address-family" $family) (result (result (own $socket) (error $error)))))))

  (core module $memory (memory (export "memory") 1))
  (core instance $memory (instantiate $memory))
  (core func $create-tcp (canon lower (func $create-tcp "create-tcp-socket") (memory (core memory $memory "memory"))))
  (core func $create-udp (canon lower (func $create-udp "create-udp-socket") (memory (core memory $memory "memory"))))
  (core module $main
    (import "host" "memory" (memory 1))
    (import "host" "create-tcp" (func $create-tcp (param i32 i32)))
    (import "host" "create-udp" (func $create-udp (param i32 i32)))
    ;; A result: its case in the first byte, an error's number in the fifth.
    (func $denied (param $at i32) (result i32)
      (i32.and (i32.eq (i32.load8_u (local.get $at)) (i32.const 1))
               (i32.eq (i32.load8_u offset=4 (local.get $at)) (i32.const 1))))
    (func (export "run") (result i32)
      (call $create-tcp (i32.const 0) (i32.const 64))
      (call $create-udp (i32.const 1) (i32.const 80))
      (i32.eqz (i32.and (call $denied (i32.const 64)) (call $denied (i32.const 80))))))
  (core instance $main (instantiate $main (with "host" (instance
    (export "memory" (memory $memory "memory"))
    (export "create-tcp" (func $create-tcp))
    (export "create-udp" (func $create-udp))))))
  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance $cli (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $cli)))
