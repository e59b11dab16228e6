//! One taxpayer: objects, what is due, paid and overdue, notices, and the history of every change.

use crate::accounts::{Account, listed};
use crate::history::{Changes, timeline};
use crate::{certificates, home_link, is_collector, notices};
use vatra_sdk::prelude::*;

/// Entries whose history is told on one screen: each is a host call.
const TOLD: u32 = 100;

/// What all accounts of a taxpayer come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Position {
    due: Bani,
    paid: Bani,
    outstanding: Bani,
    overdue: Bani,
    overpaid: Bani,
}

impl Position {
    fn of<'a>(accounts: impl IntoIterator<Item = &'a Account>, today: Date) -> Self {
        let mut out = Self::default();
        for account in accounts {
            out.due += account.due;
            out.paid += account.paid_before + account.paid_mpay;
            if account.outstanding > Bani(0) {
                out.outstanding += account.outstanding;
                let late = account.due_date.is_some_and(|date| date < today);
                out.overdue += if late { account.outstanding } else { account.arrears };
            } else {
                out.overpaid += Bani(0) - account.outstanding;
            }
        }
        out
    }

    fn items(self) -> Vec<Item> {
        let mut items = vec![
            Item::of("field-due", self.due),
            Item::of("total-paid", self.paid),
            Item::of("field-outstanding", self.outstanding),
            Item::of("total-overdue", self.overdue),
        ];
        if self.overpaid > Bani(0) {
            items.push(Item::of("total-overpaid", self.overpaid));
        }
        items
    }
}

/// The screen `taxpayer`, opened with the taxpayer or with one of their accounts.
pub(crate) fn screen(parameters: &[Field]) -> Result<Screen, Failure> {
    let taxpayer = match parameters.maybe::<EntryRef>("entry")? {
        Some(entry) => Account::get(&entry)?.taxpayer,
        None => parameters.subject("taxpayer")?,
    };
    let of_taxpayer = |register: &str| Query::of(register).equal("taxpayer", &taxpayer);
    let accounts = all_accounts(&of_taxpayer("accounts"))?;

    let position = Position::of(&accounts, clock::today());
    let objects =
        listed(BoundTable::of(of_taxpayer("accounts").sort("account"), "accounts", "taxpayer-objects", "accounts-empty")).exportable();
    let mut told = Vec::new();
    for account in accounts.iter().take(TOLD as usize) {
        told.push(Changes::of(&account.number, registers::history(&account.at)?));
    }
    for notice in registers::find(&of_taxpayer("notices").sort_down("opened"), TOLD, None)?.entries {
        told.push(Changes::of(notice.number.clone().unwrap_or_default(), registers::history(&notice.ref_)?));
    }
    Ok(Screen::titled(words!("taxpayer-title", who = &taxpayer))
        .under(home_link())
        .under(Link::to("accounts", "accounts-title"))
        .person(taxpayer.clone())
        .summary("taxpayer-position", position.items())
        .maybe(is_collector().then(|| certificates::offered(&taxpayer, position.overdue)))
        .bound(objects)
        .bound(notices::table(of_taxpayer("notices").sort_down("opened"), "notices-of-taxpayer"))
        .heading("history-title")
        .timeline(timeline(told)))
}

fn all_accounts(query: &Query) -> Result<Vec<Account>, Failure> {
    let mut out = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = registers::find(query, 500, cursor.as_deref())?;
        for entry in &page.entries {
            out.push(Account::read(entry)?);
        }
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::outstanding;

    fn account(due: i64, before: i64, mpay: i64, due_date: Option<Date>) -> Account {
        let (due, paid_before, paid_mpay) = (Bani(due), Bani(before), Bani(mpay));
        Account {
            at: EntryRef { register: "accounts".into(), id: "1".into() },
            version: 1,
            number: "1".into(),
            taxpayer: Subject { token: "a".into() },
            due,
            paid_before,
            paid_mpay,
            outstanding: outstanding(due, paid_before, paid_mpay),
            assessed: Bani(0),
            arrears: Bani(0),
            due_date,
        }
    }

    #[test]
    fn an_overpayment_of_one_account_hides_no_debt_of_another() {
        let (late, today) = (Date::of(2026, 9, 25), Date::of(2026, 9, 26));
        let accounts =
            [account(100, 20, 30, Some(late)), account(100, 130, 0, Some(late)), account(40, 0, 0, None), account(7, 0, 0, Some(today))];
        assert_eq!(
            Position::of(&accounts, today),
            Position { due: Bani(247), paid: Bani(180), outstanding: Bani(97), overdue: Bani(50), overpaid: Bani(30) }
        );
    }
}
