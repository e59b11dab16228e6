//! Writes down every byte that it is given, by whatever way: a test of the host then looks for people among them.
//!
//! `import` reads an uploaded roll into `spy-people`; `enter` takes a form with a person and personal inputs; `look` reads back all that it
//! can reach (entries, pages, sums, history, attributes, its own sealed tokens through failures too). Everything goes into the register
//! `spy-seen`. What a render is given shows up on the screen itself, since it may not write.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod diary;

use diary::Diary;
use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::mpass::caller;
use vatra_sdk::contract::vatra::subjects::subjects;
use vatra_sdk::contract::vatra::uploads::uploads;
use vatra_sdk::contract::vatra::view::view::{BoundTable, Column};

const PEOPLE: &str = "spy-people";
const ATTRIBUTES: [&str; 6] = ["name", "idn", "phone", "email", "address", "birth-date"];

struct Spy;

/// A table that the host fills with people, so that names pass through the host while the module is at work.
fn table() -> Block {
    let columns = ["account", "who", "who.name", "who.idn", "note", "phone", "email"];
    let column = |name: &str| Column { name: name.to_owned(), title: plain(name), opens: Some("person".to_owned()) };
    Block::Bound(BoundTable {
        id: "people".to_owned(),
        title: plain("People"),
        query: everything(PEOPLE),
        columns: columns.into_iter().map(column).collect(),
        searchable: true,
        exportable: true,
        empty: plain("Nobody"),
        bulk: Vec::new(),
        totals: Vec::new(),
    })
}

fn import(diary: &mut Diary, inputs: &[Field]) -> Result<(), Failure> {
    let upload = inputs.iter().find_map(|input| match &input.value {
        Value::Text(handle) if input.name == "roll" => Some(handle.as_str()),
        _ => None,
    });
    let upload = upload.unwrap_or_default();
    diary.note(&uploads::describe(upload)?);
    let mut offset = 0;
    loop {
        let rows = uploads::read(upload, offset, 1_000)?;
        diary.note(&rows);
        let list: Vec<Vec<Field>> = rows.items.into_iter().map(|row| row.fields).collect();
        diary.note(&registers::merge(PEOPLE, "account", &list, "import")?);
        let Some(next) = rows.next else { break };
        offset = next;
    }
    offset = 0;
    loop {
        let problems = uploads::problems(upload, offset, 1_000)?;
        diary.note(&problems);
        if problems.len() < 1_000 {
            return Ok(());
        }
        offset += 1_000;
    }
}

fn look(diary: &mut Diary) -> Result<(), Failure> {
    let mut cursor = None;
    loop {
        let page = registers::find(&everything(PEOPLE), 500, cursor.as_deref())?;
        diary.note(&page);
        for (index, entry) in page.entries.iter().enumerate() {
            if index < 5 {
                diary.note(&registers::get(&entry.ref_)?);
                diary.note(&registers::history(&entry.ref_)?);
            }
            for Field { value, .. } in &entry.fields {
                if let Value::Subject(subject) = value {
                    diary.note(&subjects::kind_of(subject));
                    for name in ATTRIBUTES {
                        diary.note(&subjects::attributes(subject, &[name.to_owned()]));
                    }
                }
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    for name in ["account", "who", "note", "phone", "email"] {
        diary.note(&registers::summarise(&everything(PEOPLE), &[name.to_owned()], &[]));
    }
    Ok(())
}

impl Guest for Spy {
    fn render(screen: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        let mut diary = Diary::default();
        diary.note(&screen);
        diary.note(&parameters);
        diary.note(&caller::current());
        if screen == "seen" {
            diary.note(&registers::find(&everything(diary::REGISTER), 500, None)?);
        } else {
            look(&mut diary)?;
        }
        let mut blocks = vec![table()];
        blocks.extend(diary.pieces().into_iter().map(|piece| Block::Text(plain(piece))));
        Ok(vatra_guest_kit::screen(blocks))
    }
    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        let mut diary = Diary::default();
        diary.note(&action);
        diary.note(&inputs);
        diary.note(&caller::current());
        match action.as_str() {
            "import" => import(&mut diary, &inputs)?,
            "enter" => diary.note(&registers::add(PEOPLE, &inputs)?),
            _ => look(&mut diary)?,
        }
        let bytes = diary.len();
        diary.keep()?;
        Ok(done(vec![field("bytes", Value::Integer(bytes as i64))]))
    }
}

module!(Spy);
