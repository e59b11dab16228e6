//! What people type, as typed values: checked against the manifest, for the web and the command line alike.

use crate::format::strip_controls;
use crate::limits;
use crate::urls;
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::clock::Instant;
use vatra_core::geo::{GeoError, Geometry};
use vatra_core::ident;
use vatra_core::ids::{Name, SubjectId};
use vatra_core::manifest::{InputSchema, MOST_IN_GROUP};
use vatra_core::register::{ADDRESS_PARTS, FieldType, PERIOD_PARTS};
use vatra_core::value::{Decimal, EntryRef, Money, Value};

/// A form as posted: every name with its values.
pub type Posted = BTreeMap<String, Vec<String>>;

/// An input's name and the code of the rule it breaks.
pub type BrokenRule = (String, &'static str);

/// In a form with rows: the rows that it has.
pub(crate) const ROW: &str = "vatra-row";
/// After a subject's name: what was typed to find them, instead of one found before.
pub(crate) const FIND: &str = "find";

/// Reads a form or a screen's parameters. Files are the caller's business and are skipped; names that the schema does not know are
/// left alone (see [`unknown_inputs`]). Control characters are dropped and white space trimmed; texts
/// of personal inputs come as [`Value::Personal`]. A flag that was not sent is `no`. What is not asked (`when`) is not read at all.
///
/// Dates come in three parts (`NAME-day`, `NAME-month`, `NAME-year`) or in one (`2026-09-25`, `25.09.2026`); the parts of periods, addresses,
/// groups and rows under dotted names.
///
/// # Errors
/// Every input that is wrong with the code of the rule it breaks: `required`, `tick`, `answer`, `single`, `too-many`, `too-long`, `integer`, `money`,
/// `decimal`, `date`, `instant`, `choice`, `flag`, `subject`, `subject-choose`, `entry`, `document`, `cadastral`, `iban`, `iban-check`,
/// `treasury-account`, `geometry`, `geometry-size`, `geometry-place`, `phone`, `email`, `period-order`.
pub fn parse_inputs(schema: &[InputSchema], form: &Posted) -> Result<Vec<(String, Value)>, Vec<BrokenRule>> {
    let mut read = Read { form, values: Vec::new(), wrong: Vec::new() };
    for input in schema.iter().filter(|input| !input.kind.is_file() && is_asked(input, schema, form)) {
        if input.per_row {
            rows(&input.name, form).for_each(|row| read.one(input, &format!("{row}.{}", input.name)));
        } else {
            read.input(input, &input.name);
        }
    }
    if read.wrong.is_empty() { Ok(read.values) } else { Err(read.wrong) }
}

/// Whether the answers given so far let this input be asked.
pub fn is_asked(input: &InputSchema, schema: &[InputSchema], form: &Posted) -> bool {
    let Some(when) = &input.when else { return true };
    let Some(leader) = schema.iter().find(|leader| leader.name == when.input) else { return false };
    let given = form.get(&when.input).and_then(|texts| texts.last()).map_or("", |text| text.trim());
    match leader.kind {
        FieldType::Choice(_) => given == when.is,
        FieldType::Flag => (flag(given) == Some(true)) == (when.is == "yes"),
        _ => flag(given).is_some_and(|given| given == (when.is == "yes")),
    }
}

/// Names of the form that neither the schema nor the host knows: the command line refuses them.
pub fn unknown_inputs(schema: &[InputSchema], form: &Posted) -> Vec<String> {
    fn knows(input: &InputSchema, name: &str) -> bool {
        let Some(part) = name.strip_prefix(input.name.as_str()) else { return false };
        let inner = part.strip_prefix('.');
        match &input.kind {
            _ if part.is_empty() => true,
            FieldType::Date => matches!(part, "-day" | "-month" | "-year"),
            FieldType::Subject => inner == Some(FIND),
            FieldType::Address => inner.is_some_and(|part| ADDRESS_PARTS.contains(&part)),
            FieldType::Period => inner.is_some_and(|part| {
                PERIOD_PARTS.iter().any(|own| part.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
            }),
            FieldType::Group => inner
                .and_then(|part| part.split_once('.'))
                .is_some_and(|(index, name)| index.parse::<usize>().is_ok() && input.inputs.iter().any(|input| knows(input, name))),
            _ => false,
        }
    }
    let known = |name: &str| {
        schema.iter().any(|input| match name.split_once('.') {
            Some((_, name)) if input.per_row => knows(input, name),
            _ => knows(input, name),
        })
    };
    form.keys().filter(|name| !known(name) && *name != ROW && !urls::RESERVED.contains(&name.as_str())).cloned().collect()
}

/// The rows that a form has for this input.
fn rows<'a>(name: &'a str, form: &'a Posted) -> impl Iterator<Item = &'a str> {
    let named = form.get(ROW).into_iter().flatten().map(String::as_str);
    let sent = form.keys().filter_map(move |key| key.split_once('.').filter(|(_, rest)| *rest == name).map(|(row, _)| row));
    let all: BTreeSet<&str> = named.chain(sent).filter(|row| Name::new(row).is_ok()).collect();
    all.into_iter().take(limits::ROWS)
}

/// Which numbers of a group were sent.
pub(crate) fn times(input: &InputSchema, name: &str, form: &Posted) -> Vec<usize> {
    let number = |key: &String| key.strip_prefix(name)?.strip_prefix('.')?.split_once('.')?.0.parse::<usize>().ok();
    let sent: BTreeSet<usize> = form.keys().filter_map(number).filter(|number| (1..=usize::from(MOST_IN_GROUP)).contains(number)).collect();
    sent.into_iter().take(input.most_times()).collect()
}

/// Whether a posted name is this input's own, or a part of it.
pub fn is_part(name: &str, input: &InputSchema) -> bool {
    let own = |name: &str| {
        name.strip_prefix(input.name.as_str()).is_some_and(|rest| matches!(rest, "" | "-day" | "-month" | "-year") || rest.starts_with('.'))
    };
    match name.split_once('.') {
        Some((_, name)) if input.per_row => own(name),
        _ => own(name),
    }
}

/// Does what the buttons of a group ask for: one more of it, or one less. False when neither was pressed.
pub fn regroup(schema: &[InputSchema], form: &mut Posted) -> bool {
    let pressed = |name: &str| form.get(name).and_then(|texts| texts.first()).cloned();
    let (more, less) = (pressed(urls::MORE), pressed(urls::LESS));
    let group = |name: &str| schema.iter().find(|input| input.name == name && input.kind == FieldType::Group);
    if let Some(group) = more.as_deref().and_then(group) {
        let sent = times(group, &group.name, form);
        // The first one is shown before anything of it was sent.
        let next = sent.last().copied().unwrap_or(1) + 1;
        if let Some(first) = group.inputs.first().filter(|_| next <= usize::from(MOST_IN_GROUP)) {
            form.insert(format!("{}.{next}.{}", group.name, first.name), Vec::new());
        }
    }
    if let Some((name, number)) = less.as_deref().and_then(|text| text.rsplit_once('.'))
        && group(name).is_some()
    {
        let begin = format!("{name}.{number}.");
        form.retain(|key, _| !key.starts_with(&begin));
    }
    more.is_some() || less.is_some()
}

/// A person or company whom the reader looks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sought {
    /// The input's name.
    pub input: String,
    /// An identifier of thirteen digits, or words of a name.
    pub by: SoughtBy,
}

/// By what someone is looked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SoughtBy {
    /// IDNP or IDNO.
    Idn(String),
    /// Words of a name.
    Name(String),
}

/// Whom the reader looks for in this form: to be found by the host before the form is read.
pub fn people_sought(schema: &[InputSchema], form: &Posted) -> Vec<Sought> {
    let end = format!(".{FIND}");
    let mut sought = Vec::new();
    for (key, typed) in form {
        let Some(name) = key.strip_suffix(&end) else { continue };
        let Some(text) = typed.iter().map(|text| clean(text, &FieldType::Text)).find(|text| !text.is_empty()) else { continue };
        let chosen = form.get(name).is_some_and(|texts| texts.iter().any(|text| !text.is_empty() && text != FIND));
        let is_subject = |input: &InputSchema, name: &str| input.kind == FieldType::Subject && input.name == name;
        let asked = schema.iter().filter(|input| is_asked(input, schema, form)).any(|input| {
            let last = name.rsplit('.').next().unwrap_or_default();
            is_subject(input, name)
                || (is_part(name, input)
                    && (input.per_row && is_subject(input, last) || input.inputs.iter().any(|one| is_subject(one, last))))
        });
        if chosen || !asked {
            continue;
        }
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let by = if digits.len() == 13 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            SoughtBy::Idn(digits)
        } else {
            SoughtBy::Name(text)
        };
        sought.push(Sought { input: name.to_owned(), by });
    }
    sought
}

/// Whom this form names already, by input.
pub fn people_chosen(schema: &[InputSchema], form: &Posted) -> Vec<(String, SubjectId)> {
    let is_subject = |input: &InputSchema, last: &str| input.kind == FieldType::Subject && input.name == last;
    let asks = |name: &str| {
        let last = name.rsplit('.').next().unwrap_or_default();
        schema.iter().any(|input| is_part(name, input) && (is_subject(input, last) || input.inputs.iter().any(|one| is_subject(one, last))))
    };
    let named = form.iter().filter(|(name, _)| asks(name));
    named.flat_map(|(name, texts)| texts.iter().filter_map(move |text| Some((name.clone(), text.parse().ok()?)))).collect()
}

struct Read<'a> {
    form: &'a Posted,
    values: Vec<(String, Value)>,
    wrong: Vec<BrokenRule>,
}

impl Read<'_> {
    fn input(&mut self, input: &InputSchema, name: &str) {
        match input.kind {
            FieldType::Period => self.period(input, name),
            FieldType::Address => self.address(input, name),
            FieldType::Group => self.group(input, name),
            _ => self.one(input, name),
        }
    }

    fn one(&mut self, input: &InputSchema, name: &str) {
        match parse_input(input, name, self.form) {
            Ok(read) => self.values.extend(read.into_iter().map(|value| (name.to_owned(), value))),
            Err(rule) => self.wrong.push((name.to_owned(), rule)),
        }
    }

    fn period(&mut self, input: &InputSchema, name: &str) {
        let names = PERIOD_PARTS.map(|part| format!("{name}.{part}"));
        let given = names.iter().any(|name| !texts(name, &FieldType::Date, self.form).is_empty());
        if !given && !input.required {
            return;
        }
        let part = InputSchema { required: true, ..InputSchema::plain(name, FieldType::Date) };
        let before = self.values.len();
        names.iter().for_each(|name| self.one(&part, name));
        let [_, to] = names;
        if let Some([(_, Value::Date(from)), (_, Value::Date(until))]) = self.values.get(before..)
            && from > until
        {
            self.wrong.push((to, "period-order"));
        }
    }

    fn address(&mut self, input: &InputSchema, name: &str) {
        let names = ADDRESS_PARTS.map(|part| format!("{name}.{part}"));
        let given = names.iter().any(|name| !texts(name, &FieldType::Text, self.form).is_empty());
        for (part, name) in ADDRESS_PARTS.iter().zip(&names) {
            // Villages have houses without a street.
            let required = (given || input.required) && matches!(*part, "locality" | "house");
            self.one(&InputSchema { required, personal: input.personal, ..InputSchema::plain(name, FieldType::Text) }, name);
        }
    }

    /// Those that were left empty do not count; the others are numbered anew.
    fn group(&mut self, input: &InputSchema, name: &str) {
        let mut number = 0;
        for sent in times(input, name, self.form) {
            let begin = format!("{name}.{sent}.");
            let empty = self.form.iter().all(|(key, texts)| !key.starts_with(&begin) || texts.iter().all(|text| text.trim().is_empty()));
            if empty {
                continue;
            }
            number += 1;
            let mut inner = Read { form: self.form, values: Vec::new(), wrong: Vec::new() };
            input.inputs.iter().for_each(|one| inner.input(one, &format!("{begin}{}", one.name)));
            self.wrong.append(&mut inner.wrong);
            let numbered = inner.values.into_iter().map(|(key, value)| {
                let rest = key.strip_prefix(&begin).unwrap_or_default();
                (format!("{name}.{number}.{rest}"), value)
            });
            self.values.extend(numbered);
        }
        if number == 0 && input.required {
            self.wrong.push((name.to_owned(), "required"));
        }
    }
}

/// What was sent under this name, cleaned, without what is empty.
fn texts(name: &str, kind: &FieldType, form: &Posted) -> Vec<String> {
    let mut texts: Vec<String> =
        form.get(name).into_iter().flatten().map(|text| clean(text, kind)).filter(|text| !text.is_empty()).collect();
    if texts.is_empty() && *kind == FieldType::Date {
        texts.extend(date_parts(name, form));
    }
    texts
}

fn parse_input(input: &InputSchema, name: &str, form: &Posted) -> Result<Vec<Value>, &'static str> {
    let mut texts = texts(name, &input.kind, form);
    if input.kind == FieldType::Subject {
        texts.retain(|text| text != FIND);
        // The host looks for the person before it reads the form; what it did not find is asked for again.
        if texts.is_empty() && form.get(&format!("{name}.{FIND}")).is_some_and(|sought| sought.iter().any(|text| !text.trim().is_empty())) {
            return Err("subject-choose");
        }
    }
    if texts.len() > limits::ROWS {
        return Err("too-many");
    }
    if texts.len() > 1 && !input.many {
        // A ticked box and the hidden `no` before it count as one.
        if input.kind != FieldType::Flag {
            return Err("single");
        }
        texts.drain(..texts.len() - 1);
    }
    if texts.is_empty() {
        return match (&input.kind, input.required) {
            (FieldType::Flag, false) if !input.many => Ok(vec![Value::Flag(false)]),
            // How it is mended depends on how it is asked.
            (FieldType::Flag, true) => Err("tick"),
            (FieldType::Choice(_) | FieldType::YesNo, true) => Err("answer"),
            (_, true) => Err("required"),
            (_, false) => Ok(Vec::new()),
        };
    }
    let mut values = texts.iter().map(|text| parse_value(&input.kind, text)).collect::<Result<Vec<_>, _>>()?;
    if input.is_personal() {
        for value in &mut values {
            if let Value::Text(text) = value {
                *value = Value::Personal(std::mem::take(text));
            }
        }
    }
    // A required flag is a declaration: it must be ticked.
    if input.kind == FieldType::Flag && input.required && values.contains(&Value::Flag(false)) {
        return Err("tick");
    }
    Ok(values)
}

/// `yes` or `no`, as people and browsers write them.
fn flag(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "1" | "on" | "da" | "да" => Some(true),
        "no" | "false" | "0" | "off" | "nu" | "нет" => Some(false),
        _ => None,
    }
}

/// Without control characters; only long texts keep their lines.
fn clean(text: &str, kind: &FieldType) -> String {
    let text = strip_controls(&text.replace("\r\n", "\n").replace('\r', "\n"));
    match kind {
        FieldType::LongText | FieldType::Geometry => text.trim().to_owned(),
        _ => text.replace(['\n', '\t'], " ").trim().to_owned(),
    }
}

/// The three parts joined as `dd.mm.yyyy`; none when all are empty.
fn date_parts(name: &str, form: &Posted) -> Option<String> {
    let part = |what: &str| form.get(&format!("{name}-{what}")).and_then(|values| values.first()).map_or("", |text| text.trim());
    let (day, month, year) = (part("day"), part("month"), part("year"));
    (!(day.is_empty() && month.is_empty() && year.is_empty())).then(|| format!("{day}.{month}.{year}"))
}

/// Reads a date as people write it: `2026-09-25`, `25.09.2026`, `5.9.2026`, `25/09/2026`. Years of four digits, 1800 to 2200.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let number = |part: &str, longest: usize| -> Option<u32> {
        (!part.is_empty() && part.len() <= longest && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok()).flatten()
    };
    let parts: Vec<&str> = text.trim().split(['-', '.', '/']).map(str::trim).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let (year, month, day) = if text.contains('-') { (first, second, third) } else { (third, second, first) };
    let date = NaiveDate::from_ymd_opt(i32::try_from(number(year, 4)?).ok()?, number(month, 2)?, number(day, 2)?)?;
    (1800..=2200).contains(&date.year()).then_some(date)
}

fn parse_value(kind: &FieldType, text: &str) -> Result<Value, &'static str> {
    let bounded = |longest: usize| if text.chars().count() <= longest { Ok(()) } else { Err("too-long") };
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    Ok(match kind {
        FieldType::Flag | FieldType::YesNo => Value::Flag(flag(&plain).ok_or("flag")?),
        FieldType::Integer => Value::Integer(plain.parse().map_err(|_| "integer")?),
        FieldType::Money => Value::Money(Money::parse(text).ok_or("money")?),
        FieldType::Decimal => Value::Decimal(Decimal::parse(text).ok_or("decimal")?),
        FieldType::Text => {
            bounded(500)?;
            Value::Text(text.to_owned())
        }
        FieldType::LongText => {
            bounded(10_000)?;
            Value::Text(text.to_owned())
        }
        FieldType::Choice(choices) => {
            if !choices.iter().any(|code| code == text) {
                return Err("choice");
            }
            Value::Choice(text.to_owned())
        }
        FieldType::Date => Value::Date(parse_date(text).ok_or("date")?),
        FieldType::Instant => Value::Instant(Instant(plain.parse().map_err(|_| "instant")?)),
        FieldType::Subject => Value::Subject(plain.parse().map_err(|_| "subject")?),
        FieldType::Entry(register) => Value::Entry(EntryRef { register: register.clone(), id: plain.parse().map_err(|_| "entry")? }),
        FieldType::Document => {
            if plain.len() > 64 || !plain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
                return Err("document");
            }
            Value::Document(plain)
        }
        FieldType::Cadastral => {
            if !ident::is_cadastral_number(&plain) {
                return Err("cadastral");
            }
            Value::Cadastral(plain)
        }
        FieldType::Iban | FieldType::TreasuryIban => {
            let iban = plain.to_uppercase();
            if !ident::is_iban(&iban) {
                // One figure typed wrong is another mistake than something else altogether.
                let shaped = iban.len() == 24 && iban.starts_with("MD") && iban.bytes().all(|byte| byte.is_ascii_alphanumeric());
                return Err(if shaped { "iban-check" } else { "iban" });
            }
            if *kind == FieldType::TreasuryIban && ident::treasury_bank(&iban).is_none() {
                return Err("treasury-account");
            }
            Value::Iban(iban)
        }
        FieldType::Geometry => match Geometry::parse(text) {
            Ok(_) => Value::Text(text.to_owned()),
            Err(GeoError::Shape) => return Err("geometry"),
            Err(GeoError::TooLarge) => return Err("geometry-size"),
            Err(GeoError::OffEarth) => return Err("geometry-place"),
        },
        FieldType::Phone => Value::Personal(phone(text).ok_or("phone")?),
        FieldType::Email => {
            bounded(254)?;
            if !is_email(text) {
                return Err("email");
            }
            Value::Personal(text.to_owned())
        }
        FieldType::TableFile(_) | FieldType::File(_) => return Err("file"),
        FieldType::Period | FieldType::Address | FieldType::Group => return Err("type"),
    })
}

/// A telephone number with 6 to 15 digits (ITU-T E.164), as typed but for odd characters.
fn phone(text: &str) -> Option<String> {
    let rest = text.strip_prefix('+').unwrap_or(text);
    let fits = rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '.' | '\u{a0}'));
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    (fits && (6..=15).contains(&digits)).then(|| text.to_owned())
}

/// One `@`, something before it, and a domain with a dot; nothing that could begin another header.
fn is_email(text: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')' | '\\');
    match text.split_once('@') {
        Some((before, domain)) => {
            !before.is_empty()
                && !text.contains(odd)
                && !domain.contains('@')
                && domain.contains('.')
                && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        }
        None => false,
    }
}

#[cfg(test)]
#[path = "inputs_tests.rs"]
mod tests;
