//! A text file as people save it: its encoding, its delimiter, its lines.

use super::table::FileError;

/// Sees a row with its line; says whether it wants the next.
pub(super) type Visit<'a> = dyn FnMut(u32, &[&str]) -> Result<bool, FileError> + 'a;

/// The file's text. A byte-order mark decides; otherwise UTF-8 if it is that throughout; otherwise one of the old code pages of
/// Romanian and Russian systems, unless it is plainly UTF-8 with a few broken bytes.
pub(super) fn decode(bytes: &[u8]) -> Result<String, FileError> {
    if bytes.is_empty() {
        return Err(FileError::Empty);
    }
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let body = bytes.get(mark..).unwrap_or_default();
        if encoding == encoding_rs::UTF_8 {
            return std::str::from_utf8(body).map(str::to_owned).map_err(|error| broken(body, error.valid_up_to()));
        }
        let (text, broken_text) = encoding.decode_without_bom_handling(body);
        return if broken_text { Err(FileError::BrokenText { line: 1 }) } else { Ok(text.into_owned()) };
    }
    const MAGIC: [&[u8]; 6] = [b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b"];
    if MAGIC.iter().any(|magic| bytes.starts_with(magic)) || bytes.contains(&0) {
        return Err(FileError::NotATable);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let lossy = String::from_utf8_lossy(bytes);
            let bad = lossy.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
            let good = lossy.chars().filter(|c| !c.is_ascii() && *c != char::REPLACEMENT_CHARACTER).count();
            if good > bad * 4 {
                return Err(broken(bytes, error.valid_up_to()));
            }
            let encoding = if is_cyrillic(bytes) { encoding_rs::WINDOWS_1251 } else { encoding_rs::WINDOWS_1250 };
            Ok(encoding.decode_without_bom_handling(bytes).0.into_owned())
        }
    }
}

/// Whether the words of an old code page are Russian: those are of high bytes throughout, where Romanian ones have a few among plain
/// letters.
fn is_cyrillic(bytes: &[u8]) -> bool {
    let (mut mixed, mut whole) = (0, 0);
    for word in bytes.split(|byte| !byte.is_ascii_alphabetic() && *byte < 0x80).filter(|word| word.len() > 1) {
        match word.iter().filter(|byte| **byte >= 0x80).count() {
            0 => {}
            high if high == word.len() => whole += 1,
            _ => mixed += 1,
        }
    }
    whole > mixed
}

fn broken(bytes: &[u8], at: usize) -> FileError {
    let line = bytes.get(..at).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
    FileError::BrokenText { line }
}

/// Where the lines of a text begin, asked for in order.
struct Lines<'a> {
    text: &'a str,
    /// Up to which byte lines were counted, and the line there.
    counted: (usize, u32),
}

impl Lines<'_> {
    fn at(&mut self, begins: usize) -> u32 {
        // The reader's own count lags behind by one after CRLF.
        let begins = begins + self.text.bytes().skip(begins).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.counted.1 += line_ends(self.text.get(self.counted.0..begins).unwrap_or_default());
        self.counted.0 = begins.max(self.counted.0);
        self.counted.1
    }
}

/// Line ends of any kind: LF, CRLF, and the CR alone of old systems.
fn line_ends(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let pairs = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
    (bytes.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count() - pairs) as u32
}

/// Every record with its line, until the visitor has seen enough.
pub(super) fn each(text: &str, delimiter: u8, visit: &mut Visit<'_>) -> Result<(), FileError> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut lines = Lines { text, counted: (0, 1) };
    loop {
        let line = reader.position().line() as u32;
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(_) => return Err(FileError::Broken { line }),
        }
        let line = lines.at(record.position().map_or(0, |position| position.byte() as usize));
        let cells: Vec<&str> = record.iter().collect();
        if !visit(line, &cells)? {
            return Ok(());
        }
    }
}
