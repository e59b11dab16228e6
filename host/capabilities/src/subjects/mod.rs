//! `vatra:subjects`: persons and companies, as references.

use crate::bindings::vatra::subjects::subjects as wit;
use crate::bindings::vatra::types::values::{Failure, Sealed, Subject as WitSubject};
use crate::registers::{Stop, counted};
use crate::state::{CallState, invalid};
use vatra_core::seal::Origin;
use vatra_core::unit::Subject;

async fn subject(state: &mut CallState, subject: &WitSubject) -> Result<Subject, Stop> {
    state.allow("subjects", &[])?;
    let id = state.binding.sealer.subject(&subject.token).map_err(|_| invalid("subject", "token"))?;
    if let Some(new) = state.work.subjects.iter().find(|known| known.id == id) {
        return Ok(new.clone());
    }
    state.used.read(1, &state.limits)?;
    let found = state.snapshot().await?.subjects(&[id]).await?;
    found.into_iter().next().ok_or_else(|| Failure::NotFound.into())
}

impl wit::Host for CallState {
    async fn kind_of(&mut self, asked: WitSubject) -> wasmtime::Result<Result<wit::Kind, Failure>> {
        counted!(self, "subjects.kind-of", async {
            let found = subject(self, &asked).await?;
            Ok::<_, Stop>(if found.company { wit::Kind::Company } else { wit::Kind::Person })
        })
    }

    async fn attributes(&mut self, asked: WitSubject, names: Vec<String>) -> wasmtime::Result<Result<Vec<wit::Attribute>, Failure>> {
        counted!(self, "subjects.attributes", async {
            let found = subject(self, &asked).await?;
            let mut out = Vec::with_capacity(names.len().min(8));
            for name in names.into_iter().take(8) {
                let text = match name.as_str() {
                    "name" => Some(found.name.clone()),
                    "idn" => found.idn.clone(),
                    _ => return Err(invalid(name, "unknown-field").into()),
                };
                let value = text.map(|text| Sealed { token: self.binding.sealer.seal(Origin::Stored, &text) });
                out.push(wit::Attribute { name, value });
            }
            Ok::<_, Stop>(out)
        })
    }
}
