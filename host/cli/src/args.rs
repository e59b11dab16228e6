//! The command line's grammar and help.

mod packages;

pub(crate) use packages::{Install, Publishers, Stops};

use crate::clock::Moment;
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use vatra_core::manifest::Language;

/// Vatra: modules for town halls, each in its sandbox.
///
/// Commands talk to the host that runs on the data folder; where none runs they open the data themselves.
#[derive(Parser)]
#[command(
    name = "vatra",
    version,
    after_help = "Exit codes: 0 done; 1 refused, rejected or denied; 2 the command line was not understood; 3 the host failed.\n\
        With --json a refusal is {\"error\": {\"code\", \"title\", \"detail\"}} on the standard output.\n\n\
        Examples:\n  \
        vatra --data demo demo --listen 127.0.0.1:8080\n  \
        vatra --data demo act sculeni tax-collector import-roll --as perceptor -F roll=@rol.csv --json\n  \
        vatra --data demo show sculeni tax-collector accounts --as perceptor --query accounts.q=pislaru\n  \
        vatra --data demo grant remove sculeni tax-collector mpay\n  \
        vatra --data demo audit verify"
)]
pub(crate) struct Cli {
    /// The data folder.
    #[arg(long, global = true, env = "VATRA_DATA", value_name = "DIR", help = "The data folder [default: ./vatra-data]")]
    pub(crate) data: Option<PathBuf>,
    /// PostgreSQL instead of the SQLite file in the data folder: postgres://user:password@host/database
    #[arg(long, global = true, env = "VATRA_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// Answers as one JSON object
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Pretends that today is this day, or that it is this moment in Chișinău; with demo data only
    #[arg(long, global = true, value_name = "YYYY-MM-DD[THH:MM]")]
    pub(crate) clock: Option<Moment>,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Performs an action of a module, as a person of the municipality
    Act(Act),
    /// Shows a screen of a module, as a person of the municipality
    Show(Show),
    /// Municipalities and their officials
    #[command(subcommand)]
    Tenant(Tenant),
    /// Modules: of a municipality, and as packages
    #[command(subcommand)]
    Plugin(Plugin),
    /// What modules of a municipality may do
    #[command(subcommand)]
    Grant(Grant),
    /// Publishers whose packages this host takes
    #[command(subcommand)]
    Publisher(Publishers),
    /// Kill switches: modules, packages, publishers, municipalities
    #[command(subcommand)]
    Stop(Stops),
    /// A publisher's keys, on the publisher's own machine
    #[command(subcommand)]
    Keys(crate::keys::Keys),
    /// The audit trail
    #[command(subcommand)]
    Audit(Audit),
    /// Why a request was denied, slow or stopped, and what can be done
    #[command(
        after_help = "The number stands on the page that told of the trouble, in the answer's header x-request-id, and in the log.\n\
        What was denied, stopped or changed is found for as long as the audit trail is kept; what was only slow until the host restarts.\n\n\
        Example:\n  vatra explain 0193f1c2-7d1e-7c3a-9b1e-2f6a5d0c4b7e"
    )]
    Explain {
        /// The request's number
        request: String,
    },
    /// What arrived from outside and was not handled yet
    #[command(subcommand)]
    Inbox(Inbox),
    /// MPay's side of an order, for scripts (lookups, payments, confirmations again and late); refunds; statements
    #[command(subcommand)]
    Mpay(Mpay),
    /// Fills the data folder with a demo and serves it, with all government services emulated
    Demo(Demo),
    /// Serves the data folder
    Serve(Serve),
    /// What a shell completes
    Completions(crate::completions::Completions),
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("'{text}' is not NAME=VALUE")),
    }
}

pub(crate) fn language(text: &str) -> Result<Language, String> {
    Language::from_code(text).ok_or_else(|| format!("'{text}' is not ro, ru or en"))
}

#[derive(Args)]
#[command(
    after_help = "The person's roles, the module's grants and the inputs are checked as in the portal; the trail says that the operator acted\n\
    as that person (channel command-line).\n\n\
    --json prints {\"outcome\": \"show|go|done|pay|rejected|before\", \"report\": {…}} and, as apt, \"screen\", \"parameters\", \"notice\",\n\
    \"order\" and \"url\", or \"errors\". Amounts of a report are bani.\n\n\
    Examples:\n  \
    vatra act sculeni tax-collector import-roll --as perceptor -F roll=@rol.csv --json\n  \
    vatra act sculeni tax-collector issue-notice --as 'Vasile Moraru' -F entry=ID -F amount=120,50 -F due-date=2026-12-31"
)]
pub(crate) struct Act {
    /// The municipality's slug: sculeni
    pub(crate) municipality: String,
    /// The module: tax-collector
    pub(crate) module: String,
    /// The action: import-roll
    pub(crate) action: String,
    /// As whom: handle, IDNP or full name of an official
    #[arg(long = "as", value_name = "PERSON")]
    pub(crate) person: String,
    /// An input; @FILE sends a file (up to 20 MiB). May be repeated
    #[arg(short = 'F', long = "field", value_name = "NAME=VALUE|NAME=@FILE", value_parser = pair)]
    pub(crate) fields: Vec<(String, String)>,
    /// Which column of a table is which field of the module, where its heading is another: --map 'Cod fiscal=taxpayer'; of a person's columns
    /// FIELD.name and FIELD.kind. May be repeated
    #[arg(long = "map", value_name = "HEADING=FIELD", value_parser = pair)]
    pub(crate) maps: Vec<(String, String)>,
    /// Language of messages: ro, ru or en
    #[arg(long, default_value = "ro", value_parser = language)]
    pub(crate) lang: Language,
}

#[derive(Args)]
#[command(
    after_help = "Tables of a register are searched, sorted and paged through the query, each by its id ID, which the text and the JSON show\n\
    (\"table 'ID'\", \"id\"):\n  \
    --query ID.q=WORDS      search; case and diacritics do not count\n  \
    --query ID.sort=COLUMN  sort by a column's name (from the JSON); -COLUMN the other way round\n  \
    --query ID.page=N       25 rows a page\n\n\
    Examples:\n  \
    vatra show sculeni tax-collector accounts --as perceptor --query accounts.q=pislaru --query accounts.sort=-due\n  \
    vatra show sculeni tax-collector account --as perceptor --query entry=ID --lang en\n  \
    vatra show sculeni tax-collector accounts --as contabil --csv accounts > conturi.csv"
)]
pub(crate) struct Show {
    /// The municipality's slug: sculeni
    pub(crate) municipality: String,
    /// The module: tax-collector
    pub(crate) module: String,
    /// The screen: home
    pub(crate) screen: String,
    /// As whom: handle, IDNP or full name of an official
    #[arg(long = "as", value_name = "PERSON")]
    pub(crate) person: String,
    /// A parameter of the screen, or what is asked of a table. May be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) query: Vec<(String, String)>,
    /// Language: ro, ru or en
    #[arg(long, default_value = "ro", value_parser = language)]
    pub(crate) lang: Language,
    /// The whole page, as the portal would send it
    #[arg(long, conflicts_with = "csv")]
    pub(crate) html: bool,
    /// All rows of this table that the search finds, as CSV
    #[arg(long, value_name = "TABLE")]
    pub(crate) csv: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum Tenant {
    /// All municipalities
    List,
    /// Adds a municipality
    #[command(
        after_help = "Example:\n  vatra tenant add peresecina --name Peresecina --district Orhei --cuatm 6445000 --idno 1007601001234"
    )]
    Add {
        /// Its place in addresses: lower-case letters, digits, hyphens
        slug: String,
        /// Its name
        #[arg(long)]
        name: String,
        /// Raion
        #[arg(long)]
        district: String,
        /// 7-digit code of the administrative-territorial unit
        #[arg(long)]
        cuatm: String,
        /// 13-digit IDNO of the town hall, by which other institutions know it
        #[arg(long, default_value = "")]
        idno: String,
    },
    /// Changes what a municipality is known by
    Set {
        /// Its slug
        slug: String,
        /// 13-digit IDNO of the town hall
        #[arg(long)]
        idno: String,
    },
    /// Lists officials; with --add adds one, or changes their roles
    #[command(after_help = "Example:\n  \
        vatra tenant people sculeni --add perceptor --name 'Vasile Moraru' --idnp 2012877351413 --role tax-collector")]
    People {
        /// The municipality's slug
        slug: String,
        /// The official's handle
        #[arg(long, value_name = "HANDLE", requires_all = ["name", "idnp", "role"])]
        add: Option<String>,
        /// First name, last name
        #[arg(long, requires = "add")]
        name: Option<String>,
        /// 13 digits
        #[arg(long, requires = "add")]
        idnp: Option<String>,
        /// A role, from now on; may be repeated
        #[arg(long, requires = "add")]
        role: Vec<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum Plugin {
    /// Plans the install of a package, and has it wait for an administrator's approval; in a demo installs it at once
    #[command(
        after_help = "The package's publisher must be trusted here (`vatra publisher trust`) and have signed it. What would be done is printed: permissions,\n\
        registers, roles, and what is different from the installed version. In a demo a bare component does.\n\n\
        Examples:\n  \
        vatra plugin install sculeni cemetery.oci --plan\n  \
        vatra plugin install sculeni cemetery.oci --withhold mpay --upgrades patch\n  \
        vatra plugin install sculeni packages/tax-collector.wasm --grant-all      (in a demo)"
    )]
    Install(Install),
    /// The same for a module that is installed; what does no more follows by itself where the approval in force lets it
    #[command(after_help = "Example:\n  vatra plugin upgrade sculeni cemetery-1.2.1.oci")]
    Upgrade(Install),
    /// Approves what waits, by a signature that was made elsewhere; without one says what is to be signed
    #[command(
        after_help = "What is signed is the SHA-1 digest of the text, as MSign signs it: a detached XAdES signature with a time stamp, by an administrator or\n\
        the mayor. In the portal the same is done in two steps.\n\n\
        Examples:\n  vatra plugin approve sculeni cemetery > approval.json\n  vatra plugin approve sculeni cemetery --signature approval.xml"
    )]
    Approve {
        #[command(flatten)]
        module: Module,
        /// The signature
        #[arg(long, value_name = "FILE")]
        signature: Option<PathBuf>,
    },
    /// Goes back to the version before; the data stay
    Rollback(Module),
    /// Removes a module; its registers, documents and orders stay, and are found again by whichever module keeps the same registers
    Remove(Module),
    /// Versions that were installed, and where rolling back would lead
    History {
        /// The municipality's slug
        municipality: String,
        /// The module
        module: String,
    },
    /// Installed modules
    List {
        /// The municipality's slug
        municipality: String,
    },
    /// What modules use on the running host, the busiest first, and what they may use
    #[command(
        after_help = "Per module since the host started: calls, failures, over-runs of budgets, denials, time on worker threads, the longest call\n\
        and the most memory of one call. A budget is adjusted with `vatra plugin budget`.\n\n\
        Examples:\n  vatra plugin top\n  vatra plugin top sculeni --json"
    )]
    Top {
        /// The municipality's slug; all when absent
        municipality: Option<String>,
    },
    /// What one call of a module may use; with --set another value, within the host's ceilings
    #[command(
        after_help = "Budgets: wall-clock and cpu (ms); memory, host-bytes and log (bytes; KiB, MiB); table, instances, handles, host-calls,\n\
        entries-read, entries-written, view. `--set NAME=default` puts the host's usual limit back. Ceilings and usual limits are set in\n\
        engine.toml in the data folder.\n\n\
        Example:\n  vatra plugin budget sculeni tax-collector --set memory=256MiB --set wall-clock=10000"
    )]
    Budget {
        /// The municipality's slug
        municipality: String,
        /// The module
        module: String,
        /// A budget's new value. May be repeated
        #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
        set: Vec<(String, String)>,
    },
    /// Disables a module; its data and grants stay
    Disable(Module),
    /// Enables a module again
    Enable(Module),
    #[command(flatten)]
    Author(crate::plugin::Author),
}

#[derive(Args)]
pub(crate) struct Module {
    /// The municipality's slug
    pub(crate) municipality: String,
    /// The module
    pub(crate) module: String,
    /// As an administrator of the municipality; as the operator when absent
    #[arg(long = "as", value_name = "PERSON")]
    pub(crate) person: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum Grant {
    /// Grants a capability, or replaces what was granted; parameters that are left out are granted as the module asks
    #[command(after_help = "Example:\n  \
        vatra grant add sculeni tax-collector mpay --param services=local-taxes --param ceiling=50000 \\\n    \
        --setting account.local-budget=MD56TRPBAF113210A92560AA --until 2027-12-31")]
    Add {
        #[command(flatten)]
        capability: Capability,
        /// How far it reaches: members with commas; a ceiling in lei. May be repeated
        #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
        param: Vec<(String, String)>,
        /// What the municipality knows and the module must not choose: account.NAME=IBAN. May be repeated
        #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
        setting: Vec<(String, String)>,
        /// The law that it rests on; the module's own words when absent
        #[arg(long)]
        basis: Option<String>,
        /// Its last day
        #[arg(long, value_name = "YYYY-MM-DD")]
        until: Option<String>,
    },
    /// Revokes a grant: the module's next call is denied
    Remove(Capability),
    /// Restores a revoked grant as it was
    Restore(Capability),
    /// What is asked for and what is granted
    List {
        /// The municipality's slug
        municipality: String,
        /// The module; all when absent
        module: Option<String>,
    },
}

#[derive(Args)]
pub(crate) struct Capability {
    /// The municipality's slug
    pub(crate) municipality: String,
    /// The module
    pub(crate) module: String,
    /// The capability: registers, uploads, mpay…
    pub(crate) capability: String,
    /// As an administrator of the municipality; as the operator when absent
    #[arg(long = "as", value_name = "PERSON")]
    pub(crate) person: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Rows, newest first
    #[command(
        after_help = "Kinds: action-begun, action-kept, action-failed, stopped, look, export, denial, received, handled, parked, module, grant,\n\
        administration, session.\n\n\
        Example:\n  vatra audit list sculeni --about 2012158230242 --kind look --kind export"
    )]
    List {
        /// The municipality's slug
        municipality: String,
        /// Only rows about this person: official, IDNP, IDNO, or a person's id
        #[arg(long, value_name = "PERSON")]
        about: Option<String>,
        /// Only rows of this kind; may be repeated
        #[arg(long)]
        kind: Vec<String>,
        /// Only rows before this number
        #[arg(long, value_name = "NO")]
        before: Option<u64>,
        /// At most this many
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Proves trails unbroken; exit code 1 and every fault by name when one is not
    Verify {
        /// The municipality's slug; all when absent
        municipality: Option<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum Inbox {
    /// What waits, and what is parked for an operator
    List {
        /// The municipality's slug
        municipality: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum Mpay {
    /// An order, as MPay sees it
    Show {
        /// Its number
        number: String,
    },
    /// Takes a payment by the rules of the emulator's page, and confirms it
    Pay {
        /// The order's number
        number: String,
        /// In lei; all that remains when absent
        #[arg(long, value_name = "LEI")]
        amount: Option<String>,
        /// card, bank, terminal or cash
        #[arg(long, value_name = "METHOD", default_value = "card")]
        method: String,
        /// Confirms it twice
        #[arg(long)]
        twice: bool,
    },
    /// Confirms a payment as MPay does: the same --payment again is the same payment
    Confirm {
        /// The order's number
        number: String,
        /// In lei
        #[arg(long, value_name = "LEI")]
        amount: String,
        /// MPay's PaymentID, at most 36 characters; a fresh one when absent
        #[arg(long, value_name = "ID")]
        payment: Option<String>,
    },
    /// Notes that money of a payment is to be given back: its order is refunding until MPay's statement says that it was given
    #[command(after_help = "MPay publishes no operation for refunds: they are asked for by the ordinary way, and noted here.\n\n\
        Examples:\n  vatra mpay refund 0100000123456785 --reason 'paid twice'\n  vatra mpay refund 0100000123456785 --withdraw")]
    Refund {
        /// The order's number
        number: String,
        /// MPay's PaymentID; the order's only payment when absent
        #[arg(long, value_name = "ID")]
        payment: Option<String>,
        /// In lei; all that is left of the payment when absent
        #[arg(long, value_name = "LEI")]
        amount: Option<String>,
        /// Why; nothing personal
        #[arg(long, value_name = "TEXT", required_unless_present = "withdraw")]
        reason: Option<String>,
        /// Forgets what was asked for on this order and not given back yet
        #[arg(long, conflicts_with_all = ["payment", "amount"])]
        withdraw: bool,
        /// As an administrator of the municipality; as the operator when absent
        #[arg(long = "as", value_name = "PERSON")]
        person: Option<String>,
    },
    /// Compares a statement of MPay with the payments that were recorded; exit code 1 and every difference by name when they differ
    #[command(after_help = "The file is CSV (docs/services.md). Days are those of its rows unless said.\n\n\
        Example:\n  vatra mpay reconcile sculeni mpay-2026-09-25.csv --apply")]
    Reconcile {
        /// The municipality's slug
        municipality: String,
        /// The statement
        file: PathBuf,
        /// Its first day
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: Option<chrono::NaiveDate>,
        /// Its last day
        #[arg(long, value_name = "YYYY-MM-DD")]
        until: Option<chrono::NaiveDate>,
        /// Records the refunds that it tells of: their orders follow
        #[arg(long)]
        apply: bool,
        /// As an administrator of the municipality; as the operator when absent
        #[arg(long = "as", value_name = "PERSON")]
        person: Option<String>,
    },
}

#[derive(Args)]
#[command(after_help = "Seeding adds only what is missing: it can be repeated.\n\n\
    Example:\n  vatra demo --data demo --listen 127.0.0.1:0")]
pub(crate) struct Demo {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Fills the data folder and ends
    #[arg(long)]
    pub(crate) seed_only: bool,
    /// The folder with the packages [default: $VATRA_PACKAGES, or packages/ beside or above this program]
    #[arg(long, value_name = "DIR")]
    pub(crate) packages: Option<PathBuf>,
}

#[derive(Args)]
#[command(
    after_help = "Which government services there are, and where, stands in services.toml in the data folder (docs/services.md). Without [mpass] nobody can\n\
    sign in."
)]
pub(crate) struct Serve {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Where to serve metrics for Prometheus, at /metrics; nowhere when absent. Keep it within your own network
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) metrics: Option<SocketAddr>,
    /// Emulates all government services in this process, instead of those in services.toml. Anyone who reaches the portal can then sign in as
    /// anyone: for trying out, never with people's data
    #[arg(long)]
    pub(crate) emulators: bool,
    /// The address that people type: https://vatra.example.md [default: http://ADDRESS]
    #[arg(long, value_name = "URL")]
    pub(crate) public: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_grammar_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn json_may_stand_at_the_end() {
        let cli = Cli::try_parse_from(["vatra", "act", "a", "b", "c", "--as", "d", "-F", "roll=@x=y.csv", "--json", "--data", "e"]);
        let Ok(Cli { json: true, verb: Verb::Act(act), .. }) = cli else { unreachable!("it is good") };
        assert_eq!(act.fields, [("roll".to_owned(), "@x=y.csv".to_owned())]);
    }
}
