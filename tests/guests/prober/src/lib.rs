//! Tries to find out personal values by asking about them: conditions, sorting, grouping, functions, keys and search words on personal
//! fields, and comparison by way of `merge`. `import` fills the register from a roll; `probe` takes a `guess` (a name, telephone or IDNP
//! that is in the roll) and the `account` that it may belong to, and reports what each attempt came to. An attempt that tells anything
//! about the guess reports `found`.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::registers::registers::{Aggregate, Comparison, Condition, Effect, Function, Sorting};
use vatra_sdk::contract::vatra::uploads::uploads;

const PEOPLE: &str = "prober-people";
/// What a module must not ask about.
const PERSONAL: [&str; 6] = ["note", "phone", "email", "who.name", "who.idn", "who.phone"];

struct Prober;

/// `found` when something was found, `nothing` when not, otherwise the failure.
fn finds(query: &Query) -> String {
    match registers::find(query, 500, None) {
        Ok(page) if page.total > 0 || !page.entries.is_empty() => "found".to_owned(),
        Ok(_) => "nothing".to_owned(),
        Err(failure) => words(&failure),
    }
}

fn conditions(guess: &str, report: &mut Vec<Field>) {
    let comparisons = [Comparison::Equal, Comparison::NotEqual, Comparison::Less, Comparison::AtLeast, Comparison::IsNotEmpty];
    for name in PERSONAL {
        for comparison in comparisons {
            let condition = Condition { name: name.to_owned(), comparison, value: Value::Text(guess.to_owned()) };
            report.push(text(format!("condition {name} {comparison:?}"), finds(&Query { all_of: vec![condition], ..everything(PEOPLE) })));
        }
        let sorted = Query { sort: vec![Sorting { name: name.to_owned(), descending: false }], ..everything(PEOPLE) };
        report.push(text(format!("sort {name}"), finds(&sorted)));
    }
}

fn functions(guess: &str, report: &mut Vec<Field>) {
    for name in PERSONAL {
        let grouped = registers::summarise(&everything(PEOPLE), &[name.to_owned()], &[]);
        report.push(text(format!("group {name}"), verdict(&grouped)));
        for function in [Function::Minimum, Function::Maximum, Function::Sum] {
            let asked = [Aggregate { function, name: name.to_owned() }];
            report.push(text(format!("{function:?} {name}"), verdict(&registers::summarise(&everything(PEOPLE), &[], &asked))));
        }
        let looked = registers::lookup(PEOPLE, name, &Value::Text(guess.to_owned()));
        report.push(text(format!("lookup {name}"), verdict(&looked)));
    }
}

/// Search words reach people only through the host's own tables.
fn search(guess: &str, report: &mut Vec<Field>) {
    let searched = Query { search: Some(guess.to_owned()), ..everything(PEOPLE) };
    report.push(text("search", finds(&searched)));
    let counted = registers::summarise(&searched, &[], &[Aggregate { function: Function::Count, name: String::new() }]);
    let told = match counted {
        Ok(buckets)
            if buckets.iter().flat_map(|bucket| &bucket.results).any(|value| matches!(value, Value::Integer(count) if *count > 0)) =>
        {
            "found".to_owned()
        }
        Ok(_) => "nothing".to_owned(),
        Err(failure) => words(&failure),
    };
    report.push(text("search count", told));
}

/// Writing a guess where the truth is, to hear whether anything changed.
fn comparison(guess: &str, account: &str, report: &mut Vec<Field>) {
    let key = text("account", account);
    let told = |result: Result<Vec<registers::Merged>, Failure>| match result {
        Ok(merged) if merged.iter().any(|one| one.effect == Effect::Unchanged) => "found".to_owned(),
        Ok(_) => "nothing".to_owned(),
        Err(failure) => words(&failure),
    };
    for name in ["note", "phone", "email"] {
        let row = vec![key.clone(), text(name, guess)];
        report.push(text(format!("merge {name}"), told(registers::merge(PEOPLE, "account", &[row], "guess"))));
    }
    // The guess, sealed by the host itself on its way through another entry.
    let other = format!("{account}-guess");
    let sealed = registers::add(PEOPLE, &[text("account", other.as_str()), text("note", guess)]).and_then(|entry| registers::get(&entry));
    match sealed {
        Err(failure) => report.push(text("seal a guess", words(&failure))),
        Ok(entry) => {
            report.push(text("seal a guess", "ok"));
            let sealed = entry.fields.into_iter().find(|field| field.name == "note").map_or(Value::None, |field| field.value);
            for name in ["note", "phone", "email"] {
                let row = vec![key.clone(), field(name, sealed.clone())];
                report.push(text(format!("merge sealed {name}"), told(registers::merge(PEOPLE, "account", &[row], "guess"))));
            }
        }
    }
}

fn import(inputs: &[Field]) -> Result<i64, Failure> {
    let handle = inputs.iter().find_map(|input| if let Value::Text(handle) = &input.value { Some(handle.as_str()) } else { None });
    let (mut offset, mut count) = (0, 0);
    loop {
        let rows = uploads::read(handle.unwrap_or_default(), offset, 1_000)?;
        let list: Vec<Vec<Field>> = rows.items.into_iter().map(|row| row.fields).collect();
        count += registers::merge(PEOPLE, "account", &list, "import")?.len() as i64;
        let Some(next) = rows.next else { return Ok(count) };
        offset = next;
    }
}

impl Guest for Prober {
    fn render(_: String, _: Vec<Field>) -> Result<Screen, Failure> {
        Ok(page(["Here.".to_owned()]))
    }
    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        if action == "import" {
            return Ok(done(vec![field("rows", Value::Integer(import(&inputs)?))]));
        }
        let (guess, account) = (given_text(&inputs, "guess"), given_text(&inputs, "account"));
        let mut report = Vec::new();
        conditions(guess, &mut report);
        functions(guess, &mut report);
        search(guess, &mut report);
        comparison(guess, account, &mut report);
        // Dots would nest in the report.
        report.iter_mut().for_each(|field| field.name = field.name.replace('.', "/"));
        Ok(done(report))
    }
}

module!(Prober);
