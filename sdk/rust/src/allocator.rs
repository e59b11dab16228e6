//! The guest's allocator: a bump allocator that keeps freed blocks in lists by size.
//!
//! An instance lives for one call, so that memory is hardly ever worth giving back: a block is cut off the end, a freed one goes to the
//! list of its size and is cut again from there (so that a long loop does not grow), the last block grows in place. Together with an
//! initial memory that is large enough from the start (`build-guest.sh`), a short call never asks the host for memory.
#![allow(unsafe_code)]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::null_mut;

/// Blocks are aligned to this, and sizes are multiples of it.
const GRAIN: usize = 16;
/// Sizes up to this have a list for each multiple of [`GRAIN`]; above, one for each power of two.
const SMALL: usize = 512;
const SMALL_LISTS: usize = SMALL / GRAIN;
const LISTS: usize = SMALL_LISTS + 32;
const PAGE: usize = 65_536;
/// Memory is asked for in steps of at least this many pages (1 MiB).
const STEP: usize = 16;

struct State {
    /// Where the next block begins; 0 before the first.
    next: usize,
    /// Where memory ends.
    end: usize,
    /// The first freed block of each size; each begins with the address of the next.
    freed: [usize; LISTS],
}

/// The allocator of a module. A component runs one thread.
pub struct Bump(UnsafeCell<State>);

// SAFETY: a core module of the contract has no threads.
unsafe impl Sync for Bump {}

impl Bump {
    /// An empty one.
    pub const fn new() -> Self {
        Self(UnsafeCell::new(State { next: 0, end: 0, freed: [0; LISTS] }))
    }
}

impl Default for Bump {
    fn default() -> Self {
        Self::new()
    }
}

/// The list that a size belongs to, and the size that its blocks have.
const fn class(size: usize) -> Option<(usize, usize)> {
    if size <= SMALL {
        let grains = if size == 0 { 1 } else { size.div_ceil(GRAIN) };
        Some((grains - 1, grains * GRAIN))
    } else {
        match size.checked_next_power_of_two() {
            Some(rounded) => Some((SMALL_LISTS + (rounded.trailing_zeros() as usize) % 32, rounded)),
            None => None,
        }
    }
}

impl State {
    /// Makes sure that memory reaches to `end`.
    #[inline]
    fn reach(&mut self, end: usize) -> bool {
        if end <= self.end {
            return true;
        }
        match memory::grow((end - self.end).div_ceil(PAGE).max(STEP)).or_else(|| memory::grow((end - self.end).div_ceil(PAGE))) {
            Some(now) => {
                self.end = now;
                end <= now
            }
            None => false,
        }
    }

    fn cut(&mut self, size: usize, align: usize) -> *mut u8 {
        if self.next == 0 {
            self.next = memory::begin();
            self.end = memory::end();
        }
        let align = if align < GRAIN { GRAIN } else { align };
        let Some(start) = self.next.checked_next_multiple_of(align) else { return null_mut() };
        let Some(end) = start.checked_add(size) else { return null_mut() };
        if !self.reach(end) {
            return null_mut();
        }
        self.next = end;
        memory::at(start)
    }
}

// SAFETY: blocks never overlap: each is cut off the end once, and is in at most one list, from which it is taken whole.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread, and nothing here calls back.
        let state = unsafe { &mut *self.0.get() };
        let Some((list, size)) = class(layout.size()) else { return null_mut() };
        if layout.align() <= GRAIN
            && let Some(first) = state.freed.get_mut(list)
            && *first != 0
        {
            let block = memory::at(*first);
            // SAFETY: a freed block begins with the address of the next, written by `dealloc`; it is at least GRAIN long.
            *first = unsafe { block.cast::<usize>().read() };
            return block;
        }
        state.cut(size, layout.align())
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as in `alloc`.
        let state = unsafe { &mut *self.0.get() };
        let Some((list, size)) = class(layout.size()) else { return };
        let address = memory::address(block);
        if address + size == state.next {
            state.next = address;
        } else if let Some(first) = state.freed.get_mut(list) {
            // SAFETY: the block is no longer used, at least GRAIN long and aligned to it.
            unsafe { block.cast::<usize>().write(*first) };
            *first = address;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let (Some((_, old)), Some((_, new))) = (class(layout.size()), class(new_size)) else { return null_mut() };
        if old == new {
            return block;
        }
        {
            // SAFETY: as in `alloc`.
            let state = unsafe { &mut *self.0.get() };
            let address = memory::address(block);
            if address + old == state.next {
                let Some(end) = address.checked_add(new) else { return null_mut() };
                if !state.reach(end) {
                    return null_mut();
                }
                state.next = end;
                return block;
            }
        }
        // SAFETY: the alignment is the old block's; the size was rounded up without overflow above.
        let fresh = unsafe { self.alloc(Layout::from_size_align_unchecked(new_size, layout.align())) };
        if !fresh.is_null() {
            let kept = if layout.size() < new_size { layout.size() } else { new_size };
            // SAFETY: both blocks are at least that long and do not overlap.
            unsafe {
                core::ptr::copy_nonoverlapping(block, fresh, kept);
                self.dealloc(block, layout);
            }
        }
        fresh
    }
}

/// The module's linear memory.
#[cfg(target_arch = "wasm32")]
mod memory {
    unsafe extern "C" {
        /// Where the linker put the end of static data and the stack.
        static __heap_base: u8;
    }
    pub(super) fn begin() -> usize {
        &raw const __heap_base as usize
    }
    pub(super) fn end() -> usize {
        core::arch::wasm32::memory_size(0) * super::PAGE
    }
    pub(super) fn grow(pages: usize) -> Option<usize> {
        (core::arch::wasm32::memory_grow(0, pages) != usize::MAX).then(end)
    }
    pub(super) fn at(address: usize) -> *mut u8 {
        address as *mut u8
    }
    pub(super) fn address(block: *mut u8) -> usize {
        block as usize
    }
}

/// Stands in for linear memory in tests on the host: 64 MiB, of which the first MiB is there from the start.
#[cfg(not(target_arch = "wasm32"))]
mod memory {
    use core::cell::Cell;
    extern crate std;
    const WHOLE: usize = 64 << 20;
    std::thread_local! {
        static START: Cell<usize> = const { Cell::new(0) };
        static SIZE: Cell<usize> = const { Cell::new(1 << 20) };
    }
    fn start() -> usize {
        START.with(|start| {
            if start.get() == 0 {
                let fresh: alloc::vec::Vec<u8> = alloc::vec::Vec::with_capacity(WHOLE);
                start.set(alloc::vec::Vec::leak(fresh).as_mut_ptr() as usize);
            }
            start.get()
        })
    }
    pub(super) fn begin() -> usize {
        start()
    }
    pub(super) fn end() -> usize {
        start() + SIZE.with(Cell::get)
    }
    pub(super) fn grow(pages: usize) -> Option<usize> {
        let size = SIZE.with(Cell::get) + pages * super::PAGE;
        (size <= WHOLE).then(|| {
            SIZE.with(|slot| slot.set(size));
            end()
        })
    }
    pub(super) fn at(address: usize) -> *mut u8 {
        address as *mut u8
    }
    pub(super) fn address(block: *mut u8) -> usize {
        block as usize
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// A small deterministic generator (xorshift), so that a failure repeats.
    struct Dice(u64);
    impl Dice {
        fn roll(&mut self, below: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % below as u64) as usize
        }
    }

    fn holds(block: *mut u8, size: usize, mark: u8) -> bool {
        // SAFETY: the test owns the block.
        unsafe { core::slice::from_raw_parts(block, size) }.iter().all(|byte| *byte == mark)
    }
    fn fill(block: *mut u8, size: usize, mark: u8) {
        // SAFETY: the test owns the block.
        unsafe { block.write_bytes(mark, size) };
    }

    #[test]
    fn blocks_never_overlap_whatever_is_asked() {
        let bump = Bump::new();
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let mut live: Vec<(*mut u8, Layout, u8)> = Vec::new();
        for round in 0..20_000u32 {
            let mark = round as u8;
            match dice.roll(4) {
                0 | 1 => {
                    let layout = Layout::from_size_align(dice.roll(3_000) + 1, 1 << dice.roll(7)).unwrap();
                    // SAFETY: the layout is not empty.
                    let block = unsafe { bump.alloc(layout) };
                    assert!(!block.is_null());
                    assert_eq!(block as usize % layout.align(), 0);
                    fill(block, layout.size(), mark);
                    live.push((block, layout, mark));
                }
                2 if !live.is_empty() => {
                    let (block, layout, mark) = live.swap_remove(dice.roll(live.len()));
                    assert!(holds(block, layout.size(), mark));
                    // SAFETY: allocated above with this layout.
                    unsafe { bump.dealloc(block, layout) };
                }
                _ if !live.is_empty() => {
                    let at = dice.roll(live.len());
                    let (block, layout, mark) = live[at];
                    let size = dice.roll(5_000) + 1;
                    if layout.align() > GRAIN {
                        continue;
                    }
                    // SAFETY: allocated above with this layout.
                    let block = unsafe { bump.realloc(block, layout, size) };
                    assert!(holds(block, layout.size().min(size), mark));
                    fill(block, size, mark);
                    live[at] = (block, Layout::from_size_align(size, layout.align()).unwrap(), mark);
                }
                _ => {}
            }
        }
        assert!(live.iter().all(|(block, layout, mark)| holds(*block, layout.size(), *mark)));
    }

    #[test]
    fn a_long_loop_does_not_grow() {
        let bump = Bump::new();
        let (short, long) = (Layout::from_size_align(40, 8).unwrap(), Layout::from_size_align(100_000, 8).unwrap());
        let mut furthest = 0;
        for round in 0..10_000 {
            // SAFETY: freed with the layouts they were allocated with, in an order that leaves holes.
            unsafe {
                let (a, b) = (bump.alloc(long), bump.alloc(short));
                bump.dealloc(a, long);
                bump.dealloc(b, short);
                furthest = furthest.max(b as usize);
            }
            assert!(round == 0 || (*bump_next(&bump)) <= furthest + 64);
        }
    }
    fn bump_next(bump: &Bump) -> &usize {
        // SAFETY: the test's own allocator, one thread.
        unsafe { &(*bump.0.get()).next }
    }

    #[test]
    fn the_last_block_grows_in_place() {
        let bump = Bump::new();
        let layout = Layout::from_size_align(64, 8).unwrap();
        // SAFETY: used with the layouts they have.
        unsafe {
            let block = bump.alloc(layout);
            let grown = bump.realloc(block, layout, 1 << 21);
            assert_eq!(block, grown);
        }
    }

    #[test]
    fn more_than_there_is_gives_null() {
        let bump = Bump::new();
        // SAFETY: the layout is not empty.
        assert!(unsafe { bump.alloc(Layout::from_size_align(1 << 30, 8).unwrap()) }.is_null());
        assert!(unsafe { bump.alloc(Layout::from_size_align(isize::MAX as usize, 1).unwrap()) }.is_null());
    }
}
