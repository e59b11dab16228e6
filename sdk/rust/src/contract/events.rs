//! The optional export `events`: what happened outside. Its types are those of the main world.

wit_bindgen::generate!({
    path: [
        "../../wit/types", "../../wit/mpass", "../../wit/clock", "../../wit/random", "../../wit/log", "../../wit/registers",
        "../../wit/subjects", "../../wit/uploads", "../../wit/mpay", "../../wit/documents", "../../wit/msign", "../../wit/mpower",
        "../../wit/mconnect", "../../wit/mnotify", "../../wit/config", "../../wit/timers",
        "../../wit/jobs", "../../wit/view", "../../wit/tasks", "../../wit/cases", "../../wit/catalogue", "../../wit/appointments",
        "../../wit/opendata", "../../wit/modules",
    ],
    world: "vatra:modules/with-events@0.1.0",
    with: {
        "vatra:types/values@0.1.0": crate::contract::vatra::types::values,
        "vatra:registers/types@0.1.0": crate::contract::vatra::registers::types,
        "vatra:mpay/types@0.1.0": crate::contract::vatra::mpay::types,
        "vatra:documents/types@0.1.0": crate::contract::vatra::documents::types,
        "vatra:msign/types@0.1.0": crate::contract::vatra::msign::types,
        "vatra:mnotify/types@0.1.0": crate::contract::vatra::mnotify::types,
        "vatra:timers/types@0.1.0": crate::contract::vatra::timers::types,
        "vatra:jobs/types@0.1.0": crate::contract::vatra::jobs::types,
        "vatra:view/view@0.1.0": crate::contract::vatra::view::view,
        "vatra:tasks/types@0.1.0": crate::contract::vatra::tasks::types,
        "vatra:cases/types@0.1.0": crate::contract::vatra::cases::types,
        "vatra:appointments/types@0.1.0": crate::contract::vatra::appointments::types,
    },
    generate_unused_types: true,
    pub_export_macro: true,
    export_macro_name: "export_events",
    default_bindings_module: "vatra_sdk::contract::events",
    additional_derives: [PartialEq],
});
