//! Records that last: transactions, ordered lists, full-text search.
