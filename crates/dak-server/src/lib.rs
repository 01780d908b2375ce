//! Dak's HTTP server: one road for every API.
