//! `TextDecoder`: the charsets whose tables are too heavy to carry along.

use web_sys::TextDecoder;

/// Most octets that are decoded; more than any text that is shown.
const MAX_OCTETS: usize = 16 * 1024 * 1024;

/// Decodes `bytes`; `None` where the browser does not know the label.
pub(crate) fn decode(label: &str, bytes: &[u8]) -> Option<String> {
    let decoder = TextDecoder::new_with_label(label).ok()?;
    let bytes = bytes.get(..MAX_OCTETS).unwrap_or(bytes);
    // Not fatal: what can't be decoded becomes U+FFFD.
    decoder.decode_with_u8_array(bytes).ok()
}
