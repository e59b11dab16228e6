//! The calls worth explaining that ended lately: those that failed, were denied something, or were slow.

use crate::call::lock;
use crate::usage::Kind;
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::Mutex;
use vatra_core::clock::Instant;
use vatra_core::ids::{CallId, Name, TenantId};

/// Calls that are remembered.
const KEPT: usize = 2_000;

/// What is remembered of a call. Nothing personal.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Note {
    /// The call.
    pub call: CallId,
    /// The municipality.
    pub tenant: TenantId,
    /// The module.
    pub module: Name,
    /// Its version.
    pub version: String,
    /// Its package.
    pub digest: String,
    /// What the call was for.
    pub kind: Kind,
    /// The screen, action or event.
    pub what: String,
    /// When it began.
    pub at: Instant,
    /// `ok`, or the error's code.
    pub outcome: String,
    /// Waiting for a place, in µs.
    pub queued_us: u64,
    /// On a worker thread, in µs.
    pub cpu_us: u64,
    /// Waiting behind other long calls, in µs.
    pub lane_us: u64,
    /// From the first instruction to the answer, in µs: the rest is waiting for storage and services.
    pub wall_us: u64,
    /// Calls of host functions.
    pub host_calls: u64,
    /// Entries read.
    pub entries_read: u64,
    /// Entries written.
    pub entries_written: u64,
    /// Most linear memory, in bytes.
    pub memory: u64,
}

#[derive(Default)]
pub(crate) struct Recent(Mutex<VecDeque<Note>>);

impl Recent {
    pub(crate) fn add(&self, note: Note) {
        let mut notes = lock(&self.0);
        if notes.len() >= KEPT {
            notes.pop_front();
        }
        notes.push_back(note);
    }

    pub(crate) fn of(&self, call: CallId) -> Vec<Note> {
        lock(&self.0).iter().filter(|note| note.call == call).cloned().collect()
    }
}
