//! Running totals: what was counted and summed over a large register once is brought up to date by what commits changed since, instead of being read
//! anew from every entry at every look.
//!
//! A register's `state` counts its commits. A total is of one state; each commit of this host leaves what it changed under the state it led to; a
//! snapshot at a later state adds what lies between. Where something is missing (another host wrote, a large import, a start) it is read anew.

use crate::index::{self, Indexable};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use vatra_core::ids::{Name, TenantId};
use vatra_core::register::{Aggregate, Comparison, Condition, FieldType, Function, Query, RegisterSchema};
use vatra_core::value::{Fields, Value};

/// Entries from which a register counts as large.
pub(crate) const LARGE: u64 = 1_000;
/// Registers whose totals are kept, questions of one, and changes between two looks.
const MOST_REGISTERS: usize = 512;
const MOST_QUESTIONS: usize = 48;
const MOST_CHANGES: usize = 2_048;

/// What is asked of a register's entries: which, and the sums of which fields.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Question {
    conditions: Vec<(String, u8, String)>,
    include_closed: bool,
    /// Money and integer fields.
    pub(crate) sums: Vec<String>,
}

impl Question {
    /// Of a query's count and these functions; none when they cannot be kept running: words that are searched, people's names, groups, extremes.
    pub(crate) fn of(schema: &RegisterSchema, query: &Query, group_by: &[String], aggregates: &[Aggregate]) -> Option<Self> {
        let plain =
            |name: &str| matches!(name, "number" | "opened") || schema.field(name).is_some_and(|field| field.kind != FieldType::Subject);
        let summed = |name: &str| schema.field(name).is_some_and(|field| matches!(field.kind, FieldType::Integer | FieldType::Money));
        let keeps = |aggregate: &Aggregate| match aggregate.function {
            Function::Count => true,
            Function::Sum => summed(&aggregate.name),
            Function::Minimum | Function::Maximum => false,
        };
        let all = query.search.is_none()
            && group_by.is_empty()
            && query.all_of.iter().all(|condition| plain(&condition.name))
            && aggregates.iter().all(keeps);
        let condition =
            |condition: &Condition| (condition.name.clone(), condition.comparison as u8, condition.value.sort_key().unwrap_or_default());
        let sums = aggregates.iter().filter(|aggregate| aggregate.function == Function::Sum).map(|aggregate| aggregate.name.clone());
        all.then(|| Self {
            conditions: query.all_of.iter().map(condition).collect(),
            include_closed: query.include_closed,
            sums: sums.collect(),
        })
    }

    fn takes(&self, side: &Side) -> bool {
        let meets = |(name, comparison, value): &(String, u8, String)| {
            let key = side.keys.get(name).map_or("", String::as_str);
            // As `find::compare` says it in SQL.
            match *comparison {
                c if c == Comparison::Equal as u8 => key == value,
                c if c == Comparison::NotEqual as u8 => key != value,
                c if c == Comparison::Less as u8 => key < value.as_str() && !key.is_empty(),
                c if c == Comparison::AtMost as u8 => key <= value.as_str() && !key.is_empty(),
                c if c == Comparison::More as u8 => key > value.as_str(),
                c if c == Comparison::AtLeast as u8 => key >= value.as_str() && !key.is_empty(),
                c if c == Comparison::IsEmpty as u8 => key.is_empty(),
                _ => !key.is_empty(),
            }
        };
        (self.include_closed || !side.closed) && self.conditions.iter().all(meets)
    }
}

/// A field's sum, and how many entries have the field.
pub(crate) type Sum = (i64, i64);

/// What a question comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Total {
    pub(crate) count: i64,
    pub(crate) sums: Vec<Sum>,
}

impl Total {
    /// With an entry more (or less); none when a number grows out of its range, which the database then says in its own way.
    fn turned(&mut self, question: &Question, side: &Side, by: i64) -> Option<()> {
        if !question.takes(side) {
            return Some(());
        }
        self.count = self.count.checked_add(by)?;
        for (name, (sum, filled)) in question.sums.iter().zip(&mut self.sums) {
            if let Some(number) = side.numbers.get(name) {
                *sum = sum.checked_add(number.checked_mul(by)?)?;
                *filled = filled.checked_add(by)?;
            }
        }
        Some(())
    }
}

/// An entry as far as totals mind.
#[derive(Debug)]
struct Side {
    keys: BTreeMap<String, String>,
    numbers: BTreeMap<String, i64>,
    closed: bool,
}

impl Side {
    fn of(schema: &RegisterSchema, entry: Indexable<'_>) -> Self {
        let number = |fields: &Fields, name: &str| match fields.get(name) {
            Some(Value::Integer(number)) => Some(*number),
            Some(Value::Money(money)) => Some(money.0),
            _ => None,
        };
        let numbers = schema.fields.iter().filter_map(|field| Some((field.name.clone(), number(entry.fields, &field.name)?)));
        // Names of people are not asked for: see `Question::of`.
        Self { keys: index::keys(schema, entry, &index::People::new()), numbers: numbers.collect(), closed: entry.closed }
    }
}

/// What a commit did to an entry.
#[derive(Debug)]
pub(crate) struct Change {
    before: Option<Side>,
    after: Side,
}

impl Change {
    /// Of a new entry, or of one that was there.
    pub(crate) fn of(schema: &RegisterSchema, before: Option<Indexable<'_>>, after: Indexable<'_>) -> Self {
        Self { before: before.map(|before| Side::of(schema, before)), after: Side::of(schema, after) }
    }
}

/// What a commit did to a register that totals are kept of.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) register: Name,
    /// The register's after the commit.
    pub(crate) state: u64,
    pub(crate) changes: Vec<Change>,
}

#[derive(Default)]
struct Kept {
    totals: HashMap<Question, (u64, Total)>,
    changes: BTreeMap<u64, Arc<Vec<Change>>>,
    weight: usize,
    /// One reads a total anew; whoever wants it meanwhile waits.
    gate: Arc<tokio::sync::Mutex<()>>,
}

/// See the module.
#[derive(Default)]
pub(crate) struct Totals(Mutex<HashMap<(TenantId, Name), Kept>>);

impl std::fmt::Debug for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Totals")
    }
}

impl Totals {
    fn lock(&self) -> MutexGuard<'_, HashMap<(TenantId, Name), Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether commits are to leave what they change of this register, when it is so many entries.
    pub(crate) fn watches(&self, tenant: TenantId, register: &Name, changes: usize) -> bool {
        changes <= MOST_CHANGES && self.lock().contains_key(&(tenant, register.clone()))
    }

    /// Leaves what a commit did, after it is kept.
    pub(crate) fn note(&self, tenant: TenantId, written: Vec<Written>) {
        for Written { register, state, changes } in written {
            let mut all = self.lock();
            let Some(kept) = all.get_mut(&(tenant, register)) else { continue };
            kept.weight += changes.len();
            kept.changes.insert(state, Arc::new(changes));
            while kept.weight > MOST_CHANGES
                && let Some((_, oldest)) = kept.changes.pop_first()
            {
                kept.weight -= oldest.len();
            }
        }
    }

    /// Whose turn it is to read totals of this register anew.
    pub(crate) fn gate(&self, tenant: TenantId, register: &Name) -> Arc<tokio::sync::Mutex<()>> {
        let mut all = self.lock();
        let at = (tenant, register.clone());
        if all.len() >= MOST_REGISTERS && !all.contains_key(&at) {
            all.clear();
        }
        all.entry(at).or_default().gate.clone()
    }

    /// The answer at this state of the register, if it can be had from what is kept.
    pub(crate) fn answer(&self, tenant: TenantId, register: &Name, question: &Question, state: u64) -> Option<Total> {
        let mut all = self.lock();
        let kept = all.get_mut(&(tenant, register.clone()))?;
        let (at, total) = kept.totals.get_mut(question)?;
        if *at > state {
            return None;
        }
        if *at < state {
            let mut now = total.clone();
            for step in *at + 1..=state {
                for change in kept.changes.get(&step)?.iter() {
                    if let Some(before) = &change.before {
                        now.turned(question, before, -1)?;
                    }
                    now.turned(question, &change.after, 1)?;
                }
            }
            (*at, *total) = (state, now);
        }
        Some(total.clone())
    }

    /// Keeps what was read at this state.
    pub(crate) fn keep(&self, tenant: TenantId, register: &Name, question: Question, state: u64, total: Total) {
        let mut all = self.lock();
        let Some(kept) = all.get_mut(&(tenant, register.clone())) else { return };
        if kept.totals.len() >= MOST_QUESTIONS && !kept.totals.contains_key(&question) {
            kept.totals.clear();
        }
        let newest = kept.totals.get(&question).is_none_or(|(at, _)| *at <= state);
        if newest {
            kept.totals.insert(question, (state, total));
        }
    }
}
