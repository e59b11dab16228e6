//! Never returns: the screen and the action `spin` go round for ever. `home` is well-behaved.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;

struct EndlessLoop;

fn spin() -> ! {
    let mut turn = 0u64;
    loop {
        turn = core::hint::black_box(turn.wrapping_add(1));
    }
}

impl Guest for EndlessLoop {
    fn render(screen: String, _: Vec<Field>) -> Result<Screen, Failure> {
        if screen == "spin" { spin() } else { Ok(page(["Here.".into()])) }
    }
    fn perform(_: String, _: Vec<Field>) -> Result<Answer, Failure> {
        spin()
    }
}

module!(EndlessLoop);
