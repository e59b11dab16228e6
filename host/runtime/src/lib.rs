//! Engine, composition, limits, the call and its unit of work.
