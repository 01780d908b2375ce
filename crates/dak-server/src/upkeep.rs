//! What only the engine that owns the folder can do for its operator.

use std::path::Path;

use dak_store::Error;
use serde_json::Value;

/// Looking after a store.
pub trait Upkeep: Send + Sync {
    /// Copies everything into a new folder, while requests go on.
    ///
    /// # Errors
    /// A folder that is not empty or cannot be written.
    fn backup(&self, folder: &Path) -> Result<(), Error>;

    /// Looks for damage: `{"records": N, "problems": ["…"]}`.
    ///
    /// # Errors
    /// A store that cannot be read at all.
    fn check(&self) -> Result<Value, Error>;

    /// Makes all indexes again from the records.
    ///
    /// # Errors
    /// A store that cannot be written.
    fn rebuild(&self) -> Result<(), Error>;

    /// Deletes all records.
    ///
    /// # Errors
    /// A store that cannot be written.
    fn clear(&self) -> Result<(), Error>;
}
