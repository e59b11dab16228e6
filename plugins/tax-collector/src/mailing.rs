//! Notices in bulk: one for each account that owes something and has none that covers it, by a job that resumes where it stopped; on paper (PDF with
//! the QR that pays it) and told through MNotify, as the official chose.

use crate::accounts::{Account, filtered};
use crate::history::reason;
use crate::home::totals;
use crate::notices::{self, Notice, Status};
use crate::{home_link, is_collector, messages, payments};
use vatra_sdk::contract::vatra::jobs::types::Standing as JobStanding;
use vatra_sdk::contract::vatra::view::view;
use vatra_sdk::host::messages::Message;
use vatra_sdk::host::queue;
use vatra_sdk::host::registers::Entry;
use vatra_sdk::prelude::*;

/// The job of the manifest.
pub(crate) const JOB: &str = "issue-notices";
/// Accounts of one step.
const STEP: u32 = 100;
/// Days that notices give to pay, to begin with.
const DAYS: u32 = 30;
/// Notices of one account that may be open at once and are still counted.
const OPEN: u32 = 100;

/// The screen `mailings`.
pub(crate) fn list() -> Result<Screen, Failure> {
    let today = clock::today();
    let denied = payments::denied()?;
    let (owing, [outstanding]) = totals(&filtered("outstanding", today), ["outstanding"])?;
    let (late, _) = totals(&filtered("overdue", today), ["outstanding"])?;
    let (before, _) = totals(&filtered("arrears", today), ["arrears"])?;
    let table = BoundTable::of(Query::of("mailings").sort_down("opened"), "mailings", "mailings-all", "mailings-empty")
        .column_opening("number", "field-number", "mailing")
        .column("opened", "field-opened")
        .column("whom", "field-whom")
        .column("due-date", "field-due-date")
        .column("issued", "field-issued")
        .column("covered", "field-covered")
        .column("amount", "field-amount");
    let mut screen = Screen::titled("mailings-title").under(home_link()).text("mailings-text").figures(vec![
        Figure::of("accounts-outstanding", owing).opens(Link::to("accounts", "accounts-outstanding").with("filter", Choice("outstanding"))),
        Figure::of("accounts-overdue", late).opens(Link::to("accounts", "accounts-overdue").with("filter", Choice("overdue"))),
        Figure::of("accounts-arrears", before).opens(Link::to("accounts", "accounts-arrears").with("filter", Choice("arrears"))),
        Figure::of("total-outstanding", outstanding),
    ]);
    if is_collector() {
        screen = match denied {
            Some(denial) => screen.block(payments::cannot(&denial)),
            None => screen.form(
                Form::posts("issue-notices", "mailings-form", "mailings-submit")
                    .input(Input::of("whom", "field-whom").filled(Choice("all-owing")))
                    .input(Input::of("due-date", "issue-notice-due-date").filled(today.plus_days(DAYS)))
                    .input(Input::of("expires", "issue-notice-expires").hint("issue-notice-expires-hint"))
                    .input(Input::of("paper", "mailings-paper").hint("mailings-paper-hint").filled(true))
                    .input(Input::of("tell", "mailings-tell").hint("mailings-tell-hint").filled(true))
                    .check_answers(),
            ),
        };
    }
    Ok(screen.bound(table))
}

/// The action `issue-notices`.
pub(crate) fn start(inputs: &[Field]) -> Result<Answer, Failure> {
    let (due, expires) = (inputs.date("due-date")?, inputs.maybe::<Date>("expires")?);
    let mut wrong: Vec<(String, Words)> = Vec::new();
    if due < clock::today() {
        wrong.push(("due-date".into(), "wrong-due-date-past".into()));
    }
    if expires.is_some_and(|expires| expires < due) {
        wrong.push(("expires".into(), "wrong-expires-before-due".into()));
    }
    if queue::latest(JOB)?.is_some_and(|job| matches!(job.standing, JobStanding::Waiting | JobStanding::Running)) {
        wrong.push(("whom".into(), "wrong-mailing-running".into()));
    }
    if !wrong.is_empty() {
        return Ok(Answer::rejected(wrong));
    }
    let flag = |name: &str| inputs.maybe::<bool>(name).map(Option::unwrap_or_default);
    let mailing = registers::add(
        "mailings",
        &fields![
            "whom" => Choice(&inputs.text("whom")?),
            "due-date" => due,
            "expires" => expires,
            "paper" => flag("paper")?,
            "tell" => flag("tell")?,
            "issued" => 0_i64,
            "covered" => 0_i64,
            "amount" => Bani(0),
        ],
    )?;
    let job = queue::start(JOB, Some(&mailing.id))?;
    Ok(Answer::job(job).report("mailing", mailing))
}

/// What is owed on an account and no open notice asks for.
fn uncovered(outstanding: Bani, open: &[(Bani, Bani)]) -> Bani {
    outstanding - open.iter().map(|(amount, paid)| (*amount - *paid).max(Bani(0))).sum::<Bani>()
}

fn open_notices(account: &EntryRef) -> Result<Vec<(Bani, Bani)>, Failure> {
    let mut out = Vec::new();
    for status in [Status::Open, Status::PartlyPaid] {
        let open = Query::of("notices").equal("account", account).equal("status", Choice(status.code()));
        for entry in registers::find(&open, OPEN, None)?.entries {
            let notice = Notice::read(&entry)?;
            // One that has expired can no longer be paid, and covers nothing.
            if notice.expires.is_none_or(|expires| expires >= clock::today()) {
                out.push((notice.amount, notice.paid));
            }
        }
    }
    Ok(out)
}

/// A step of the job. The cursor: the mailing's id, how many accounts were passed, and where in them the step begins.
pub(crate) fn step(cursor: Option<String>) -> Result<Progress, Failure> {
    let cursor = cursor.ok_or_else(|| invalid("cursor", "required"))?;
    let mut parts = cursor.splitn(3, ' ');
    let at = EntryRef { register: "mailings".into(), id: parts.next().unwrap_or_default().to_owned() };
    let done: u64 = parts.next().and_then(|done| done.parse().ok()).unwrap_or(0);
    let from = parts.next();
    let mailing = registers::get(&at)?;
    let late_only = mailing.text("whom")? == "late-only";
    let query = filtered("outstanding", clock::today()).sort("account");
    let page = registers::find(&query, STEP, from)?;

    let (mut issued, mut covered, mut sum) = (0_i64, 0_i64, Bani(0));
    let mut letters: Vec<(EntryRef, Message)> = Vec::new();
    for entry in &page.entries {
        let account = Account::read(entry)?;
        if late_only && !account.is_late(clock::today()) {
            continue;
        }
        let amount = uncovered(account.outstanding, &open_notices(&account.at)?);
        if amount <= Bani(0) {
            covered += 1;
            continue;
        }
        letters.extend(issue(&mailing, &account, amount)?);
        issued += 1;
        sum += amount;
    }
    messages::send(letters, "notice")?;
    let counted = fields![
        "issued" => mailing.integer("issued")? + issued,
        "covered" => mailing.integer("covered")? + covered,
        "amount" => mailing.money("amount")? + sum,
    ];
    registers::correct(&at, mailing.version, &counted, &reason("mailing-step", ""))?;
    let done = done + page.entries.len() as u64;
    let next = page.next.map(|next| format!("{} {done} {next}", at.id));
    Ok(Progress { cursor: next, done, total: Some(page.total.max(done)), note: String::new() })
}

/// The notice of one account, and the letter that tells of it.
fn issue(mailing: &Entry, account: &Account, amount: Bani) -> Result<Option<(EntryRef, Message)>, Failure> {
    let (due, expires) = (mailing.date("due-date")?, mailing.maybe("expires")?);
    let (at, order) = notices::draw_up(account, amount, due, expires, Some(&mailing.ref_))?;
    let notice = Notice::read(&registers::get(&at)?)?;
    let document = match mailing.maybe::<bool>("paper")?.unwrap_or_default() {
        false => None,
        true => {
            let document = messages::paper(&at, &notice, amount)?;
            registers::correct(&at, notice.version, &fields!["document" => document.clone()], &reason("notice-printed", ""))?;
            Some(document)
        }
    };
    let tell = mailing.maybe::<bool>("tell")?.unwrap_or_default();
    Ok(tell.then(|| (at, messages::letter(&messages::NOTICE, &notice.taxpayer, amount, due, &order, document))))
}

/// The screen `mailing`: what one came to.
pub(crate) fn one(at: &EntryRef) -> Result<Screen, Failure> {
    let mailing = registers::get(at)?;
    let names = ["whom", "due-date", "expires", "paper", "tell", "issued", "covered", "amount"];
    let items = names.into_iter().filter_map(|name| mailing.value(name).map(|value| Item::of(format!("field-{name}"), value.clone())));
    let of_mailing = |standing: &str| Query::of("messages").equal("mailing", at).equal("standing", Choice(standing));
    let mut told = Vec::new();
    for standing in messages::STANDINGS {
        let total = registers::find(&of_mailing(standing), 1, None)?.total;
        let tone = if standing == "failed" && total > 0 { Tone::Danger } else { Tone::Neutral };
        told.push(Figure::of(format!("mailing-{standing}"), i64::try_from(total).unwrap_or(i64::MAX)).tone(tone));
    }
    let mut screen = Screen::titled(words!("mailing-title", number = mailing.number.clone().unwrap_or_default()))
        .under(home_link())
        .under(Link::to("mailings", "mailings-title"))
        .summary("mailing-numbers", items.collect());
    // One at a time is issued, and that is the last one.
    let last = registers::find(&Query::of("mailings").sort_down("opened"), 1, None)?.entries;
    if last.first().is_some_and(|last| last.ref_.id == at.id)
        && let Some(job) = queue::latest(JOB)?
        && matches!(job.standing, JobStanding::Waiting | JobStanding::Running)
    {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let words = words!("mailing-running", done = count(job.done), total = count(job.total.unwrap_or_default()));
        screen = screen.notice(view::Notice::of(Tone::Neutral, words));
    }
    if mailing.maybe::<bool>("tell")?.unwrap_or_default() {
        let failed = messages::table(of_mailing("failed").sort_down("opened"), "mailing-not-told", "mailing-all-told");
        screen = screen.figures(told).bound(failed);
    }
    let notices = notices::table(Query::of("notices").equal("mailing", at).sort("number"), "mailing-notices").searchable().exportable();
    Ok(screen.bound(notices))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_notices_cover_what_is_left_of_them() {
        assert_eq!(uncovered(Bani(100), &[]), Bani(100));
        assert_eq!(uncovered(Bani(100), &[(Bani(60), Bani(0)), (Bani(50), Bani(30))]), Bani(20));
        assert_eq!(uncovered(Bani(100), &[(Bani(100), Bani(0))]), Bani(0));
        assert_eq!(uncovered(Bani(100), &[(Bani(50), Bani(70))]), Bani(100), "what was paid over covers nothing");
    }
}
