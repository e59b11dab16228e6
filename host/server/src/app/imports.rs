//! Tables that wait until somebody has said which column is what and has seen how they will be read: held for one person, one module and two
//! hours, sealed, in pieces.
//!
//! They lie among the sessions as drafts do, under hashes that name nobody: the database alone opens none of them, and what has expired is swept
//! away with the sessions.

use super::App;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use tokio::sync::Semaphore;
use vatra_capabilities::Binding;
use vatra_capabilities::uploads::{self, FileError, Mapping, Outline, ParsedTable, Problem, Source};
use vatra_core::call::CallContext;
use vatra_core::ids::SubmissionId;
use vatra_core::manifest::UploadSchema;
use vatra_core::register::FieldType;
use vatra_core::seal::Origin;
use vatra_core::store::SessionRow;
use vatra_runtime::{CallError, File};
use vatra_view::Posted;

/// How long a file is held, in seconds.
const KEPT: i64 = 2 * 60 * 60;
/// Files that one person has held in one module; the oldest makes room.
const MOST_HELD: usize = 3;
/// Bytes of a piece.
const PIECE: usize = 512 << 10;
/// Cells of rows that are left out, which the file for download repeats; of further ones it says what is wrong.
const CELLS: usize = 1_000_000;
/// Rows of a preview.
const ROWS: usize = 10;
/// Files that are read for previews at once, on this host.
static READING: Semaphore = Semaphore::const_new(2);

/// A file that is held, with the form that it came with.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Held {
    /// By which its pages are found.
    pub(crate) id: String,
    /// The action that it is for.
    pub(crate) action: String,
    /// The input that it came in.
    pub(crate) input: String,
    /// Its name.
    pub(crate) name: String,
    /// Everything else in the form.
    pub(crate) form: Posted,
    /// By which the action is performed once, however often it is confirmed.
    pub(crate) submission: SubmissionId,
    /// Which column is what, once somebody or something said so.
    pub(crate) mapping: Option<Mapping>,
    /// The action was performed: the file is gone.
    pub(crate) done: bool,
    pieces: usize,
}

/// Why a preview's row is refused: its cells, and what is wrong.
pub(crate) type Refusal = (Vec<String>, Problem);

/// How a held file will be read.
pub(crate) struct Preview {
    /// As the module will have it; of accepted rows only the first.
    pub(crate) table: ParsedTable,
    /// Accepted rows.
    pub(crate) accepted: usize,
    /// Rows that are left out.
    pub(crate) refused: Vec<Refusal>,
    /// The file's headings.
    pub(crate) outline: Outline,
}

/// What a file looks like.
pub(crate) struct Looked {
    /// Names of its sheets.
    pub(crate) sheets: Vec<String>,
    /// The sheet that was looked at.
    pub(crate) outline: Outline,
}

impl App {
    /// The key of a part of what one person has held; none for whoever is nobody. Acting for somebody else, one holds other files.
    fn held_key(ctx: &CallContext, id: &str, part: &str) -> Option<String> {
        let person = ctx.caller.person?.to_string();
        let acting = ctx.caller.acting.as_ref().map(|acting| acting.code.clone()).unwrap_or_default();
        let mut hasher = Sha256::new();
        for part in ["vatra import v1", &ctx.tenant.id.0.to_string(), ctx.module.as_str(), &person, &acting, id, part] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        Some(hex::encode(hasher.finalize()))
    }

    async fn put_part(&self, ctx: &CallContext, binding: &Binding, (id, part): (&str, &str), text: &str) -> Result<(), CallError> {
        let Some(key) = Self::held_key(ctx, id, part) else { return Ok(()) };
        let expires = self.clock.now().plus_seconds(KEPT);
        Ok(self.store.save_session(&SessionRow { key, data: binding.sealer.seal(Origin::Sent, text), expires }).await?)
    }

    async fn part(&self, ctx: &CallContext, binding: &Binding, id: &str, part: &str) -> Result<Option<String>, CallError> {
        let Some(key) = Self::held_key(ctx, id, part) else { return Ok(None) };
        let row = self.store.session(&key, self.clock.now()).await?;
        Ok(row.and_then(|row| binding.sealer.open(&row.data).ok()).map(|(_, text)| text))
    }

    /// Holds a file with its form; the id by which its pages are found.
    ///
    /// # Errors
    /// Storage.
    pub(crate) async fn hold_file(
        &self,
        ctx: &CallContext,
        binding: &Binding,
        (action, file, form): (&str, &File, Posted),
        submission: Option<SubmissionId>,
    ) -> Result<String, CallError> {
        let id = SubmissionId::fresh().to_string();
        let all = self.part(ctx, binding, "", "held").await?;
        let mut all: Vec<(String, usize)> = all.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        while all.len() >= MOST_HELD {
            let (oldest, pieces) = all.remove(0);
            self.drop_parts(ctx, &oldest, pieces, true).await?;
        }
        let pieces = file.bytes.len().div_ceil(PIECE);
        all.push((id.clone(), pieces));
        let listed = serde_json::to_string(&all).map_err(|error| CallError::Host(error.to_string()))?;
        self.put_part(ctx, binding, ("", "held"), &listed).await?;
        for (index, piece) in file.bytes.chunks(PIECE).enumerate() {
            self.put_part(ctx, binding, (&id, &index.to_string()), &STANDARD.encode(piece)).await?;
        }
        let held = Held {
            id: id.clone(),
            action: action.to_owned(),
            input: file.input.clone(),
            name: file.name.clone(),
            form,
            submission: submission.unwrap_or_else(SubmissionId::fresh),
            mapping: file.mapping.clone(),
            done: false,
            pieces,
        };
        self.keep_held(ctx, binding, &held).await?;
        Ok(id)
    }

    /// Keeps what was said about a file.
    ///
    /// # Errors
    /// Storage.
    pub(crate) async fn keep_held(&self, ctx: &CallContext, binding: &Binding, held: &Held) -> Result<(), CallError> {
        let text = serde_json::to_string(held).map_err(|error| CallError::Host(error.to_string()))?;
        self.put_part(ctx, binding, (&held.id, "form"), &text).await
    }

    /// What this person has held by this id; none when it expired, or is another's.
    ///
    /// # Errors
    /// Storage.
    pub(crate) async fn held(&self, ctx: &CallContext, binding: &Binding, id: &str) -> Result<Option<Held>, CallError> {
        let text = self.part(ctx, binding, id, "form").await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// The file itself; none when it is gone.
    ///
    /// # Errors
    /// Storage.
    pub(crate) async fn held_file(&self, ctx: &CallContext, binding: &Binding, held: &Held) -> Result<Option<Vec<u8>>, CallError> {
        let mut bytes = Vec::new();
        for index in 0..held.pieces {
            let Some(text) = self.part(ctx, binding, &held.id, &index.to_string()).await? else { return Ok(None) };
            let Ok(piece) = STANDARD.decode(text) else { return Ok(None) };
            bytes.extend_from_slice(&piece);
        }
        Ok(Some(bytes).filter(|_| !held.done))
    }

    /// Forgets the file. What is known of its form stays for whoever confirms again, unless `wholly`.
    ///
    /// # Errors
    /// Storage.
    pub(crate) async fn forget_held(&self, ctx: &CallContext, binding: &Binding, held: &Held, wholly: bool) -> Result<(), CallError> {
        if !wholly {
            self.keep_held(ctx, binding, &Held { done: true, ..held.clone() }).await?;
        }
        self.drop_parts(ctx, &held.id, held.pieces, wholly).await
    }

    async fn drop_parts(&self, ctx: &CallContext, id: &str, pieces: usize, wholly: bool) -> Result<(), CallError> {
        let form = wholly.then(|| "form".to_owned());
        for part in (0..pieces).map(|index| index.to_string()).chain(form) {
            if let Some(key) = Self::held_key(ctx, id, &part) {
                self.store.drop_session(&key).await?;
            }
        }
        Ok(())
    }

    /// What a file looks like, on the sheet that is asked for or the likeliest.
    ///
    /// # Errors
    /// What keeps it from being a table; that of the host outside.
    pub(crate) async fn look(
        &self,
        schema: &UploadSchema,
        bytes: Vec<u8>,
        sheet: Option<usize>,
    ) -> Result<Result<Looked, FileError>, CallError> {
        let schema = schema.clone();
        reading(move || {
            let source = Source::open(&bytes)?;
            Ok(Looked { outline: source.outline(&schema, sheet)?, sheets: source.sheets().to_vec() })
        })
        .await
    }

    /// How a file will be read.
    ///
    /// # Errors
    /// What keeps it from being a table; that of the host outside.
    pub(crate) async fn preview(
        &self,
        schema: &UploadSchema,
        held: &Held,
        bytes: Vec<u8>,
    ) -> Result<Result<Preview, FileError>, CallError> {
        let (schema, name, mapping) = (schema.clone(), held.name.clone(), held.mapping.clone().unwrap_or_default());
        reading(move || {
            let source = Source::open(&bytes)?;
            let outline = source.outline(&schema, Some(mapping.sheet))?;
            let mut refused = Vec::new();
            let mut room = CELLS;
            let mut keep = |cells: &[&str], problem: &Problem| {
                let shown = cells.len().min(outline.headings.len()).min(room);
                room -= shown;
                refused.push((cells.iter().take(shown).map(|cell| (*cell).to_owned()).collect(), problem.clone()));
            };
            let mut table = uploads::read_mapped(&schema, (&name, String::new()), &source, &mapping, &mut keep)?;
            let accepted = table.accepted.len();
            table.accepted.truncate(ROWS);
            Ok(Preview { table, accepted, refused, outline })
        })
        .await
    }

    fn mapping_name(ctx: &CallContext, upload: &UploadSchema, outline: &Outline) -> String {
        format!("columns:{}:{}:{}:{}", ctx.tenant.id.0, ctx.module, upload.name, outline.headings_digest())
    }

    /// What the municipality said before of files with these headings.
    ///
    /// # Errors
    /// Storage.
    pub(crate) async fn remembered_mapping(
        &self,
        ctx: &CallContext,
        upload: &UploadSchema,
        outline: &Outline,
    ) -> Result<Option<Mapping>, CallError> {
        let kept = self.store.bookmark(&Self::mapping_name(ctx, upload, outline)).await?;
        Ok(kept.and_then(|text| Mapping::kept(&text, upload, outline)))
    }

    /// Remembers it for the next file with these headings.
    ///
    /// # Errors
    /// Storage.
    pub(crate) async fn remember_mapping(
        &self,
        ctx: &CallContext,
        upload: &UploadSchema,
        outline: &Outline,
        mapping: &Mapping,
    ) -> Result<(), CallError> {
        Ok(self.store.set_bookmark(&Self::mapping_name(ctx, upload, outline), Some(&mapping.to_keep(outline))).await?)
    }
}

/// Reading a large file takes a good part of a second of a thread, and some of the host's memory.
async fn reading<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<Result<T, FileError>, CallError> {
    let _place = READING.acquire().await.map_err(|error| CallError::Host(error.to_string()))?;
    tokio::task::spawn_blocking(read).await.map_err(|error| CallError::Host(error.to_string()))
}

/// The upload that an input of an action takes.
pub(crate) fn upload_of<'a>(binding: &'a Binding, action: &str, input: &str) -> Option<&'a UploadSchema> {
    let schema = binding.manifest.action(action)?.inputs.iter().find(|schema| schema.name == input)?;
    match &schema.kind {
        FieldType::TableFile(name) => binding.manifest.upload(name.as_str()),
        _ => None,
    }
}

/// Names of the columns of an upload, as people know them, by target.
pub(crate) fn titles(schema: &UploadSchema) -> BTreeMap<String, String> {
    uploads::targets(schema).into_iter().map(|target| (target.key.clone(), target.heading.to_owned())).collect()
}
