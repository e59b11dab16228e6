//! SQLite and PostgreSQL behind core's traits.
