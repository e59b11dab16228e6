//! The contract's bindings, generated from `wit/`.
#![allow(unsafe_code, missing_docs, unreachable_pub, unsafe_op_in_unsafe_fn, clippy::all, clippy::pedantic, clippy::restriction)]

wit_bindgen::generate!({
    path: [
        "../../wit/types", "../../wit/mpass", "../../wit/clock", "../../wit/random", "../../wit/log", "../../wit/registers",
        "../../wit/subjects", "../../wit/uploads", "../../wit/mpay", "../../wit/documents", "../../wit/msign", "../../wit/mpower",
        "../../wit/mconnect", "../../wit/mnotify", "../../wit/config", "../../wit/timers",
        "../../wit/jobs", "../../wit/view", "../../wit/tasks", "../../wit/cases", "../../wit/catalogue", "../../wit/appointments",
        "../../wit/opendata", "../../wit/modules",
    ],
    world: "vatra:modules/role-module@0.1.0",
    generate_all,
    generate_unused_types: true,
    pub_export_macro: true,
    export_macro_name: "export_screens",
    default_bindings_module: "vatra_sdk::contract",
    additional_derives: [PartialEq],
});

pub mod events;
pub mod jobs;
pub mod quotes;
