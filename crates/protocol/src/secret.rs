//! A password or token: never printed, wiped when dropped.
