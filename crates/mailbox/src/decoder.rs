//! Undoes a part's transfer encoding (RFC 2045 6) piece by piece: pieces are cut anywhere.

use samma_message::transfer::{self, TransferEncoding};

/// Decodes one part as it comes.
#[derive(Debug)]
pub(crate) struct Decoder {
    encoding: TransferEncoding,
    /// The end of the last piece, which can't be decoded without the next one.
    rest: Vec<u8>,
}

impl Decoder {
    pub(crate) fn new(encoding: TransferEncoding) -> Self {
        Self {
            encoding,
            rest: Vec::new(),
        }
    }

    /// The next piece; `last`: nothing follows.
    pub(crate) fn decode(&mut self, piece: &[u8], last: bool) -> Vec<u8> {
        let mut piece = match self.encoding {
            TransferEncoding::Base64 => {
                let mut all = std::mem::take(&mut self.rest);
                all.extend(piece.iter().filter(|byte| !byte.is_ascii_whitespace()));
                all
            }
            _ => {
                let mut all = std::mem::take(&mut self.rest);
                all.extend_from_slice(piece);
                all
            }
        };
        if !last {
            let whole = match self.encoding {
                // Four characters are three octets.
                TransferEncoding::Base64 => piece.len().saturating_sub(piece.len() % 4),
                // A soft line break and `=C3` are each within one line.
                TransferEncoding::QuotedPrintable => piece
                    .iter()
                    .rposition(|byte| *byte == b'\n')
                    .map_or(0, |at| at.saturating_add(1)),
                // Has a first line and a last line; decoded as a whole.
                TransferEncoding::Uuencode => 0,
                _ => piece.len(),
            };
            self.rest = piece.split_off(whole);
        }
        transfer::decode(self.encoding, &piece).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_pieces(encoding: TransferEncoding, source: &[u8], size: usize) -> Vec<u8> {
        let mut decoder = Decoder::new(encoding);
        let mut out = Vec::new();
        for piece in source.chunks(size) {
            out.extend(decoder.decode(piece, false));
        }
        out.extend(decoder.decode(&[], true));
        out
    }

    #[test]
    fn pieces_give_what_the_whole_gives() {
        let base64 = b"SGVq\r\nIHAgZGln\r\nIQ==\r\n";
        let quoted = b"r=C3=A4ksm=C3=B6r=\r\ng=C3=A5s  \r\nand more=20\r\n";
        for size in 1..20 {
            for (encoding, source) in [
                (TransferEncoding::Base64, base64.as_slice()),
                (TransferEncoding::QuotedPrintable, quoted.as_slice()),
                (TransferEncoding::Binary, quoted.as_slice()),
            ] {
                let whole = transfer::decode(encoding, source).into_owned();
                assert_eq!(
                    in_pieces(encoding, source, size),
                    whole,
                    "{encoding:?} {size}"
                );
            }
        }
    }
}
