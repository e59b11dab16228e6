//! What the host adds to a screen: rows of bound tables, people's names, entries' numbers, orders. Whose data was shown goes into the
//! audit trail before anything leaves the host.

use super::App;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use vatra_capabilities::Binding;
use vatra_core::audit::AuditKind;
use vatra_core::call::CallContext;
use vatra_core::documents::Document;
use vatra_core::geo::Geometry;
use vatra_core::grants::Allowed;
use vatra_core::ids::{EntryId, SubjectId};
use vatra_core::register::{Aggregate, Entry, FieldType, Function, Query, Reach, RegisterSchema, Sorting};
use vatra_core::store::Snapshot;
use vatra_core::unit::Subject;
use vatra_core::value::{EntryRef, Fields, Value};
use vatra_core::view::{
    Block, BoundData, BoundRow, BoundTable, Column, DocumentData, Feature, Input, MAP_FEATURES, MapBlock, MapData, OrderData, PAGE_ROWS,
    PersonData, QrContent, Resolved, Screen, TableRequest, Words,
};
use vatra_runtime::CallError;

type People = BTreeMap<SubjectId, PersonData>;

/// A stretch of a bound table.
pub(super) struct Stretch {
    pub(super) rows: Vec<BoundRow>,
    /// People, numbers and documents of its cells.
    pub(super) resolved: Resolved,
    /// How many entries there are in all.
    pub(super) total: u64,
    /// Whose entries they are, named or not.
    pub(super) named: BTreeSet<SubjectId>,
}

/// Everything that a screen names.
#[derive(Default)]
struct Named {
    people: BTreeSet<SubjectId>,
    entries: BTreeSet<EntryRef>,
    orders: BTreeSet<String>,
    documents: BTreeSet<String>,
    personal: bool,
}

impl Named {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Subject(id) => {
                self.people.insert(*id);
            }
            Value::Entry(entry) => {
                self.entries.insert(entry.clone());
            }
            Value::Document(id) => {
                self.documents.insert(id.clone());
            }
            Value::Personal(_) => self.personal = true,
            _ => {}
        }
    }
    fn fields(&mut self, fields: &Fields) {
        fields.values().for_each(|value| self.value(value));
    }
    fn words(&mut self, words: &Words) {
        if let Words::Key(_, arguments) = words {
            self.fields(arguments);
        }
    }
    fn columns(&mut self, schema: &RegisterSchema, columns: &[Column], entry: &Entry) {
        for column in columns {
            let base = column.name.split('.').next().unwrap_or_default();
            self.value(entry.fields.get(base).unwrap_or(&Value::None));
            self.personal |= schema.field(base).is_some_and(|field| field.is_personal());
        }
    }
    fn inputs(&mut self, inputs: &[Input]) {
        for input in inputs {
            self.words(&input.label);
            input.hint.iter().for_each(|words| self.words(words));
            self.value(&input.value);
            input.choices.iter().for_each(|(_, words)| self.words(words));
        }
    }
    fn screen(&mut self, screen: &Screen) {
        self.words(&screen.title);
        for block in &screen.blocks {
            match block {
                Block::Heading { text, .. } | Block::Text(text) => self.words(text),
                Block::Notice(notice) => {
                    self.words(&notice.title);
                    notice.text.iter().for_each(|words| self.words(words));
                }
                Block::Summary { items, .. } => {
                    for item in items {
                        self.words(&item.label);
                        self.value(&item.value);
                    }
                }
                Block::Person(id) => {
                    self.people.insert(*id);
                }
                Block::Payment(number) => {
                    self.orders.insert(number.clone());
                }
                Block::Table(table) => {
                    for row in &table.rows {
                        row.cells.iter().for_each(|value| self.value(value));
                        row.opens.iter().for_each(|link| self.words(&link.label));
                    }
                }
                Block::Timeline(happenings) => {
                    for happening in happenings {
                        self.words(&happening.what);
                        self.people.extend(happening.who);
                        for item in &happening.details {
                            self.words(&item.label);
                            self.value(&item.value);
                        }
                    }
                }
                Block::Form(form) => {
                    self.words(&form.title);
                    self.fields(&form.parameters);
                    self.inputs(&form.inputs);
                }
                Block::Buttons(buttons) => {
                    for button in buttons {
                        self.words(&button.label);
                        button.confirm.iter().for_each(|words| self.words(words));
                    }
                }
                Block::Links(links) => links.iter().for_each(|link| self.words(&link.label)),
                Block::Section { title, .. } => self.words(title),
                Block::Document(id) => {
                    self.documents.insert(id.clone());
                }
                Block::Bound(_) | Block::Map(_) | Block::Case(_) | Block::Application(_) => {}
                Block::Worklist(_) | Block::SigningQueue(_) => {}
                Block::Chart(chart) => {
                    self.words(&chart.title);
                    chart.labels.iter().chain(chart.series.iter().map(|(name, _)| name)).for_each(|words| self.words(words));
                }
                Block::Stepped(form) => {
                    self.words(&form.title);
                    self.fields(&form.parameters);
                    for page in &form.pages {
                        self.words(&page.title);
                        self.inputs(&page.inputs);
                    }
                }
                Block::Grid(grid) => {
                    self.words(&grid.title);
                    self.fields(&grid.parameters);
                    self.inputs(&grid.inputs);
                    for row in &grid.rows {
                        self.value(&row.label);
                        self.fields(&row.values);
                    }
                }
                Block::Figures(figures) => {
                    for figure in figures {
                        self.words(&figure.label);
                        self.value(&figure.value);
                        figure.note.iter().for_each(|words| self.words(words));
                        figure.opens.iter().for_each(|link| self.words(&link.label));
                    }
                }
                Block::Steps(steps) => {
                    for step in steps {
                        self.words(&step.title);
                        step.text.iter().for_each(|words| self.words(words));
                    }
                }
                Block::Calendar(calendar) => {
                    self.words(&calendar.title);
                    calendar.items.iter().for_each(|item| self.words(&item.label));
                }
                Block::Qr(qr) => {
                    self.words(&qr.caption);
                    match &qr.content {
                        QrContent::Order(number) => drop(self.orders.insert(number.clone())),
                        QrContent::Document(id) => drop(self.documents.insert(id.clone())),
                        QrContent::Text(_) => {}
                    }
                }
            }
        }
        screen.breadcrumbs.iter().for_each(|link| self.words(&link.label));
    }
}

impl App {
    pub(super) async fn resolve(
        &self,
        ctx: &CallContext,
        binding: &Binding,
        screen: &Screen,
        requests: BTreeMap<String, TableRequest>,
        people_of_cases: BTreeSet<SubjectId>,
    ) -> Result<Resolved, CallError> {
        let mut named = Named { people: people_of_cases, ..Named::default() };
        named.screen(screen);
        let mut resolved = Resolved { drafts: self.drafts(ctx, binding, screen).await?, ..Resolved::default() };
        if screen.blocks.iter().any(|block| matches!(block, Block::SigningQueue(_))) && self.signs() {
            resolved.signing = Some(self.signing_of(ctx).await?);
        }
        // Whom the reader has chosen on a page before is named on this one.
        named.people.extend(
            resolved.drafts.values().flat_map(|draft| draft.answers.values().flatten()).filter_map(|text| text.parse::<SubjectId>().ok()),
        );
        let bound = screen.blocks.iter().any(|block| matches!(block, Block::Bound(_) | Block::Map(_)));
        let looked_up = bound || !named.entries.is_empty() || !named.orders.is_empty() || !named.documents.is_empty();
        if !looked_up && named.people.is_empty() {
            // Nothing is to be looked up. Personal words of the module's own are still somebody's.
            self.looked(ctx, binding, AuditKind::Look, &named.people, named.personal).await?;
            return Ok(resolved);
        }
        if !looked_up {
            if shows_people(binding).is_some() {
                let ids: Vec<SubjectId> = named.people.iter().copied().collect();
                resolved.people = shown(self.store.people(ctx.tenant.id, &ids).await?);
            }
            self.looked(ctx, binding, AuditKind::Look, &named.people, named.personal).await?;
            return Ok(resolved);
        }
        let mut snapshot = self.store.snapshot(ctx.tenant.id).await?;
        let mut pages: Vec<(&BoundTable, TableRequest, Vec<Entry>, u64, Fields)> = Vec::new();
        for table in screen.blocks.iter().filter_map(|block| if let Block::Bound(table) = block { Some(table) } else { None }) {
            let Some(schema) = binding.manifest.register(table.query.register.as_str()) else { continue };
            let mut request = requests.get(&table.id).cloned().unwrap_or_default();
            let query = reader_query(schema, table, &mut request);
            request.page = request.page.max(1);
            let offset = u64::from(request.page - 1) * u64::from(PAGE_ROWS);
            let found = snapshot.find(schema, &query, Reach::Host, offset, PAGE_ROWS).await?;
            for entry in &found.entries {
                named.columns(schema, &table.columns, entry);
            }
            let sums = sums(snapshot.as_mut(), schema, table, &query).await?;
            pages.push((table, request, found.entries, found.total, sums));
        }
        let mut drawn: Vec<(&MapBlock, Vec<Entry>, u64)> = Vec::new();
        for map in screen.blocks.iter().filter_map(|block| if let Block::Map(map) = block { Some(map) } else { None }) {
            let Some(schema) = binding.manifest.register(map.query.register.as_str()) else { continue };
            let found = snapshot.find(schema, &map.query, Reach::Host, 0, MAP_FEATURES).await?;
            for entry in &found.entries {
                named.columns(schema, &map.columns, entry);
            }
            drawn.push((map, found.entries, found.total));
        }
        resolved.people = people(snapshot.as_mut(), binding, &named.people).await?;
        resolved.numbers = numbers(snapshot.as_mut(), &named.entries).await?;
        for number in &named.orders {
            // Only the module's own orders: a number that it guessed shows nothing.
            if let Some(order) = snapshot.order(&ctx.module, number).await? {
                let status = order.status_on(ctx.today());
                let pay_url = self.pay_url(number);
                resolved.codes.insert(QrContent::Order(number.clone()), pay_url.clone());
                let data = OrderData { status, due: order.due, paid: order.paid, expires: order.order.expires, pay_url };
                resolved.orders.insert(number.clone(), data);
            }
        }
        for text in &named.documents {
            // Likewise.
            if let Some(document) = own_document(snapshot.as_mut(), ctx, text).await? {
                let proof = document.code.as_ref().and_then(|code| self.check_url(code));
                resolved.codes.extend(proof.map(|proof| (QrContent::Document(text.clone()), proof)));
                resolved.documents.insert(text.clone(), shown_document(document));
            }
        }
        drop(snapshot);
        for (table, request, entries, total, sums) in pages {
            let Some(schema) = binding.manifest.register(table.query.register.as_str()) else { continue };
            let rows = entries.iter().map(|entry| row(schema, &table.columns, entry, &resolved.people)).collect();
            let sortable = table.columns.iter().map(|column| is_sortable(schema, &column.name)).collect();
            resolved.tables.insert(table.id.clone(), BoundData { request, rows, total, sums, sortable });
        }
        for (map, entries, total) in drawn {
            let Some(schema) = binding.manifest.register(map.query.register.as_str()) else { continue };
            let features = entries.iter().map(|entry| {
                let geometry = match entry.fields.get(&map.field) {
                    Some(Value::Text(text)) => Geometry::parse(text).ok(),
                    _ => None,
                };
                let BoundRow { entry, cells } = row(schema, &map.columns, entry, &resolved.people);
                Feature { entry, geometry, cells }
            });
            let features = features.collect();
            resolved.maps.insert(map.id.clone(), MapData { features, total });
        }
        self.looked(ctx, binding, AuditKind::Look, &named.people, named.personal).await?;
        Ok(resolved)
    }

    /// A stretch of a bound table: its rows from an offset on, at most so many, with what their cells name.
    pub(super) async fn stretch(
        &self,
        ctx: &CallContext,
        snapshot: &mut dyn Snapshot,
        binding: &Binding,
        table: &BoundTable,
        query: &Query,
        (offset, limit): (u64, u32),
    ) -> Result<Stretch, CallError> {
        let missing = || CallError::NotFound(format!("register {}", table.query.register));
        let schema = binding.manifest.register(table.query.register.as_str()).ok_or_else(missing)?;
        let page = snapshot.find(schema, query, Reach::Host, offset, limit).await?;
        let mut named = Named::default();
        page.entries.iter().for_each(|entry| named.columns(schema, &table.columns, entry));
        let people = people(snapshot, binding, &named.people).await?;
        let rows = page.entries.iter().map(|entry| row(schema, &table.columns, entry, &people)).collect();
        let numbers = numbers(snapshot, &named.entries).await?;
        let documents = own_documents(snapshot, ctx, &named.documents).await?;
        Ok(Stretch {
            rows,
            resolved: Resolved { people, numbers, documents, ..Resolved::default() },
            total: page.total,
            named: named.people,
        })
    }

    /// Whose data is about to be shown, when, through which module, on what legal basis.
    pub(super) async fn looked(
        &self,
        ctx: &CallContext,
        binding: &Binding,
        kind: AuditKind,
        people: &BTreeSet<SubjectId>,
        personal: bool,
    ) -> Result<(), CallError> {
        if people.is_empty() && !personal {
            return Ok(());
        }
        let legal_basis = shows_people(binding).map(|allowed| allowed.legal_basis.clone());
        let mut row = ctx.row(kind, kind.code(), json!({ "people": people.len() }));
        row.legal_basis = legal_basis.unwrap_or_default();
        row.about.extend(people);
        Ok(self.store.audit(ctx.tenant.id, vec![row]).await?)
    }
}

/// What lets the module show people: `subjects` if it asks for it, otherwise the registers that it keeps them in.
pub(super) fn shows_people(binding: &Binding) -> Option<&Allowed> {
    binding.capabilities.get("subjects").or_else(|| binding.capabilities.get("registers"))?.as_ref().ok()
}

/// People's names, as long as the municipality lets the module show people at all.
pub(super) async fn people(snapshot: &mut dyn Snapshot, binding: &Binding, ids: &BTreeSet<SubjectId>) -> Result<People, CallError> {
    if ids.is_empty() || shows_people(binding).is_none() {
        return Ok(People::new());
    }
    let ids: Vec<SubjectId> = ids.iter().copied().collect();
    Ok(shown(snapshot.subjects(&ids).await?))
}

fn shown(people: Vec<Subject>) -> People {
    people.into_iter().map(|subject| (subject.id, PersonData { name: subject.name, idn: subject.idn, company: subject.company })).collect()
}

/// A document that the module has; none for an id of another's.
async fn own_document(snapshot: &mut dyn Snapshot, ctx: &CallContext, id: &str) -> Result<Option<Document>, CallError> {
    let Ok(id) = id.parse() else { return Ok(None) };
    Ok(snapshot.document(id).await?.filter(|document| document.module == ctx.module && document.is_open_to(&ctx.caller)))
}

async fn own_documents(
    snapshot: &mut dyn Snapshot,
    ctx: &CallContext,
    ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, DocumentData>, CallError> {
    let mut found = BTreeMap::new();
    for id in ids {
        found.extend(own_document(snapshot, ctx, id).await?.map(|document| (id.clone(), shown_document(document))));
    }
    Ok(found)
}

fn shown_document(document: Document) -> DocumentData {
    let Document { title, number, standing, issued_on, valid_until, note, kept, code, .. } = document;
    DocumentData { title, number, standing, issued_on, valid_until, note, kept: kept.is_some(), code }
}

pub(super) async fn numbers(snapshot: &mut dyn Snapshot, entries: &BTreeSet<EntryRef>) -> Result<BTreeMap<EntryId, String>, CallError> {
    if entries.is_empty() {
        return Ok(BTreeMap::new());
    }
    let refs: Vec<EntryRef> = entries.iter().cloned().collect();
    let found = snapshot.entries(&refs).await?;
    Ok(found.into_iter().filter_map(|entry| Some((entry.at.id, entry.number?))).collect())
}

/// The module's query with the reader's search and sorting, within what the table offers.
pub(super) fn reader_query(schema: &RegisterSchema, table: &BoundTable, request: &mut TableRequest) -> Query {
    let mut query = table.query.clone();
    if !table.searchable {
        request.search = None;
    }
    if request.search.is_some() {
        query.search = request.search.clone();
    }
    request.sort =
        request.sort.take().filter(|(name, _)| table.columns.iter().any(|column| column.name == *name) && is_sortable(schema, name));
    if let Some((name, descending)) = &request.sort {
        query.sort = vec![Sorting { name: name.clone(), descending: *descending }];
    }
    query
}

/// What the table's totals come to over everything that the query finds.
pub(super) async fn sums(
    snapshot: &mut dyn Snapshot,
    schema: &RegisterSchema,
    table: &BoundTable,
    query: &Query,
) -> Result<Fields, CallError> {
    if table.totals.is_empty() {
        return Ok(Fields::new());
    }
    let aggregates: Vec<Aggregate> = table.totals.iter().map(|name| Aggregate { function: Function::Sum, name: name.clone() }).collect();
    let found = snapshot.summarise(schema, query, &[], &aggregates).await?;
    let results = found.into_iter().next().map(|bucket| bucket.results).unwrap_or_default();
    Ok(table.totals.iter().cloned().zip(results).collect())
}

fn is_sortable(schema: &RegisterSchema, name: &str) -> bool {
    if name == "number" || name == "opened" {
        return true;
    }
    match name.split_once('.') {
        Some((base, "name")) => schema.field(base).is_some_and(|field| field.kind == FieldType::Subject),
        Some(_) => false,
        // A subject's id says nothing to a reader: sorting goes by `FIELD.name`.
        None => schema
            .field(name)
            .is_some_and(|field| schema.is_keyed(field) && !matches!(field.kind, FieldType::Subject | FieldType::Entry(_))),
    }
}

fn row(schema: &RegisterSchema, columns: &[Column], entry: &Entry, people: &People) -> BoundRow {
    let text = |text: Option<String>| text.map_or(Value::None, Value::Personal);
    let cells = columns
        .iter()
        .map(|column| match column.name.as_str() {
            "number" => entry.number.clone().map_or(Value::None, Value::Text),
            "version" => Value::Integer(i64::from(entry.version)),
            "opened" => Value::Instant(entry.opened),
            name => match name.split_once('.') {
                None => entry.fields.get(name).cloned().unwrap_or_default(),
                Some((base, attribute)) if schema.field(base).is_some() => {
                    let person = match entry.fields.get(base) {
                        Some(Value::Subject(id)) => people.get(id),
                        _ => None,
                    };
                    match attribute {
                        "name" => text(person.map(|person| person.name.clone())),
                        "idn" => text(person.and_then(|person| person.idn.clone())),
                        _ => Value::None,
                    }
                }
                Some(_) => Value::None,
            },
        })
        .collect();
    BoundRow { entry: entry.at.clone(), cells }
}
