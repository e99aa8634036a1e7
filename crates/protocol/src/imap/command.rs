//! Commands and their bytes.
