//! What the contract offers, and how much of it this host implements.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Interfaces that this host links.
pub const IMPLEMENTED: &[&str] = &[
    "vatra:appointments/booking@0.1.0",
    "vatra:appointments/calendar@0.1.0",
    "vatra:appointments/queue@0.1.0",
    "vatra:cases/applications@0.1.0",
    "vatra:cases/handling@0.1.0",
    "vatra:catalogue/services@0.1.0",
    "vatra:clock/clock@0.1.0",
    "vatra:config/enactments@0.1.0",
    "vatra:config/settings@0.1.0",
    "vatra:config/working-days@0.1.0",
    "vatra:documents/archive@0.1.0",
    "vatra:documents/documents@0.1.0",
    "vatra:jobs/queue@0.1.0",
    "vatra:log/log@0.1.0",
    "vatra:mconnect/catalogue@0.1.0",
    "vatra:mconnect/data@0.1.0",
    "vatra:mconnect/events@0.1.0",
    "vatra:mnotify/messages@0.1.0",
    "vatra:mpass/caller@0.1.0",
    "vatra:mpay/invoices@0.1.0",
    "vatra:mpay/orders@0.1.0",
    "vatra:mpower/mandates@0.1.0",
    "vatra:msign/requests@0.1.0",
    "vatra:msign/verification@0.1.0",
    "vatra:opendata/acts@0.1.0",
    "vatra:random/random@0.1.0",
    "vatra:registers/registers@0.1.0",
    "vatra:subjects/subjects@0.1.0",
    "vatra:tasks/tasks@0.1.0",
    "vatra:timers/timers@0.1.0",
    "vatra:types/values@0.1.0",
    "vatra:uploads/uploads@0.1.0",
    "vatra:view/view@0.1.0",
];

/// How names of the contract's drafts begin: what is thought through and not released.
pub const DRAFTS: &str = "vatra:drafts/";

/// Always linked: they need no grant.
pub const BASE: &[&str] = &[
    "vatra:clock/clock@0.1.0",
    "vatra:log/log@0.1.0",
    "vatra:mpass/caller@0.1.0",
    "vatra:random/random@0.1.0",
    "vatra:types/values@0.1.0",
    "vatra:view/view@0.1.0",
];

/// The export without which a module shows nothing.
pub const SCREENS: &str = "vatra:modules/screens@0.1.0";

/// The export by which a module hears of what happens outside.
pub const EVENTS: &str = "vatra:modules/events@0.1.0";

/// The export that does long work.
pub const JOBS: &str = "vatra:modules/jobs@0.1.0";

/// Exports of the contract that this host calls.
pub const CALLED: &[&str] = &[SCREENS, EVENTS, JOBS, "vatra:modules/quotes@0.1.0"];

/// Every interface that a module may import by the contract: the world `imports`.
pub static OFFERED: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../wit/modules/worlds.wit").lines().filter_map(|line| line.trim().strip_prefix("import ")?.strip_suffix(';')).collect()
});

/// The capability that an interface belongs to: `mpay` of `vatra:mpay/orders@0.1.0`.
pub fn capability(interface: &str) -> Option<&str> {
    interface.strip_prefix("vatra:")?.split('/').next()
}

/// The versions of an interface that are among these, when it is there in other versions only.
pub fn other_versions(among: &[&str], name: &str) -> Vec<String> {
    let interface = |name: &str| name.split('@').next().map(str::to_owned);
    among.iter().filter(|known| interface(known) == interface(name)).map(|known| (*known).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_released_is_implemented_and_nothing_else() {
        let world = include_str!("../../wit/modules/worlds.wit").lines();
        let released =
            world.filter_map(|line| line.trim().strip_prefix("import ")?.strip_suffix(';')).filter(|name| !name.contains("/types@"));
        assert_eq!(released.collect::<BTreeSet<_>>(), IMPLEMENTED.iter().copied().collect());
        assert!(BASE.iter().all(|base| IMPLEMENTED.contains(base)));
    }

    #[test]
    fn a_capability_is_its_package() {
        assert_eq!(capability("vatra:mpay/orders@0.1.0"), Some("mpay"));
        assert_eq!(capability("wasi:filesystem/types@0.2.0"), None);
    }
}
