//! One connection: tags, pipelining, continuation, IDLE.
