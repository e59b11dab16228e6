//! Showing a screen: the module's view, validated, with everything the host adds to it.

use super::cases::HostForm;
use super::packages::Words;
use super::{App, AppError};
use std::collections::BTreeMap;
use std::sync::Arc;
use vatra_capabilities::Binding;
use vatra_capabilities::budget::{Budget, OverBudget};
use vatra_core::call::CallContext;
use vatra_core::manifest::Manifest;
use vatra_core::value::Fields;
use vatra_core::view::{Block, Notice, Resolved, Screen, TableRequest};
use vatra_runtime::{CallError, ModuleFault, Ready};
use vatra_view::ui::Said;
use vatra_view::{Catalogue, Problem, Wording};

/// The reader's query: names and values in the order of the address.
pub type Pairs = Vec<(String, String)>;

/// A screen with all that is needed to render it.
pub struct Shown {
    /// The screen's name; empty for one that an action returned.
    pub name: String,
    /// What the module returned, validated.
    pub screen: Screen,
    /// What the host found out for it.
    pub resolved: Resolved,
    /// The module as the municipality runs it.
    pub binding: Arc<Binding>,
    pub(super) words: Arc<Words>,
    /// What the forms do that the host put on it, by action.
    pub(super) forms: BTreeMap<String, HostForm>,
    manifest: Arc<Manifest>,
}

impl Shown {
    /// The module's words.
    pub fn catalogue(&self) -> &Catalogue {
        &self.words.catalogue
    }

    /// The module's manifest, with the actions of forms that the host put on the screen.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}

impl App {
    /// Shows a screen to the caller.
    ///
    /// # Errors
    /// [`CallError`] as [`vatra_runtime::Runtime::render`]; a view that breaks the rules is the module's fault.
    pub async fn show(&self, ctx: &CallContext, name: &str, query: &Pairs) -> Result<Shown, CallError> {
        let ready = self.runtime.ready(ctx.tenant.id, &ctx.module).await?;
        self.show_of(&Arc::new(ctx.clone()), &ready, name, query).await
    }

    /// As [`Self::show`], for whoever has found the module already.
    pub(crate) async fn show_of(&self, ctx: &Arc<CallContext>, ready: &Ready, name: &str, query: &Pairs) -> Result<Shown, CallError> {
        self.runtime.fairly(ctx.tenant.id, self.show_in_turn(ctx, ready, name, query)).await
    }

    async fn show_in_turn(&self, ctx: &Arc<CallContext>, ready: &Ready, name: &str, query: &Pairs) -> Result<Shown, CallError> {
        let binding = &ready.binding;
        let schema = binding.manifest.screen(name).ok_or_else(|| CallError::NotFound(format!("screen {name}")))?;
        let form = vatra_view::urls::form_fields(query.iter().cloned());
        let parameters: Fields = match vatra_view::parse_inputs(&schema.parameters, &form) {
            Ok(values) => values.into_iter().filter(|(_, value)| !value.is_none()).collect(),
            Err(wrong) => {
                let (field, rule) = wrong.into_iter().next().unwrap_or_default();
                return Err(CallError::Invalid { field, rule: rule.to_owned() });
            }
        };
        let check = |screen: &Screen| valid(screen, &binding.manifest);
        let screen = self.runtime.render(ctx, ready, name, &parameters, &check).await?;
        self.shown_of(ctx, binding.clone(), name, screen, query).await
    }

    /// Finds out what a valid screen needs.
    pub(crate) async fn shown(&self, ctx: &CallContext, name: &str, screen: Screen, query: &Pairs) -> Result<Shown, CallError> {
        let binding = self.runtime.binding(ctx.tenant.id, &ctx.module).await?;
        self.shown_of(ctx, binding, name, screen, query).await
    }

    async fn shown_of(
        &self,
        ctx: &CallContext,
        binding: Arc<Binding>,
        name: &str,
        mut screen: Screen,
        query: &Pairs,
    ) -> Result<Shown, CallError> {
        let mut on = self.cases_on(ctx, &binding, &mut screen).await?;
        let requests: BTreeMap<String, TableRequest> = screen
            .blocks
            .iter()
            .filter_map(|block| match block {
                Block::Bound(table) => Some((table.id.clone(), vatra_view::urls::table_request(&table.id, query))),
                _ => None,
            })
            .collect();
        let mut resolved = self.resolve(ctx, &binding, &screen, requests, on.people().collect()).await?;
        let (manifest, forms) = (on.manifest.take().unwrap_or_else(|| binding.manifest.clone()), std::mem::take(&mut on.forms));
        self.fill_in_cases(ctx, on, &mut resolved).await?;
        self.worklists(ctx, &screen, &mut resolved).await?;
        let words = self.words_of_binding(&binding)?;
        Ok(Shown { name: name.to_owned(), screen, resolved, binding, words, forms, manifest })
    }

    /// A module's notice in the caller's language, with the people that it names.
    ///
    /// # Errors
    /// As [`Self::show`].
    pub async fn said(&self, ctx: &CallContext, notice: &Notice) -> Result<Said, CallError> {
        let screen = Screen { title: notice.title.clone(), breadcrumbs: Vec::new(), blocks: vec![Block::Notice(notice.clone())] };
        let shown = self.shown(ctx, "", screen, &Pairs::new()).await?;
        let wording = Wording { language: ctx.caller.language, catalogue: shown.catalogue(), resolved: &shown.resolved };
        let text = notice.text.as_ref().map(|text| wording.words(text));
        Ok(Said { tone: notice.tone, title: wording.words(&notice.title), text })
    }

    pub(crate) fn words_of_binding(&self, binding: &Binding) -> Result<Arc<Words>, CallError> {
        self.packages.words(&binding.digest).map_err(|error| CallError::Host(error.to_string()))
    }
}

/// Whether the view keeps the contract.
///
/// # Errors
/// [`CallError`]: what breaks it is the module's fault, what is too large is over its budget.
pub(super) fn valid(screen: &Screen, manifest: &Manifest) -> Result<(), CallError> {
    let Err(problems) = vatra_view::validate(screen, manifest) else { return Ok(()) };
    let too_large = problems.iter().find_map(|problem| match problem.problem {
        Problem::TooMany { limit, .. } | Problem::TooLong { limit, .. } => Some(limit as u64),
        _ => None,
    });
    if let Some(limit) = too_large {
        return Err(OverBudget { budget: Budget::View, limit }.into());
    }
    let words = problems.iter().take(3).map(ToString::to_string).collect::<Vec<_>>().join("; ");
    Err(CallError::Module { fault: ModuleFault::Contract, detail: words })
}

impl From<AppError> for CallError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Call(error) => error,
            AppError::Store(error) => Self::Store(error),
            other => Self::Host(other.to_string()),
        }
    }
}
