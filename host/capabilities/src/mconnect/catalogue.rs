//! Which data assets exist, and who owns them. Names only, no data: nothing here is a look at anybody.

use crate::bindings::vatra::mconnect::catalogue as wit;
use crate::bindings::vatra::types::values::Failure;
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use vatra_core::catalogue::{Catalogue, DataSet};
use vatra_core::grants::{Allowed, Ask};

/// Assets that a search answers with.
const MOST: usize = 100;
/// Longest words of a search, in characters.
const MAX_WORDS: usize = 200;

impl wit::Host for CallState {
    async fn search(&mut self, words: String) -> wasmtime::Result<Result<Vec<wit::Asset>, Failure>> {
        counted!(self, "mconnect.search", async {
            let allowed = self.allow("mconnect", &[])?;
            if words.chars().count() > MAX_WORDS {
                return Err(invalid("words", "too-long").into());
            }
            let found = Catalogue::builtin().search(&words, self.ctx.caller.language);
            let found: Vec<&DataSet> = found.into_iter().take(MOST).collect();
            self.used.read(found.len(), &self.limits)?;
            Ok::<_, Stop>(found.into_iter().map(|set| asset(self, &allowed, set)).collect())
        })
    }

    async fn describe(&mut self, data_set: String) -> wasmtime::Result<Result<wit::Asset, Failure>> {
        counted!(self, "mconnect.describe", async {
            let allowed = self.allow("mconnect", &[])?;
            let set = Catalogue::builtin().find(&data_set).ok_or(Failure::NotFound)?;
            Ok::<_, Stop>(asset(self, &allowed, set))
        })
    }
}

/// In the caller's language. To see that something is not granted is no attempt at it.
fn asset(state: &CallState, allowed: &Allowed, set: &DataSet) -> wit::Asset {
    let language = state.ctx.caller.language;
    let field = |field: &vatra_core::catalogue::DataField| wit::AssetField {
        name: field.name.to_string(),
        title: field.title.get(language).to_owned(),
        personal: field.personal,
    };
    wit::Asset {
        data_set: set.name.to_string(),
        title: set.title.get(language).to_owned(),
        owner: set.owner.get(language).to_owned(),
        fields: set.fields.iter().map(field).collect(),
        granted: allowed.check("mconnect", &[Ask::Member("data-sets", set.name.as_str())]).is_ok(),
    }
}
