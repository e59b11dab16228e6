//! The optional export `quotes`: what is owed on an order right now. Its types are those of the main world.

wit_bindgen::generate!({
    path: [
        "../../wit/types", "../../wit/mpass", "../../wit/clock", "../../wit/random", "../../wit/log", "../../wit/registers",
        "../../wit/subjects", "../../wit/uploads", "../../wit/mpay", "../../wit/documents", "../../wit/msign", "../../wit/mpower",
        "../../wit/mconnect", "../../wit/mnotify", "../../wit/config", "../../wit/timers",
        "../../wit/jobs", "../../wit/view", "../../wit/tasks", "../../wit/cases", "../../wit/catalogue", "../../wit/appointments",
        "../../wit/opendata", "../../wit/modules",
    ],
    world: "vatra:modules/with-quotes@0.1.0",
    with: {
        "vatra:types/values@0.1.0": crate::contract::vatra::types::values,
        "vatra:mpay/types@0.1.0": crate::contract::vatra::mpay::types,
    },
    generate_unused_types: true,
    pub_export_macro: true,
    export_macro_name: "export_quotes",
    default_bindings_module: "vatra_sdk::contract::quotes",
    additional_derives: [PartialEq],
});
