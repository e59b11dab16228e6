//! The thread of SQLite's committer: its statements, and the wait for the disk, hold whatever thread they run in.

use super::AtWork;
use std::panic::AssertUnwindSafe;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use tokio::runtime::Handle;

type Begun = (Handle, AtWork);

/// Started when there is first something to write; ends with the committers.
#[derive(Default)]
pub(super) struct Thread(Mutex<Option<Sender<Begun>>>);

impl Thread {
    /// Has the thread write what a lane has. What it cannot be given is dropped, and whoever waits for it is told.
    pub(super) fn begin(&self, at_work: AtWork) {
        let begun = (Handle::current(), at_work);
        let mut sender = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sender.is_none() {
            let (give, take) = channel();
            let started = std::thread::Builder::new().name("committer".to_owned()).spawn(move || write(take));
            *sender = started.is_ok().then_some(give);
        }
        if let Some(sender) = &*sender {
            // Refused only when the thread is gone, which ends with the sender alone.
            drop(sender.send(begun));
        }
    }
}

fn write(take: Receiver<Begun>) {
    soon();
    for (runtime, at_work) in take {
        // Whoever waits for what panicked is told; the others' work goes on.
        let _ = std::panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(at_work.run())));
    }
}

/// Asks for short slices of a processor's time, so that this thread is woken at once where all processors are busy. Otherwise it may wait
/// for the kernel's next tick, 4 ms, and everybody with it. Linux since 6.12 heeds that, older ones go on as they do.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn soon() {
    /// The shortest that the kernel gives, in ns.
    const SLICE: u64 = 100_000;
    let size = u32::try_from(size_of::<libc::sched_attr>()).unwrap_or_default();
    let mut own = libc::sched_attr {
        size,
        sched_policy: 0,
        sched_flags: 0,
        sched_nice: 0,
        sched_priority: 0,
        sched_runtime: 0,
        sched_deadline: 0,
        sched_period: 0,
    };
    // SAFETY: the structure is whole and says its own size, up to which it is written; 0 is this thread.
    if unsafe { libc::syscall(libc::SYS_sched_getattr, 0, &raw mut own, size, 0) } == 0 {
        own.sched_runtime = SLICE;
        // SAFETY: as above, and only read.
        let _ = unsafe { libc::syscall(libc::SYS_sched_setattr, 0, &raw const own, 0) };
    }
}

#[cfg(not(target_os = "linux"))]
fn soon() {}
