//! What the view contract has, in one module: a form of several pages, a form with rows, a map, a calendar, charts, a code.
#![cfg_attr(target_arch = "wasm32", no_std)]

use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::types::values::Date;
use vatra_sdk::contract::vatra::view::view::{
    BoundTable, Button, Calendar, CalendarItem, Chart, ChartKind, Column, Figure, Form, FormPage, Grid, GridRow, Input, Map, Progress, Qr,
    QrContent, SigningQueue, Step, SteppedForm,
};

const PARCELS: &str = "clerk-parcels";
/// 2026-09-28 09:00 in Chișinău.
const VISIT: u64 = 1_790_575_200_000;

struct Clerk;

fn input(name: &str) -> Input {
    Input { name: name.into(), label: plain(format!("Input {name}")), hint: None, value: Value::None, choices: Vec::new() }
}

fn form() -> Block {
    let page = |title: &str, names: &[&str]| FormPage { title: plain(title), inputs: names.iter().map(|name| input(name)).collect() };
    Block::SteppedForm(SteppedForm {
        id: "declare".into(),
        action: "declare".into(),
        title: plain("Declaration"),
        pages: vec![
            page("Owner", &["owner", "kind"]),
            page("Land", &["cadastral", "outline"]),
            page("More", &["lease", "children", "children.born", "refuse"]),
        ],
        parameters: Vec::new(),
        submit: plain("Send"),
    })
}

/// A parcel with the form that corrects it.
fn parcel(parameters: &[Field]) -> Result<Vec<Block>, Failure> {
    let Some(Value::Entry(entry)) = parameters.iter().find(|field| field.name == "entry").map(|field| &field.value) else {
        return Ok(Vec::new());
    };
    let found = registers::get(entry)?;
    let asked = |name: &str| {
        let value = found.fields.iter().find(|field| field.name == name).map_or(Value::None, |field| field.value.clone());
        Input { value, ..input(name) }
    };
    Ok(vec![Block::Form(Form {
        action: "correct-parcel".into(),
        title: plain("Correct"),
        inputs: vec![asked("cadastral"), asked("note"), asked("phone")],
        parameters: vec![
            Field { name: "entry".into(), value: Value::Entry(entry.clone()) },
            Field { name: "version".into(), value: Value::Integer(found.version.into()) },
        ],
        submit: plain("Correct"),
        check_answers: false,
    })])
}

/// Makes the correction of the version that is there now: that nothing is overwritten is the host's care.
fn correct(inputs: &[Field]) -> Result<(), Failure> {
    let Some(Value::Entry(entry)) = inputs.iter().find(|field| field.name == "entry").map(|field| &field.value) else { return Ok(()) };
    let names = ["cadastral", "note", "phone"];
    let value = |name: &&str| inputs.iter().find(|field| field.name == **name).map_or(Value::None, |field| field.value.clone());
    let fields: Vec<Field> = names.iter().map(|name| Field { name: (*name).into(), value: value(name) }).collect();
    let now = registers::get(entry)?;
    registers::correct(entry, now.version, &fields, "the module's own reason")?;
    Ok(())
}

fn list() -> Vec<Block> {
    let column = |name: &str, opens: Option<&str>| Column { name: name.into(), title: plain(name), opens: opens.map(Into::into) };
    vec![Block::Bound(BoundTable {
        id: "parcels".into(),
        title: plain("Parcels"),
        query: everything(PARCELS),
        columns: vec![column("cadastral", Some("parcel")), column("owner.name", None), column("note", None), column("opened", None)],
        searchable: true,
        exportable: true,
        empty: plain("None"),
        bulk: Vec::new(),
        totals: Vec::new(),
    })]
}

fn blocks() -> Vec<Block> {
    let book =
        Button { label: plain("Book"), action: "book".into(), parameters: vec![text("place", "1")], confirm: None, tone: Tone::Neutral };
    let item = CalendarItem { at: VISIT, minutes: 20, label: plain("free"), tone: Tone::Success, opens: None, button: Some(book) };
    let row = |id: &str| GridRow { id: id.into(), label: Value::Text(format!("Row {id}")), values: Vec::new() };
    let column = |name: &str, opens: Option<&str>| Column { name: name.into(), title: plain(name), opens: opens.map(Into::into) };
    vec![
        Block::Figures(vec![Figure { label: plain("Parcels"), value: Value::Integer(7), note: None, tone: Tone::Neutral, opens: None }]),
        Block::Steps(vec![Step { title: plain("First"), progress: Progress::Current, text: None }]),
        Block::Chart(Chart {
            title: plain("Chart"),
            kind: ChartKind::Bar,
            labels: vec![plain("a")],
            series: vec![(plain("S"), vec![Value::Money(12_345)])],
        }),
        Block::GeoMap(Map {
            id: "parcels".into(),
            title: plain("Parcels"),
            query: everything(PARCELS),
            field: "outline".into(),
            columns: vec![column("cadastral", Some("parcel")), column("owner.name", None)],
            empty: plain("None"),
        }),
        Block::Calendar(Calendar {
            id: "visits".into(),
            title: plain("Visits"),
            from: Date { year: 2026, month: 9, day: 28 },
            days: 7,
            items: vec![item],
            empty: plain("None"),
        }),
        Block::Grid(Grid {
            action: "vote".into(),
            title: plain("Votes"),
            rows: vec![row("r1"), row("r2")],
            inputs: vec![input("vote")],
            parameters: Vec::new(),
            submit: plain("Record"),
        }),
        Block::Qr(Qr { content: QrContent::Text("Sculeni".into()), caption: plain("Code") }),
        Block::SigningQueue(SigningQueue { id: "queue".into(), title: plain("To sign"), empty: plain("None") }),
    ]
}

impl Guest for Clerk {
    fn render(name: String, parameters: Vec<Field>) -> Result<Screen, Failure> {
        Ok(screen(match name.as_str() {
            "declare" => vec![form()],
            "parcel" => parcel(&parameters)?,
            "parcels" => list(),
            _ => blocks(),
        }))
    }
    fn perform(action: String, inputs: Vec<Field>) -> Result<Answer, Failure> {
        if inputs.iter().any(|input| input.name == "refuse" && matches!(input.value, Value::Flag(true))) {
            return Ok(Answer { outcome: Outcome::Rejected(vec![("kind".into(), plain("Not this kind"))]), report: Vec::new() });
        }
        if action == "declare" {
            let kept = |name: &str| matches!(name, "owner" | "cadastral" | "outline");
            let fields: Vec<Field> = inputs.iter().filter(|input| kept(&input.name)).cloned().collect();
            registers::add(PARCELS, &fields)?;
        }
        if action == "correct-parcel" {
            correct(&inputs)?;
        }
        // What arrived, by name.
        let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
        Ok(Answer { outcome: Outcome::Done(Notice { tone: Tone::Success, title: plain(names.join(" ")), text: None }), report: Vec::new() })
    }
}

module!(Clerk);
