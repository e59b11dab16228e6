//! `mutate TARGET SECONDS [SEED]`: alters files of the target's corpus at random and runs them: a fuzzer without instruments, for where the real
//! one is not installed. What fails is written to `found/` beside the corpus, to be looked at and kept.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use vatra_fuzz::TARGETS;

/// Xorshift: the same seed gives the same run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

fn altered(dice: &mut Dice, corpus: &[Vec<u8>]) -> Vec<u8> {
    let pick = |dice: &mut Dice| corpus.get(dice.below(corpus.len())).cloned().unwrap_or_default();
    let mut bytes = pick(dice);
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + dice.below(32)).min(bytes.len());
        match dice.below(7) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => drop(bytes.splice(at..at, std::iter::repeat_n(dice.below(256) as u8, 1 + end - at)).collect::<Vec<_>>()),
            3 => {
                let piece = bytes.get(at..end).unwrap_or_default().to_vec();
                let to = dice.below(bytes.len() + 1);
                drop(bytes.splice(to..to, piece).collect::<Vec<_>>());
            }
            4 => {
                let other = pick(dice);
                let from = dice.below(other.len() + 1);
                let piece = other.get(from..(from + 64).min(other.len())).unwrap_or_default().to_vec();
                drop(bytes.splice(at..end, piece).collect::<Vec<_>>());
            }
            _ => {
                let to = [0, 1, 0x7f, 0x80, 0xff, b'"', b'\n', b'{', b';', dice.below(256) as u8];
                let byte = to.get(dice.below(to.len())).copied().unwrap_or_default();
                if let Some(slot) = bytes.get_mut(at) {
                    *slot = byte;
                }
            }
        }
    }
    bytes
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let name = words.next().unwrap_or_default();
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).ok_or("mutate TARGET SECONDS [SEED]")?;
    let seconds: u64 = words.next().map_or(Ok(60), |word| word.parse())?;
    let seed: u64 = words.next().map_or(Ok(1), |word| word.parse())?;
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut corpus = Vec::new();
    for file in std::fs::read_dir(folder.join("corpus").join(&name))? {
        corpus.push(std::fs::read(file?.path())?);
    }
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let (began, mut runs, mut found) = (Instant::now(), 0u64, 0u64);
    while began.elapsed() < Duration::from_secs(seconds) && found < 20 {
        let bytes = altered(&mut dice, &corpus);
        runs += 1;
        if std::panic::catch_unwind(|| target(&bytes)).is_err() {
            found += 1;
            let mut hasher = DefaultHasher::new();
            bytes.hash(&mut hasher);
            std::fs::create_dir_all(folder.join("found"))?;
            std::fs::write(folder.join("found").join(format!("{name}-{:016x}", hasher.finish())), &bytes)?;
        }
    }
    writeln!(std::io::stdout(), "{name}: {runs} runs in {} s, {found} failed", began.elapsed().as_secs())?;
    if found > 0 { Err("see tests/fuzz/found".into()) } else { Ok(()) }
}
