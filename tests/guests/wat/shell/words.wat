;; Answers, as the canonical ABI lays them out, in the shell's own memory: 256 is what a function returns.
(data (i32.const 16) "Fixture")
(data (i32.const 32) "text")

;; ok(screen): titled `Fixture`, with one paragraph.
(func $page (param $text i32) (param $length i32) (result i32)
  (memory.fill (i32.const 256) (i32.const 0) (i32.const 256))
  (i32.store8 (i32.const 260) (i32.const 1))                ;; title: plain
  (i32.store (i32.const 264) (i32.const 16))
  (i32.store (i32.const 268) (i32.const 7))
  (i32.store (i32.const 288) (i32.const 320))               ;; blocks: one
  (i32.store (i32.const 292) (i32.const 1))
  (i32.store8 (i32.const 320) (i32.const 1))                ;; text
  (i32.store8 (i32.const 324) (i32.const 1))                ;; plain
  (i32.store (i32.const 328) (local.get $text))
  (i32.store (i32.const 332) (local.get $length))
  (i32.const 256))

;; ok(answer): done, with one field of the report, `text`.
(func $done (param $text i32) (param $length i32) (result i32)
  (memory.fill (i32.const 256) (i32.const 0) (i32.const 256))
  (i32.store8 (i32.const 260) (i32.const 2))                ;; done
  (i32.store8 (i32.const 268) (i32.const 1))                ;; title: plain
  (i32.store (i32.const 272) (i32.const 16))
  (i32.store (i32.const 276) (i32.const 7))
  (i32.store (i32.const 312) (i32.const 320))               ;; report: one field
  (i32.store (i32.const 316) (i32.const 1))
  (i32.store (i32.const 320) (i32.const 32))                ;; name
  (i32.store (i32.const 324) (i32.const 4))
  (i32.store8 (i32.const 328) (i32.const 5))                ;; text
  (i32.store (i32.const 336) (local.get $text))
  (i32.store (i32.const 340) (local.get $length))
  (i32.const 256))

;; err(unavailable)
(func $failed (param $text i32) (param $length i32) (result i32)
  (i32.store8 (i32.const 256) (i32.const 1))
  (i32.store8 (i32.const 260) (i32.const 5))
  (i32.store (i32.const 264) (local.get $text))
  (i32.store (i32.const 268) (local.get $length))
  (i32.const 256))

;; A field with a text, at this place: 32 bytes.
(func $text-field (param $at i32) (param $name i32) (param $name-length i32) (param $text i32) (param $length i32)
  (i32.store (local.get $at) (local.get $name))
  (i32.store offset=4 (local.get $at) (local.get $name-length))
  (i32.store8 offset=8 (local.get $at) (i32.const 5))
  (i32.store offset=16 (local.get $at) (local.get $text))
  (i32.store offset=20 (local.get $at) (local.get $length)))
