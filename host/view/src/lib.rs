//! The typed view, validated and rendered as accessible HTML or as JSON, in Romanian, Russian and English. No I/O.
//!
//! A module returns a [`vatra_core::view::Screen`]; the host [`validate`]s it against the module's manifest, finds out what it names
//! (a [`vatra_core::view::Resolved`]), and renders it with [`render_page`] or [`render_json`]. What people type comes back through
//! [`parse_inputs`]. The host's own [`pages`] are made of the same pieces ([`ui`]).

pub mod applications;
pub mod assets;
mod catalogue;
pub mod csv;
pub mod explain;
mod facts;
pub mod format;
mod inputs;
mod json;
pub mod limits;
mod lower;
mod messages;
mod page;
pub mod pages;
mod render;
pub mod steps;
pub mod ui;
pub mod urls;
mod validate;
mod wording;

pub use assets::{Asset, asset, asset_url, assets};
pub use catalogue::{CATALOGUE_BYTES, Catalogue};
pub use csv::csv;
pub use explain::{Trouble, explain};
pub use inputs::{
    BrokenRule, Posted, Sought, SoughtBy, is_asked, is_part, parse_date, parse_inputs, people_chosen, people_sought, regroup,
    unknown_inputs,
};
pub use json::{render_json, report_json};
pub use messages::{host_catalogue, say, say_with};
pub use page::{FormState, Frame, PageContext, Reader, bulk_of, menu, render_bulk, render_check, render_page, town_hall};
pub use urls::{form_fields, parameters_to_pairs, parameters_to_query, table_request, value_text};
pub use validate::{Problem, ViewProblem, validate};
pub use wording::Wording;
