//! The portal: sessions, routing, admin, problem+json.
