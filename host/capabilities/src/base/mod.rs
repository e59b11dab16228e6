//! Interfaces that are always linked, since they say nothing that a module could misuse: the caller, the clock, randomness, the
//! developer's log.

use crate::bindings::vatra::{clock, log, mpass, random, types};
use crate::convert;
use crate::state::CallState;
use sha2::{Digest, Sha256};
use vatra_core::call::{Assurance, Channel};
use vatra_core::clock::Instant;
use vatra_core::ids::Name;
use vatra_core::manifest::{Manifest, World};

/// 32 bytes of the call's randomness (SHA-256 over seed, purpose and counter).
pub(crate) fn draw(seed: &[u8; 32], purpose: &[u8], counter: u64) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"vatra randomness v1");
    hasher.update(seed);
    hasher.update((purpose.len() as u64).to_be_bytes());
    hasher.update(purpose);
    hasher.update(counter.to_be_bytes());
    hasher.finalize().into()
}

impl types::values::Host for CallState {}

impl mpass::caller::Host for CallState {
    async fn current(&mut self) -> wasmtime::Result<mpass::caller::Identity> {
        self.count()?;
        let caller = &self.ctx.caller;
        Ok(mpass::caller::Identity {
            person: caller.person.map(|id| convert::subject(&self.binding.sealer, id)),
            roles: caller.roles.iter().filter(|role| knows(&self.binding.manifest, role)).map(ToString::to_string).collect(),
            mandate: caller.acting.as_ref().map(|acting| mpass::caller::Mandate {
                code: acting.code.clone(),
                principal: convert::subject(&self.binding.sealer, acting.principal),
                kind: acting.kind.clone(),
                until: acting.until.map(convert::date),
            }),
            assurance: match caller.assurance {
                Assurance::Anonymous => mpass::caller::Assurance::Anonymous,
                Assurance::Low => mpass::caller::Assurance::Low,
                Assurance::Substantial => mpass::caller::Assurance::Substantial,
                Assurance::High => mpass::caller::Assurance::High,
            },
            channel: match caller.channel {
                Channel::Portal => mpass::caller::Channel::Portal,
                Channel::Evo => mpass::caller::Channel::Evo,
                Channel::Counter => mpass::caller::Channel::Counter,
                Channel::CommandLine => mpass::caller::Channel::CommandLine,
                Channel::Event => mpass::caller::Channel::Event,
                Channel::Job => mpass::caller::Channel::Job,
            },
            language: caller.language.code().to_owned(),
        })
    }
}

impl clock::clock::Host for CallState {
    async fn now(&mut self) -> wasmtime::Result<u64> {
        self.count()?;
        Ok(u64::try_from(self.ctx.now.0).unwrap_or_default())
    }
    async fn today(&mut self) -> wasmtime::Result<types::values::Date> {
        self.count()?;
        Ok(convert::date(self.ctx.today()))
    }
    async fn date_of(&mut self, at: u64) -> wasmtime::Result<types::values::Date> {
        self.count()?;
        Ok(convert::date(Instant(i64::try_from(at).unwrap_or(i64::MAX)).civil_date()))
    }
    async fn minutes_of(&mut self, at: u64) -> wasmtime::Result<u16> {
        self.count()?;
        Ok(Instant(i64::try_from(at).unwrap_or(i64::MAX)).wall_minutes())
    }
    async fn instant_of(&mut self, day: types::values::Date, minutes: u16) -> wasmtime::Result<Option<u64>> {
        self.count()?;
        let at = convert::date_from_guest(day).and_then(|day| Instant::at_wall(day, minutes));
        Ok(at.and_then(|at| u64::try_from(at.0).ok()))
    }
}

impl random::random::Host for CallState {
    async fn bytes(&mut self, count: u32) -> wasmtime::Result<Vec<u8>> {
        self.count()?;
        let wanted = count.min(1_024) as usize;
        let mut out = Vec::with_capacity(wanted + 32);
        while out.len() < wanted {
            self.drawn += 1;
            out.extend(draw(&self.ctx.seed, b"guest", self.drawn));
        }
        out.truncate(wanted);
        Ok(out)
    }
}

impl log::log::Host for CallState {
    async fn write(&mut self, level: log::log::Level, message: String) -> wasmtime::Result<()> {
        self.count()?;
        self.used.log(message.len(), &self.limits).map_err(wasmtime::Error::new)?;
        let end = message.floor_char_boundary(1_024);
        // One line, no control characters: a module must not be able to write lines that look like the host's own.
        let text: String = message.get(..end).unwrap_or_default().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let (tenant, module, call) = (&self.ctx.tenant.slug, &self.ctx.module, &self.ctx.call);
        match level {
            log::log::Level::Debug => tracing::debug!(target: "module", %tenant, %module, %call, "{text}"),
            log::log::Level::Info => tracing::info!(target: "module", %tenant, %module, %call, "{text}"),
            log::log::Level::Warning => tracing::warn!(target: "module", %tenant, %module, %call, "{text}"),
            log::log::Level::Error => tracing::error!(target: "module", %tenant, %module, %call, "{text}"),
        }
        Ok(())
    }
}

/// Whether a role means something to the module: its own, and on phones the host's.
fn knows(manifest: &Manifest, role: &Name) -> bool {
    manifest.roles.contains_key(role) || manifest.world == World::EvoModule
}
