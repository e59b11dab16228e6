//! Typed view, validated and rendered as accessible HTML or JSON. No I/O.
