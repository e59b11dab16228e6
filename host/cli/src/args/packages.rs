//! The grammar of packages on their way into a host, and of what keeps them out.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Install {
    /// The municipality's slug
    pub(crate) municipality: String,
    /// The package: a bundle that `vatra plugin sign` made (a folder, a .tar, oci:PATH), or a component with --signature
    pub(crate) file: PathBuf,
    /// A publisher's signature of it. May be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) signature: Vec<PathBuf>,
    /// Its list of parts, CycloneDX
    #[arg(long, value_name = "FILE")]
    pub(crate) sbom: Option<PathBuf>,
    /// Says what would be done, and does nothing
    #[arg(long)]
    pub(crate) plan: bool,
    /// A capability that is not given. May be repeated
    #[arg(long, value_name = "CAPABILITY")]
    pub(crate) withhold: Vec<String>,
    /// Which later versions follow by themselves when they do no more
    #[arg(long, value_name = "off|patch|minor")]
    pub(crate) upgrades: Option<String>,
    /// In a demo: grants everything that it asks for, as asked
    #[arg(long)]
    pub(crate) grant_all: bool,
    /// As an administrator of the municipality; as the operator when absent
    #[arg(long = "as", value_name = "PERSON")]
    pub(crate) person: Option<String>,
}

#[derive(Subcommand)]
#[command(after_help = "Examples:\n  \
    vatra publisher trust codru.keys.json --fingerprint '4f0a 11c2 …'     (compare it with the publisher by another way)\n  \
    vatra publisher list --json")]
pub(crate) enum Publishers {
    /// Trusts a publisher's keys, or takes in its further ones
    Trust {
        /// The file that `vatra keys export` made
        file: PathBuf,
        /// The fingerprint of its first key; not needed for one that is trusted
        #[arg(long, value_name = "HEX")]
        fingerprint: Option<String>,
    },
    /// Publishers that are trusted
    List,
    /// Trusts a publisher no longer: what it published is not run any more
    Drop {
        /// Its name
        publisher: String,
    },
}

#[derive(Subcommand)]
#[command(after_help = "Every host on the same database obeys within seconds. KIND is module, publisher, municipality or package.\n\n\
    Examples:\n  \
    vatra stop add module cemetery --reason 'adds interest twice'\n  \
    vatra stop add package sha256:4f0a… --reason 'altered after it was reviewed'\n  \
    vatra stop lift module cemetery\n  \
    vatra stop withdraw cemetery.revocation.json")]
pub(crate) enum Stops {
    /// Stops something
    Add {
        /// module, publisher, municipality or package
        kind: String,
        /// Its name, slug or digest
        name: String,
        /// Why, for the town halls that use it
        #[arg(long)]
        reason: String,
    },
    /// Lifts a stop
    Lift {
        /// module, publisher, municipality or package
        kind: String,
        /// Its name, slug or digest
        name: String,
    },
    /// Takes in what a publisher withdrew (`vatra keys revoke`); it is never lifted
    Withdraw {
        /// The signed statement
        file: PathBuf,
    },
    /// What is stopped
    List,
}
