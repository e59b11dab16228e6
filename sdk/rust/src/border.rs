//! The border of a module's exports: values out of and into linear memory by the canonical ABI, and the functions that the host calls.
//!
//! `build.rs` writes the functions for the contract's types; here are the ones they rest on. Only for wasm: places and sizes are those
//! of 32-bit memory.
#![allow(unsafe_code, unused_parens, clippy::all, clippy::pedantic, missing_docs)]

use crate::prelude::{Events, Screens, String, Vec};
use core::alloc::Layout;

#[allow(unused_unsafe)]
mod generated {
    use super::*;
    include!(concat!(env!("OUT_DIR"), "/border.rs"));
}

fn trap() -> ! {
    core::arch::wasm32::unreachable()
}

unsafe fn get8(at: *mut u8) -> u8 {
    unsafe { at.read() }
}
unsafe fn get16(at: *mut u8) -> u16 {
    unsafe { at.cast::<u16>().read() }
}
unsafe fn get32(at: *mut u8) -> u32 {
    unsafe { at.cast::<u32>().read() }
}
unsafe fn get64(at: *mut u8) -> u64 {
    unsafe { at.cast::<u64>().read() }
}
unsafe fn put8(at: *mut u8, value: u8) {
    unsafe { at.write(value) }
}
unsafe fn put16(at: *mut u8, value: u16) {
    unsafe { at.cast::<u16>().write(value) }
}
unsafe fn put32(at: *mut u8, value: u32) {
    unsafe { at.cast::<u32>().write(value) }
}
unsafe fn put64(at: *mut u8, value: u64) {
    unsafe { at.cast::<u64>().write(value) }
}

/// A block that the host reads, or that is left behind: the instance is thrown away after the call.
fn block(size: usize, align: usize) -> *mut u8 {
    if size == 0 {
        return align as *mut u8;
    }
    let Ok(layout) = Layout::from_size_align(size, align) else { trap() };
    // SAFETY: the size is not zero.
    let block = unsafe { alloc::alloc::alloc(layout) };
    if block.is_null() { trap() } else { block }
}

/// Text and lists lie as address and length.
#[inline(never)]
unsafe fn put_text(at: *mut u8, text: String) {
    let text = core::mem::ManuallyDrop::new(text.into_bytes());
    unsafe {
        put32(at, text.as_ptr() as u32);
        put32(at.add(4), text.len() as u32);
    }
}

#[inline(never)]
unsafe fn get_text(at: *mut u8) -> String {
    unsafe { text(get32(at) as *mut u8, get32(at.add(4)) as usize) }
}

/// SAFETY: the host allocated the block with `cabi_realloc` and checked that it is UTF-8.
unsafe fn text(start: *mut u8, length: usize) -> String {
    unsafe { String::from_utf8_unchecked(Vec::from_raw_parts(start, length, length)) }
}

unsafe fn put_list<T>(at: *mut u8, items: Vec<T>, size: usize, align: usize, each: unsafe fn(*mut u8, T)) {
    let count = items.len();
    let start = block(count.saturating_mul(size), align);
    unsafe {
        for (index, item) in items.into_iter().enumerate() {
            each(start.add(index * size), item);
        }
        put32(at, start as u32);
        put32(at.add(4), count as u32);
    }
}

unsafe fn get_list<T>(at: *mut u8, size: usize, align: usize, each: unsafe fn(*mut u8) -> T) -> Vec<T> {
    unsafe {
        let (start, count) = (get32(at) as *mut u8, get32(at.add(4)) as usize);
        let mut out = Vec::with_capacity(count);
        for index in 0..count {
            out.push(each(start.add(index * size)));
        }
        if count * size > 0
            && let Ok(layout) = Layout::from_size_align(count * size, align)
        {
            alloc::alloc::dealloc(start, layout);
        }
        out
    }
}

/// Parameters that came as address and length, laid out as in memory.
fn pair(start: *mut u8, length: usize) -> [u32; 2] {
    [start as u32, length as u32]
}

pub unsafe fn render<T: Screens>(screen: *mut u8, screen_length: usize, parameters: *mut u8, count: usize) -> *mut u8 {
    unsafe {
        let parameters = generated::render_parameters(pair(parameters, count).as_mut_ptr().cast());
        let result = T::render(text(screen, screen_length), parameters);
        let at = block(generated::RENDER_RESULT.0, generated::RENDER_RESULT.1);
        generated::render_result(at, result);
        at
    }
}

pub unsafe fn perform<T: Screens>(action: *mut u8, action_length: usize, inputs: *mut u8, count: usize) -> *mut u8 {
    unsafe {
        let inputs = generated::perform_inputs(pair(inputs, count).as_mut_ptr().cast());
        let result = T::perform(text(action, action_length), inputs);
        let at = block(generated::PERFORM_RESULT.0, generated::PERFORM_RESULT.1);
        generated::perform_result(at, result);
        at
    }
}

/// An event has more parts than a function has parameters: it comes in memory.
pub unsafe fn handle<T: Events>(event: *mut u8) -> *mut u8 {
    unsafe {
        let result = T::handle(generated::handle_event(event));
        let at = block(generated::HANDLE_RESULT.0, generated::HANDLE_RESULT.1);
        generated::handle_result(at, result);
        at
    }
}

/// Stand where wit-bindgen's export macros look for the functions of an interface.
pub mod exports {
    pub mod vatra {
        pub mod modules {
            pub mod screens {
                pub use crate::__border_screens as __export_vatra_modules_screens_0_1_0_cabi;
            }
            pub mod events {
                pub use crate::__border_events as __export_vatra_modules_events_0_1_0_cabi;
            }
        }
    }
}

#[doc(hidden)]
#[macro_export]
macro_rules! __border_screens {
    ($module:ident with_types_in $($types:tt)*) => {
        const _: () = {
            #[unsafe(export_name = "vatra:modules/screens@0.1.0#render")]
            unsafe extern "C" fn render(screen: *mut u8, length: usize, parameters: *mut u8, count: usize) -> *mut u8 {
                unsafe { $crate::border::render::<$module>(screen, length, parameters, count) }
            }
            #[unsafe(export_name = "vatra:modules/screens@0.1.0#perform")]
            unsafe extern "C" fn perform(action: *mut u8, length: usize, inputs: *mut u8, count: usize) -> *mut u8 {
                unsafe { $crate::border::perform::<$module>(action, length, inputs, count) }
            }
        };
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __border_events {
    ($module:ident with_types_in $($types:tt)*) => {
        const _: () = {
            #[unsafe(export_name = "vatra:modules/events@0.1.0#handle")]
            unsafe extern "C" fn handle(event: *mut u8) -> *mut u8 {
                unsafe { $crate::border::handle::<$module>(event) }
            }
        };
    };
}
