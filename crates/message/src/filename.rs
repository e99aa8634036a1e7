//! File names: from what a sender wrote to what is safe to show and to save under.
//!
//! A name decides what a double click does, so it must not look like another: no invisible
//! characters, no overrides of direction ("gpj.exe" read backwards), no paths, no names that a
//! system keeps for devices, no blanks that push the real ending out of sight.

use crate::{
    header::{is_invisible, one_line},
    limits,
};

/// Makes a decoded name safe; empty when nothing of it is left.
pub fn clean(name: &str) -> String {
    let line = one_line(name);
    let base = last_component(&line);
    let mut out = String::with_capacity(base.len());
    for c in base.chars() {
        match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{2044}' | '\u{2215}'
            | '\u{FF0F}' | '\u{FF3C}' | '\u{29F8}' | '\u{FFFD}' => out.push('_'),
            // Emoji need joiners and selectors only to look right; a name can do without.
            c if is_invisible(c) || c.is_control() => {}
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    // Dots in front hide a file, dots and blanks behind are dropped by Windows, which is how
    // "a.exe." becomes "a.exe".
    let trimmed = out
        .trim_matches(|c: char| c.is_whitespace() || c == '.')
        .trim_start_matches("_.");
    let trimmed = trimmed.trim_start_matches(['.', ' ']);
    if trimmed.chars().all(|c| c == '_') {
        return String::new();
    }
    let named = if is_device(trimmed) {
        format!("_{trimmed}")
    } else {
        trimmed.to_owned()
    };
    shorten(&named)
}

/// A name for a part that has none: "message.eml", "part-1.2.pdf".
pub fn fallback(mime_type: &str, section: &str) -> String {
    let stem = match mime_type {
        "text/calendar" | "application/ics" => return "invite.ics".to_owned(),
        "message/rfc822" | "message/global" => "message",
        "application/pgp-signature" => return "signature.asc".to_owned(),
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => {
            return "smime.p7s".to_owned();
        }
        mime_type if mime_type.starts_with("image/") => "image",
        _ => "part",
    };
    let section = section.replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "");
    format!("{stem}-{section}.{}", extension_for(mime_type))
}

/// The ending of a name in lower case, without the dot; empty if it has none.
pub fn extension(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 16 => {
            ending.trim().to_lowercase()
        }
        _ => String::new(),
    }
}

/// Full paths ("C:\Users\a\b.txt", "/tmp/b.txt", "../b.txt") give their last component; a slash
/// inside a name ("Invoice 3/4.pdf") is only replaced.
fn last_component(name: &str) -> &str {
    let is_drive =
        matches!(name.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    let is_path = is_drive
        || name.starts_with(['/', '\\', '~'])
        || name.starts_with("..")
        || name.starts_with("file:");
    if is_path {
        name.rsplit(['/', '\\']).next().unwrap_or(name)
    } else {
        name
    }
}

/// Names that Windows gives to devices, with any ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let upper = stem.to_ascii_uppercase();
    if matches!(
        upper.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) {
        return true;
    }
    ["COM", "LPT"].iter().any(|device| {
        upper.strip_prefix(device).is_some_and(|number| {
            let mut chars = number.chars();
            let digit = chars
                .next()
                .is_some_and(|c| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'));
            digit && chars.next().is_none()
        })
    })
}

/// Cuts the stem and keeps the ending, which tells what the file is.
fn shorten(name: &str) -> String {
    if name.chars().count() <= limits::FILENAME_CHARS && name.len() <= limits::FILENAME_OCTETS {
        return name.to_owned();
    }
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 16 => (stem, ending),
        _ => (name, ""),
    };
    let octets = limits::FILENAME_OCTETS
        .saturating_sub(ending.len())
        .saturating_sub(4);
    let chars = limits::FILENAME_CHARS
        .saturating_sub(ending.chars().count())
        .saturating_sub(2);
    let end = stem
        .char_indices()
        .take(chars)
        .map(|(at, c)| at.saturating_add(c.len_utf8()))
        .take_while(|end| *end <= octets)
        .last()
        .unwrap_or(0);
    let cut = stem.get(..end).unwrap_or_default().trim_end();
    if ending.is_empty() {
        format!("{cut}…")
    } else {
        format!("{cut}….{ending}")
    }
}

fn extension_for(mime_type: &str) -> &'static str {
    match mime_type {
        "text/plain" => "txt",
        "text/html" => "html",
        "text/csv" => "csv",
        "text/vcard" | "text/x-vcard" | "text/directory" => "vcf",
        "text/rtf" | "application/rtf" => "rtf",
        "message/rfc822" | "message/global" => "eml",
        "message/delivery-status" | "message/disposition-notification" => "txt",
        "text/rfc822-headers" => "txt",
        "image/jpeg" | "image/jpg" | "image/pjpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/heic" => "heic",
        "image/svg+xml" => "svg",
        "image/tiff" => "tif",
        "application/pdf" => "pdf",
        "application/zip" | "application/x-zip-compressed" => "zip",
        "application/ms-tnef" | "application/vnd.ms-tnef" => "dat",
        "application/pgp-encrypted" | "application/pgp-keys" => "asc",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => "p7m",
        "application/json" => "json",
        "application/xml" | "text/xml" => "xml",
        "application/msword" => "doc",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.oasis.opendocument.text" => "odt",
        "audio/mpeg" => "mp3",
        "audio/wav" | "audio/x-wav" => "wav",
        "video/mp4" => "mp4",
        "video/quicktime" => "mov",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_stay() {
        for name in [
            "räk smörgås.txt",
            "Rapport (1).pdf",
            "日本語.docx",
            "a.tar.gz",
            "O'Brien & co.txt",
        ] {
            assert_eq!(clean(name), name);
        }
    }

    #[test]
    fn paths_and_their_signs_go() {
        assert_eq!(clean("../../etc/passwd"), "passwd");
        assert_eq!(clean("C:\\Users\\a\\b.doc"), "b.doc");
        assert_eq!(clean("/tmp/x.sh"), "x.sh");
        assert_eq!(clean("Invoice 3/4.pdf"), "Invoice 3_4.pdf");
        assert_eq!(clean("a<b>:\"c|d?*.txt"), "a_b___c_d__.txt");
        assert_eq!(clean(".."), "");
        assert_eq!(clean("///"), "");
    }

    #[test]
    fn names_can_not_hide_their_ending() {
        assert_eq!(clean("photo\u{202E}gpj.exe"), "photogpj.exe");
        assert_eq!(clean("a.pdf\u{200B}          .exe"), "a.pdf .exe");
        assert_eq!(clean("a.exe. . "), "a.exe");
        assert_eq!(clean("a\0.txt\r\nX: y"), "a.txt X_ y");
        assert_eq!(clean(".htaccess"), "htaccess");
    }

    #[test]
    fn device_names_are_defused() {
        assert_eq!(clean("con.txt"), "_con.txt");
        assert_eq!(clean("LPT1"), "_LPT1");
        assert_eq!(clean("COM10.txt"), "COM10.txt");
        assert_eq!(clean("console.txt"), "console.txt");
    }

    #[test]
    fn long_names_keep_their_ending() {
        let at_limit = format!("{}.txt", "a".repeat(limits::FILENAME_CHARS - 4));
        assert_eq!(clean(&at_limit), at_limit);
        let over = clean(&format!("{}.txt", "a".repeat(limits::FILENAME_CHARS)));
        assert!(over.ends_with("a….txt"));
        assert_eq!(over.chars().count(), limits::FILENAME_CHARS);
        let wide = clean(&format!("{}.txt", "語".repeat(100)));
        assert!(
            wide.ends_with("….txt") && wide.len() <= limits::FILENAME_OCTETS,
            "{wide}"
        );
    }

    #[test]
    fn parts_without_a_name_get_one_with_an_ending() {
        assert_eq!(fallback("application/pdf", "1.2"), "part-1.2.pdf");
        assert_eq!(fallback("message/rfc822", "2"), "message-2.eml");
        assert_eq!(fallback("text/calendar", "3"), "invite.ics");
        assert_eq!(fallback("application/x-odd", "4"), "part-4.bin");
    }

    #[test]
    fn endings_are_read_in_lower_case() {
        assert_eq!(extension("A.TXT"), "txt");
        assert_eq!(extension("a.tar.GZ"), "gz");
        assert_eq!(extension("none"), "");
    }
}
