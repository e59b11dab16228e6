//! What was seen, as text, and its way into a register in pieces that fit.

use core::fmt::{Debug, Write as _};
use vatra_guest_kit::*;

/// Where it is kept.
pub(crate) const REGISTER: &str = "spy-seen";
/// Characters of a piece: less than a long text holds.
const PIECE: usize = 9_000;

#[derive(Default)]
pub(crate) struct Diary(String);

impl Diary {
    /// Writes down everything in the value.
    pub(crate) fn note(&mut self, seen: &impl Debug) {
        // Writing into a text cannot fail.
        let _ = writeln!(self.0, "{seen:?}");
    }
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
    pub(crate) fn pieces(&self) -> Vec<String> {
        let mut pieces = Vec::new();
        let mut piece = String::new();
        for (count, letter) in self.0.chars().enumerate() {
            piece.push(letter);
            if count % PIECE == PIECE - 1 {
                pieces.push(core::mem::take(&mut piece));
            }
        }
        pieces.push(piece);
        pieces
    }
    /// Keeps it in the register.
    pub(crate) fn keep(self) -> Result<(), Failure> {
        let rows: Vec<Vec<Field>> = self.pieces().into_iter().map(|piece| vec![text("text", piece)]).collect();
        for some in rows.chunks(100) {
            registers::add_many(REGISTER, some)?;
        }
        Ok(())
    }
}
