//! What stories say of a house: who calls, what came of it, what registers hold; and the same story on both databases.

use crate::House;
use anyhow::{Context, Result, anyhow};
use std::collections::BTreeMap;
use vatra_core::call::{CallContext, Channel, Official};
use vatra_core::clock::Clock as _;
use vatra_core::ids::{CallId, Name, SubjectId};
use vatra_core::manifest::Language;
use vatra_core::providers::{Notice, NoticeText};
use vatra_core::register::{Entry, Query, Reach};
use vatra_core::value::Value;
use vatra_core::view::{Block, Words};
use vatra_runtime::CallError;
use vatra_server::app::{Act, Acted, App, By, Complaint, Outcome};

/// The report of an action, or the code of what came instead: a failure's, or `invalid:INPUT:RULE`.
pub type Said = std::result::Result<serde_json::Value, String>;

/// A database.
#[derive(Clone, Copy, Debug)]
pub enum On {
    /// The file.
    Sqlite,
    /// The server.
    Postgres,
}

/// The same stories on both databases: each takes an [`On`].
#[macro_export]
macro_rules! on_both {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() -> anyhow::Result<()> {
                super::$story($crate::On::Sqlite).await
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() -> anyhow::Result<()> {
                super::$story($crate::On::Postgres).await
            })+
        }
    };
}

/// Every entry that a register of a module has in Sculeni, closed ones too.
///
/// # Errors
/// When there is no such register.
pub async fn entries_in(app: &App, module: &str, register: &str) -> Result<Vec<Entry>> {
    let tenant = app.tenant("sculeni").await?;
    let binding = app.runtime.binding(tenant.id, &Name::new(module)?).await.map_err(|error| anyhow!("{error}"))?;
    let schema = binding.manifest.register(register).context("the register")?;
    let query = Query { register: schema.name.clone(), all_of: vec![], search: None, sort: vec![], include_closed: true };
    Ok(app.store.snapshot(tenant.id).await?.find(schema, &query, Reach::Host, 0, 10_000).await?.entries)
}

impl House {
    /// Opens one on this database, with the engine's usual limits.
    ///
    /// # Errors
    /// When the host does not open, or PostgreSQL is missing.
    pub async fn on_either(on: On) -> Result<Self> {
        match on {
            On::Sqlite => Self::with(vatra_runtime::Config::default()).await,
            On::Postgres => Self::on_postgres().await,
        }
    }

    /// As [`entries_in`].
    ///
    /// # Errors
    /// When there is no such register.
    pub async fn entries(&self, module: &str, register: &str) -> Result<Vec<Entry>> {
        entries_in(&self.app, module, register).await
    }

    /// What the entries of a register say in their field `what`, sorted.
    ///
    /// # Errors
    /// When there is no such register.
    pub async fn notes(&self, module: &str, register: &str) -> Result<Vec<String>> {
        let what =
            |entry: &Entry| if let Some(Value::Text(text)) = entry.fields.get("what") { text.trim().to_owned() } else { String::new() };
        let mut lines: Vec<String> = self.entries(module, register).await?.iter().map(what).collect();
        lines.sort();
        Ok(lines)
    }

    /// Somebody with this module on their phone; `idnp` tells them from others.
    ///
    /// # Errors
    /// When the handle is no name.
    pub async fn citizen(&self, module: &str, handle: &str, idnp: String) -> Result<CallContext> {
        let (person, handle, name) = (SubjectId::fresh(), Name::new(handle)?, handle.to_owned());
        let official = Official { person, handle: handle.clone(), name, idnp, roles: [Name::new("tester")?].into() };
        self.app.put_official(&self.sculeni, &official, By::OPERATOR).await?;
        let known = self.app.official(&self.sculeni, handle.as_str()).await?;
        Ok(self.app.context(&self.sculeni, &Name::new(module)?, &known, Channel::Evo, Language::Ro))
    }

    /// Another call of the same person, now.
    #[must_use]
    pub fn again(&self, who: &CallContext) -> CallContext {
        let call = CallId::fresh();
        let mut seed = [7; 32];
        for (slot, byte) in seed.iter_mut().zip(call.0.as_bytes()) {
            *slot = *byte;
        }
        CallContext { call, now: self.clock.now(), seed, ..who.clone() }
    }

    /// Performs an action as this person, in a call of its own.
    ///
    /// # Errors
    /// As the host does.
    pub async fn act_as(&self, who: &CallContext, action: &str, inputs: &[(&str, &str)]) -> std::result::Result<Acted, CallError> {
        let mut form: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in inputs {
            form.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        let act = Act { action: action.to_owned(), form, files: Vec::new(), submission: None, back: String::new() };
        self.app.act(&self.again(who), act).await
    }

    /// The same, as its report or a code.
    ///
    /// # Errors
    /// The code.
    pub async fn said_to(&self, who: &CallContext, action: &str, inputs: &[(&str, &str)]) -> Said {
        let acted = self.act_as(who, action, inputs).await.map_err(|error| error.code())?;
        match acted.outcome {
            Outcome::Rejected(complaints) => Err(match complaints.as_slice() {
                [(input, Complaint::Rule(rule))] => format!("invalid:{input}:{rule}"),
                others => format!("rejected {others:?}"),
            }),
            _ => Ok(acted.report),
        }
    }

    /// The paragraphs of a module's home that shows this.
    ///
    /// # Errors
    /// When it is not shown.
    pub async fn shown_to(&self, who: &CallContext, show: &str, query: &[(&str, &str)]) -> Result<Vec<String>> {
        let query = query.iter().chain(&[("show", show)]).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let shown = self.app.show(&self.again(who), "home", &query).await.map_err(|error| anyhow!("{error}"))?;
        let texts = shown.screen.blocks.iter().filter_map(|block| match block {
            Block::Text(Words::Plain(text)) => Some(text.clone()),
            _ => None,
        });
        Ok(texts.collect())
    }

    /// What people are to be written by MNotify: to whom, and the Romanian words; sorted by them, since the clock stands still.
    ///
    /// # Errors
    /// When a message cannot be read.
    pub async fn letters(&self) -> Result<Vec<(SubjectId, String)>> {
        let mut letters = Vec::new();
        for item in self.app.store.outbox_open(self.sculeni.id).await? {
            if item.outgoing.service.as_str() != "mnotify" {
                continue;
            }
            let notice: Notice = serde_json::from_str(&item.outgoing.payload)?;
            let NoticeText::Text(_, body, _) = notice.content else { return Err(anyhow!("no text")) };
            letters.push((*notice.recipients.first().context("a recipient")?, body.ro));
        }
        letters.sort_by(|(_, one), (_, other)| one.cmp(other));
        Ok(letters)
    }
}
