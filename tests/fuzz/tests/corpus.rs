//! Every file of every corpus, through the function that it was found with.

use std::error::Error;
use std::path::PathBuf;
use vatra_fuzz::TARGETS;

#[test]
fn every_corpus_is_replayed() -> Result<(), Box<dyn Error>> {
    for (name, target) in TARGETS {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
        files.sort();
        assert!(files.len() >= 5, "{} has {} files", folder.display(), files.len());
        for file in files {
            // What is printed is shown when it fails: which file it was.
            let said = std::panic::catch_unwind(|| std::fs::read(&file).map(|bytes| target(&bytes)));
            assert!(matches!(said, Ok(Ok(()))), "{}", file.display());
        }
    }
    Ok(())
}
