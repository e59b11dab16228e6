//! Generated from `wit/`: the interfaces that this host implements.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

wasmtime::component::bindgen!({
    inline: "
        package vatra:host@0.1.0;
        world module {
            import vatra:types/values@0.1.0;
            import vatra:mpass/caller@0.1.0;
            import vatra:clock/clock@0.1.0;
            import vatra:random/random@0.1.0;
            import vatra:log/log@0.1.0;
            import vatra:registers/registers@0.1.0;
            import vatra:subjects/subjects@0.1.0;
            import vatra:uploads/uploads@0.1.0;
            import vatra:mpay/orders@0.1.0;
            import vatra:mpay/invoices@0.1.0;
            import vatra:documents/documents@0.1.0;
            import vatra:documents/archive@0.1.0;
            import vatra:mconnect/data@0.1.0;
            import vatra:mconnect/catalogue@0.1.0;
            import vatra:mconnect/events@0.1.0;
            import vatra:mnotify/messages@0.1.0;
            import vatra:mpower/mandates@0.1.0;
            import vatra:msign/requests@0.1.0;
            import vatra:msign/verification@0.1.0;
            import vatra:timers/timers@0.1.0;
            import vatra:jobs/queue@0.1.0;
            import vatra:tasks/tasks@0.1.0;
            import vatra:cases/applications@0.1.0;
            import vatra:cases/handling@0.1.0;
            import vatra:appointments/booking@0.1.0;
            import vatra:appointments/calendar@0.1.0;
            import vatra:appointments/queue@0.1.0;
            import vatra:catalogue/services@0.1.0;
            import vatra:opendata/types@0.1.0;
            import vatra:opendata/acts@0.1.0;
            import vatra:config/settings@0.1.0;
            import vatra:config/enactments@0.1.0;
            import vatra:config/working-days@0.1.0;
            import vatra:view/view@0.1.0;
            export vatra:modules/screens@0.1.0;
        }
    ",
    world: "vatra:host/module",
    path: [
        "../../wit/types",
        "../../wit/mpass",
        "../../wit/clock",
        "../../wit/random",
        "../../wit/log",
        "../../wit/registers",
        "../../wit/subjects",
        "../../wit/uploads",
        "../../wit/mpay",
        "../../wit/documents",
        "../../wit/msign",
        "../../wit/mpower",
        "../../wit/mconnect",
        "../../wit/mnotify",


        "../../wit/config",
        "../../wit/timers",
        "../../wit/jobs",
        "../../wit/view",
        "../../wit/tasks",
        "../../wit/cases",
        "../../wit/catalogue",
        "../../wit/appointments",
        "../../wit/opendata",
        "../../wit/modules",
    ],
    imports: { default: async | trappable },
    exports: { default: async },
    additional_derives: [PartialEq],
});

/// The optional export `events`; its types are those above.
pub mod events {
    wasmtime::component::bindgen!({
        inline: "
            package vatra:host-events@0.1.0;
            world listener { export vatra:modules/events@0.1.0; }
        ",
        world: "vatra:host-events/listener",
        path: [
            "../../wit/types", "../../wit/mpass", "../../wit/clock", "../../wit/random", "../../wit/log", "../../wit/registers",
            "../../wit/subjects", "../../wit/uploads", "../../wit/mpay", "../../wit/documents", "../../wit/msign", "../../wit/mpower",
            "../../wit/mconnect", "../../wit/mnotify", "../../wit/config", "../../wit/timers",
            "../../wit/jobs", "../../wit/view", "../../wit/tasks", "../../wit/cases", "../../wit/catalogue", "../../wit/appointments",
            "../../wit/opendata", "../../wit/modules",
        ],
        exports: { default: async },
        with: {
            "vatra:types/values@0.1.0": super::vatra::types::values,
            "vatra:mnotify/types@0.1.0": super::vatra::mnotify::types,
            "vatra:msign/types@0.1.0": super::vatra::msign::types,
            "vatra:mpay/types@0.1.0": super::vatra::mpay::types,
            "vatra:appointments/types@0.1.0": super::vatra::appointments::types,
            "vatra:cases/types@0.1.0": super::vatra::cases::types,
            "vatra:documents/types@0.1.0": super::vatra::documents::types,
            "vatra:registers/types@0.1.0": super::vatra::registers::types,
            "vatra:view/view@0.1.0": super::vatra::view::view,
            "vatra:timers/types@0.1.0": super::vatra::timers::types,
            "vatra:jobs/types@0.1.0": super::vatra::jobs::types,
            "vatra:tasks/types@0.1.0": super::vatra::tasks::types,
        },
    });
}

/// The optional export `quotes`; its types are those above.
pub mod quotes {
    wasmtime::component::bindgen!({
        inline: "
            package vatra:host-quotes@0.1.0;
            world quoter { export vatra:modules/quotes@0.1.0; }
        ",
        world: "vatra:host-quotes/quoter",
        path: [
            "../../wit/types", "../../wit/mpass", "../../wit/clock", "../../wit/random", "../../wit/log", "../../wit/registers",
            "../../wit/subjects", "../../wit/uploads", "../../wit/mpay", "../../wit/documents", "../../wit/msign", "../../wit/mpower",
            "../../wit/mconnect", "../../wit/mnotify", "../../wit/config", "../../wit/timers",
            "../../wit/jobs", "../../wit/view", "../../wit/tasks", "../../wit/cases", "../../wit/catalogue", "../../wit/appointments",
            "../../wit/opendata", "../../wit/modules",
        ],
        exports: { default: async },
        with: {
            "vatra:types/values@0.1.0": super::vatra::types::values,
            "vatra:mpay/types@0.1.0": super::vatra::mpay::types,
        },
    });
}

/// The optional export `jobs`; its types are those above.
pub mod jobs {
    wasmtime::component::bindgen!({
        inline: "
            package vatra:host-jobs@0.1.0;
            world worker { export vatra:modules/jobs@0.1.0; }
        ",
        world: "vatra:host-jobs/worker",
        path: [
            "../../wit/types", "../../wit/mpass", "../../wit/clock", "../../wit/random", "../../wit/log", "../../wit/registers",
            "../../wit/subjects", "../../wit/uploads", "../../wit/mpay", "../../wit/documents", "../../wit/msign", "../../wit/mpower",
            "../../wit/mconnect", "../../wit/mnotify", "../../wit/config", "../../wit/timers",
            "../../wit/jobs", "../../wit/view", "../../wit/tasks", "../../wit/cases", "../../wit/catalogue", "../../wit/appointments",
            "../../wit/opendata", "../../wit/modules",
        ],
        exports: { default: async },
        with: {
            "vatra:types/values@0.1.0": super::vatra::types::values,
        },
    });
}
