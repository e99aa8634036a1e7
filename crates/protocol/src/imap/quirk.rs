//! What servers get wrong and we read all the same: one item each, with who needs it.
