//! The input buffer: what came from the link and has not been taken yet.
