//! Helpers for Dak's own tests.
