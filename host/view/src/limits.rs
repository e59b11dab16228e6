//! How large a screen may be. Beyond it a module's page is refused, not cut.

/// Blocks of a screen.
pub const BLOCKS: usize = 500;
/// Bound tables of a screen: each is a query.
pub const BOUND_TABLES: usize = 10;
/// Rows of a table that the module filled.
pub const ROWS: usize = 1_000;
/// Columns of a table.
pub const COLUMNS: usize = 40;
/// Items of a summary, particulars of a happening, links, buttons, breadcrumbs.
pub const ITEMS: usize = 200;
/// Happenings of a timeline.
pub const HAPPENINGS: usize = 1_000;
/// Inputs of a form.
pub const INPUTS: usize = 200;
/// Choices of an input: the country's localities are some 1,700.
pub const CHOICES: usize = 2_000;
/// Pages of a form.
pub const PAGES_OF_FORM: usize = 30;
/// Rows of a form with rows.
pub const ROWS_OF_FORM: usize = 200;
/// Series of a chart: as many looks as can be told apart.
pub const SERIES: usize = 6;
/// Labels of a chart with bars.
pub const BARS: usize = 60;
/// Labels of a chart with lines.
pub const POINTS: usize = 400;
/// Labels of a donut.
pub const SLICES: usize = 12;
/// Large numbers side by side.
pub const FIGURES: usize = 24;
/// Days of a calendar.
pub const DAYS: usize = 92;
/// A QR code's own text, in characters.
pub const QR_CHARS: usize = 500;
/// Parameters of a link, button or form, arguments of a message.
pub const FIELDS: usize = 50;
/// One text, in bytes.
pub const TEXT_BYTES: usize = 10_000;
/// A label, title, key or code, in bytes.
pub const LABEL_BYTES: usize = 1_000;
/// All texts and values of a screen together, in bytes.
pub const SCREEN_BYTES: usize = 512 * 1024;
/// What a reader types into a search box, in characters.
pub const SEARCH_CHARS: usize = 200;
/// The most pages that a table is turned to.
pub const PAGES: u32 = 100_000;
