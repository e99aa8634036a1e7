//! Numbers that differ from run to run: jitter of waits, SCRAM nonces.

/// xoshiro256**, seeded with the browser's randomness once. Enough for what must differ, not to be
/// guessed from outside TLS, and be the same again in a test.
#[derive(Debug)]
pub(crate) struct Random([u64; 4]);

impl Random {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        let mut state = [0x9e37_79b9_7f4a_7c15_u64; 4];
        for (word, bytes) in state.iter_mut().zip(seed.chunks_exact(8)) {
            for byte in bytes {
                *word = word.rotate_left(8) ^ u64::from(*byte);
            }
        }
        Self(state)
    }

    pub(crate) fn next_u64(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= t;
        *d = d.rotate_left(45);
        result
    }

    /// A number from 0 up to, not including, 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        // 32 bits are plenty for jitter and convert without loss.
        f64::from(u32::try_from(self.next_u64() >> 32).unwrap_or_default()) / 4_294_967_296.0
    }

    /// A nonce for SCRAM, RFC 5802 5.1.
    pub(crate) fn nonce(&mut self) -> [u8; 18] {
        let mut nonce = [0; 18];
        for chunk in nonce.chunks_mut(8) {
            for (to, from) in chunk.iter_mut().zip(self.next_u64().to_le_bytes()) {
                *to = from;
            }
        }
        nonce
    }
}
