//! Which visits can be booked: counted from a counter's weeks, its closures and the days off, in Europe/Chisinau. No clock, no storage.

use super::{Appointment, Closure, Schedule};
use crate::clock::Instant;
use crate::ids::Name;
use crate::workdays::WorkingDays;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;

/// A visit that a counter offers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Slot {
    /// When.
    pub starts: Instant,
    /// The counter.
    pub counter: Name,
    /// How long.
    pub minutes: u16,
    /// How many visitors at the same time; of free slots, how many more.
    pub places: u16,
}

impl Slot {
    /// The first moment after it.
    pub fn ends(&self) -> Instant {
        self.starts.plus_seconds(i64::from(self.minutes) * 60)
    }
}

/// When counters are open.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Week {
    /// Of any counters.
    pub schedules: Vec<Schedule>,
    /// Of any counters.
    pub closures: Vec<Closure>,
    /// When nobody works.
    pub days: WorkingDays,
}

impl Week {
    /// What a counter does on a day.
    pub fn schedule(&self, counter: &Name, date: NaiveDate) -> Option<&Schedule> {
        self.schedules.iter().filter(|one| one.counter == *counter && one.since <= date).max_by_key(|one| one.since)
    }
    /// What it does on a day, if anything, and from later days on, in their order.
    pub fn from_day(&self, counter: &Name, date: NaiveDate) -> Vec<&Schedule> {
        let mut later: Vec<&Schedule> = self.schedules.iter().filter(|one| one.counter == *counter && one.since > date).collect();
        later.sort_by_key(|one| one.since);
        self.schedule(counter, date).into_iter().chain(later).collect()
    }
    /// Whether a visit is one that its counter offers, as it stands.
    pub fn offers(&self, visit: &Appointment) -> bool {
        let date = visit.starts.civil_date();
        self.schedule(&visit.counter, date).is_some_and(|schedule| schedule.services.contains(&visit.service))
            && slots(self, &visit.counter, date).iter().any(|slot| slot.starts == visit.starts && slot.minutes == visit.minutes)
    }
    /// Every counter that ever had a week.
    pub fn counters(&self) -> BTreeSet<&Name> {
        self.schedules.iter().map(|one| &one.counter).collect()
    }
    fn is_closed(&self, slot: &Slot) -> bool {
        self.closures.iter().any(|one| one.counter == slot.counter && one.from < slot.ends() && slot.starts < one.to)
    }
}

/// The visits that a counter offers on a day, in their order. A day off has none; a counter that is open on Saturdays has them on Saturdays.
/// Local times that do not exist on the day when clocks are put forward are left out; of an hour that comes twice the first is meant.
pub fn slots(week: &Week, counter: &Name, date: NaiveDate) -> Vec<Slot> {
    let Some(schedule) = week.schedule(counter, date).filter(|_| !week.days.is_off(date)) else { return Vec::new() };
    let weekday = date.weekday().number_from_monday();
    let mut hours: Vec<_> = schedule.hours.iter().filter(|one| u32::from(one.weekday) == weekday).collect();
    hours.sort_unstable();
    let mut out: Vec<Slot> = Vec::new();
    for one in hours {
        let step = usize::from(one.minutes.max(1));
        for at in (one.opens..one.closes).step_by(step).filter(|at| at.saturating_add(one.minutes) <= one.closes) {
            let Some(starts) = Instant::at_wall(date, at) else { continue };
            let slot = Slot { starts, counter: counter.clone(), minutes: one.minutes, places: one.places };
            if out.last().is_none_or(|last| last.ends() <= slot.starts) && !week.is_closed(&slot) {
                out.push(slot);
            }
        }
    }
    out
}

fn overlapping<'a>(slot: &'a Slot, booked: &'a [Appointment]) -> impl Iterator<Item = &'a Appointment> {
    let meets =
        move |one: &&Appointment| one.takes_place() && one.counter == slot.counter && one.starts < slot.ends() && slot.starts < one.ends();
    booked.iter().filter(meets)
}

/// Those of them that somebody can still book, with the places that are left.
pub fn free(slots: Vec<Slot>, booked: &[Appointment], now: Instant) -> Vec<Slot> {
    let left = |mut slot: Slot| {
        let taken = u16::try_from(overlapping(&slot, booked).count()).unwrap_or(u16::MAX);
        slot.places = slot.places.saturating_sub(taken);
        (slot.places > 0 && slot.starts > now).then_some(slot)
    };
    slots.into_iter().filter_map(left).collect()
}

/// The place that a visitor is given who comes at this moment; none when the counter offers no such visit, or none is left.
pub fn place(week: &Week, counter: &Name, starts: Instant, minutes: u16, booked: &[Appointment]) -> Option<u16> {
    let offered = slots(week, counter, starts.civil_date()).into_iter().find(|slot| slot.starts == starts && slot.minutes == minutes)?;
    let taken: BTreeSet<u16> = overlapping(&offered, booked).map(|one| one.place).collect();
    // Two visits that overlap hold two places, whatever their numbers.
    let count = overlapping(&offered, booked).count();
    (count < usize::from(offered.places)).then(|| (0..offered.places).find(|place| !taken.contains(place))).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::{Hours, Standing, check_hours};
    use super::*;
    use crate::ids::{AppointmentId, ClosureId, SubjectId};
    use chrono::Timelike;
    use proptest::prelude::*;

    fn named(text: &str) -> Name {
        Name::new(text).unwrap()
    }
    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }
    fn schedule(since: &str, hours: &[Hours]) -> Schedule {
        Schedule { counter: named("desk"), since: day(since), services: vec![named("certificate")], hours: hours.to_vec() }
    }
    fn hours(weekday: u8, opens: u16, closes: u16, minutes: u16, places: u16) -> Hours {
        Hours { weekday, opens, closes, minutes, places }
    }
    fn visit(slot: &Slot, place: u16) -> Appointment {
        Appointment {
            id: AppointmentId::fresh(),
            number: String::new(),
            version: 1,
            module: named("visits"),
            service: named("certificate"),
            counter: slot.counter.clone(),
            starts: slot.starts,
            minutes: slot.minutes,
            place,
            visitor: SubjectId::fresh(),
            standing: Standing::Booked,
            case: None,
            note: String::new(),
            remind_at: None,
            called_at: None,
        }
    }
    fn texts(week: &Week, date: &str) -> Vec<String> {
        slots(week, &named("desk"), day(date)).iter().map(|slot| slot.starts.local_text()).collect()
    }

    #[test]
    fn a_counter_s_day_is_cut_into_visits() {
        let week = Week {
            schedules: vec![
                schedule("2026-09-01", &[hours(4, 540, 600, 20, 1), hours(4, 780, 825, 20, 2), hours(6, 540, 560, 20, 1)]),
                schedule("2026-10-08", &[hours(4, 600, 630, 30, 1)]),
            ],
            ..Week::default()
        };
        let thursday = ["01.10.2026 09:00", "01.10.2026 09:20", "01.10.2026 09:40", "01.10.2026 13:00", "01.10.2026 13:20"];
        assert_eq!(texts(&week, "2026-10-01"), thursday);
        assert_eq!(texts(&week, "2026-10-03"), ["03.10.2026 09:00"], "open on Saturdays");
        assert_eq!(texts(&week, "2026-10-08"), ["08.10.2026 10:00"], "another week from a date on");
        assert!(texts(&week, "2026-08-27").is_empty() && texts(&week, "2026-10-02").is_empty());
        // 27 August 2026 is a public holiday; the first of October is given off.
        let mut off = week.clone();
        off.schedules[0].since = day("2026-01-01");
        off.days.off.insert(day("2026-10-01"));
        assert!(texts(&off, "2026-08-27").is_empty() && texts(&off, "2026-10-01").is_empty());
        assert_eq!(texts(&off, "2026-08-20").len(), 5);
    }

    #[test]
    fn hours_are_a_week() {
        let rule = |hours: &[Hours]| check_hours(hours).err().unwrap_or("");
        assert_eq!(rule(&[hours(1, 540, 720, 20, 1), hours(1, 720, 780, 15, 3), hours(7, 0, 1_440, 60, 1)]), "");
        let broken = [
            (hours(0, 540, 720, 20, 1), "weekday"),
            (hours(8, 540, 720, 20, 1), "weekday"),
            (hours(1, 720, 720, 20, 1), "range"),
            (hours(1, 720, 1_441, 20, 1), "range"),
            (hours(1, 540, 550, 20, 1), "minutes"),
            (hours(1, 540, 550, 0, 1), "minutes"),
            (hours(1, 540, 720, 20, 0), "places"),
            (hours(1, 600, 700, 20, 1), "overlap"),
        ];
        for (one, expected) in broken {
            assert_eq!(rule(&[hours(1, 540, 660, 20, 1), one]), expected, "{one:?}");
        }
    }

    fn any_hours() -> impl Strategy<Value = Vec<Hours>> {
        let one = (1u8..=7, 0u16..1_430, 10u16..600, 5u16..120, 1u16..4).prop_map(|(weekday, opens, length, minutes, places)| {
            let closes = (opens + length).min(1_440);
            hours(weekday, opens, closes, minutes.min(closes - opens), places)
        });
        proptest::collection::vec(one, 1..8).prop_filter("a week", |hours| check_hours(hours).is_ok())
    }

    proptest! {
        /// Any week, over the days on which clocks are put forward (29 March) and back (25 October 2026).
        #[test]
        fn visits_lie_within_their_hours_and_never_meet(hours in any_hours(), first in 0u64..365, closed in 0i64..86_400, length in 1i64..40_000) {
            for date in [day("2026-01-01") + chrono::Days::new(first), day("2026-03-29"), day("2026-10-25")] {
                let from = Instant::first_of(date).plus_seconds(closed);
                let closure = Closure {
                    id: ClosureId::fresh(), counter: named("desk"), from, to: from.plus_seconds(length), reason: String::new(),
                };
                let open = Week { schedules: vec![schedule("2026-01-01", &hours)], ..Week::default() };
                let week = Week { closures: vec![closure.clone()], ..open.clone() };
                let (offered, all) = (slots(&week, &named("desk"), date), slots(&open, &named("desk"), date));
                prop_assert!(!open.days.is_off(date) || all.is_empty());
                for slot in &all {
                    let local = slot.starts.utc().with_timezone(&chrono_tz::Europe::Chisinau);
                    let at = u16::try_from(local.hour() * 60 + local.minute()).unwrap();
                    let within = |one: &&Hours| {
                        u32::from(one.weekday) == date.weekday().number_from_monday() && one.opens <= at && at + one.minutes <= one.closes
                            && (at - one.opens).is_multiple_of(one.minutes) && one.minutes == slot.minutes && one.places == slot.places
                    };
                    prop_assert_eq!(local.date_naive(), date);
                    prop_assert!(hours.iter().any(|one| within(&one)));
                    let shut = closure.from < slot.ends() && slot.starts < closure.to;
                    prop_assert_eq!(offered.contains(slot), !shut);
                }
                prop_assert!(offered.iter().all(|slot| all.contains(slot)));
                for pair in all.windows(2) {
                    prop_assert!(pair[0].ends() <= pair[1].starts);
                }
                let normal = date != day("2026-03-29") && date != day("2026-10-25") && !open.days.is_off(date);
                let of_day = hours.iter().filter(|one| u32::from(one.weekday) == date.weekday().number_from_monday());
                let expected: usize = of_day.map(|one| usize::from((one.closes - one.opens) / one.minutes)).sum();
                prop_assert!(!normal || all.len() == expected);
            }
        }

        /// However people book, also visits of an earlier week that had another length: never more at a moment than there are places.
        #[test]
        fn a_place_is_given_once(before in any_hours(), after in any_hours(), wishes in proptest::collection::vec((0usize..60, any::<bool>()), 1..60)) {
            let date = day("2026-10-01");
            let (old, new) = (vec![schedule("2026-01-01", &before)], vec![schedule("2026-01-01", &after)]);
            let (old, new) = (Week { schedules: old, ..Week::default() }, Week { schedules: new, ..Week::default() });
            let mut booked: Vec<Appointment> = Vec::new();
            for (week, wishes) in [(&old, &wishes[..wishes.len() / 2]), (&new, &wishes[wishes.len() / 2..])] {
                for (wish, cancelled) in wishes {
                    let offered = slots(week, &named("desk"), date);
                    let Some(slot) = offered.get(*wish % offered.len().max(1)) else { continue };
                    let left = free(vec![slot.clone()], &booked, Instant(0)).first().map_or(0, |slot| slot.places);
                    let given = place(week, &named("desk"), slot.starts, slot.minutes, &booked);
                    prop_assert_eq!(given.is_some(), left > 0);
                    if let Some(given) = given {
                        prop_assert!(overlapping(slot, &booked).all(|one| one.place != given));
                        booked.push(visit(slot, given));
                        if *cancelled {
                            booked.last_mut().unwrap().standing = Standing::Cancelled;
                        }
                    }
                    prop_assert!(place(week, &named("desk"), slot.starts.plus_seconds(60), slot.minutes, &booked).is_none());
                }
            }
        }
    }
}
