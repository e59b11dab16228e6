//! Counterparts of the government services, with pages and fault switches.
