//! What lies on the worker's desk: the compiler's library, the typefaces, and sources that were read before. A template finds its own
//! files there, the host's library and the document's record; packages, files of the machine and the network do not exist.

use chrono::{Datelike, NaiveDate};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use typst::diag::{FileError, FileResult, PackageError};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// Typefaces of the crate typst-assets: a serif with Latin and Cyrillic, a monospaced one for codes, and one that steps in for rare
/// characters.
const FAMILIES: [&str; 3] = ["Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern"];
/// So many parsed sources are kept.
const SOURCES: usize = 256;

pub(crate) struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    parsed: HashMap<(FileId, [u8; 32]), Source>,
}

/// One document's files, on the desk.
pub(crate) struct Room<'a> {
    desk: &'a Desk,
    main: FileId,
    sources: HashMap<FileId, Source>,
    files: HashMap<FileId, Bytes>,
    today: NaiveDate,
}

/// The id of a path. Anything that is no path has none.
pub(crate) fn id(path: &str) -> Option<FileId> {
    VirtualPath::new(path).ok().map(|path| RootedPath::new(VirtualRoot::Project, path).intern())
}

impl Desk {
    pub(crate) fn new() -> Self {
        let fonts: Vec<Font> = typst_assets::fonts()
            .flat_map(|data| Font::iter(Bytes::new(data)))
            .filter(|font| FAMILIES.contains(&font.info().family.as_str()))
            .collect();
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            parsed: HashMap::new(),
        }
    }

    /// The source of this text: as it was read before, if it was.
    fn source(&mut self, id: FileId, text: &str) -> Source {
        let key = (id, Sha256::digest(text.as_bytes()).into());
        if let Some(source) = self.parsed.get(&key) {
            return source.clone();
        }
        if self.parsed.len() >= SOURCES {
            self.parsed.clear();
        }
        let source = Source::new(id, text.to_owned());
        self.parsed.insert(key, source.clone());
        source
    }

    /// A room with these files by path; the first is the main one.
    pub(crate) fn room<'f>(&mut self, today: NaiveDate, files: impl Iterator<Item = (String, &'f [u8])>) -> Option<Room<'_>> {
        let (mut main, mut sources, mut contents) = (None, HashMap::new(), HashMap::new());
        for (path, content) in files {
            let id = id(&path)?;
            main = main.or(Some(id));
            if path.ends_with(".typ") {
                if let Ok(text) = std::str::from_utf8(content) {
                    sources.insert(id, self.source(id, text));
                }
            } else {
                contents.insert(id, Bytes::new(content.to_vec()));
            }
        }
        Some(Room { desk: self, main: main?, sources, files: contents, today })
    }

    /// Forgets what was computed over a document's data. What was computed without, like the host's library, is found again within a
    /// millisecond.
    pub(crate) fn forget(&self) {
        typst::comemo::evict(0);
    }
}

impl World for Room<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.desk.library
    }
    fn book(&self) -> &LazyHash<FontBook> {
        &self.desk.book
    }
    fn main(&self) -> FileId {
        self.main
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        absent(id)?;
        self.sources.get(&id).cloned().ok_or(FileError::AccessDenied)
    }
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        absent(id)?;
        let file = self.files.get(&id).cloned();
        file.or_else(|| self.sources.get(&id).map(|source| Bytes::from_string(source.clone()))).ok_or(FileError::AccessDenied)
    }
    fn font(&self, index: usize) -> Option<Font> {
        self.desk.fonts.get(index).cloned()
    }
    /// The day on which the document is made.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        Datetime::from_ymd(self.today.year(), u8::try_from(self.today.month()).ok()?, u8::try_from(self.today.day()).ok()?)
    }
}

/// Packages do not exist.
fn absent(id: FileId) -> FileResult<()> {
    match id.get().root() {
        VirtualRoot::Project => Ok(()),
        VirtualRoot::Package(package) => Err(FileError::Package(PackageError::NotFound(package.clone()))),
    }
}
