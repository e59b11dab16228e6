//! Takes memory, a mebibyte at a time, and writes to all of it, until there is none: the screen and the action `swell`.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;

struct MemoryBomb;

fn swell() -> ! {
    let mut hoard: Vec<Vec<u8>> = Vec::new();
    loop {
        hoard.push(core::hint::black_box(vec![1; 1 << 20]));
    }
}

impl Guest for MemoryBomb {
    fn render(screen: String, _: Vec<Field>) -> Result<Screen, Failure> {
        if screen == "swell" { swell() } else { Ok(page(["Here.".into()])) }
    }
    fn perform(_: String, _: Vec<Field>) -> Result<Answer, Failure> {
        swell()
    }
}

module!(MemoryBomb);
