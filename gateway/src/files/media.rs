//! What a file is, by the end of its name.

/// `Content-Type` for a path; `None` for a name without a known ending, which then is a place in the app.
#[must_use]
pub(super) fn content_type(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next()?;
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        _ => return None,
    })
}

/// Endings that are never a place in the app: files of others that scanners ask for.
#[must_use]
pub(super) fn is_file_name(path: &str) -> bool {
    const OTHERS: [&str; 22] = [
        "asp", "aspx", "bak", "br", "cgi", "conf", "db", "env", "gz", "ini", "jsp", "key", "log",
        "pem", "php", "py", "sh", "sql", "tar", "xml", "yml", "zip",
    ];
    let ending = path
        .rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'));
    content_type(path).is_some() || ending.is_some_and(|(_, ending)| OTHERS.contains(&ending))
}

/// Does the name carry a hash of the content, `-0123456789abcdef.` or, as of the wasm, `…_bg.wasm`: then it never
/// changes.
#[must_use]
pub(super) fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((stem, _)) = name.split_once('.') else {
        return false;
    };
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hash = stem.rsplit_once('-').map_or("", |(_, hash)| hash);
    (8..=64).contains(&hash.len()) && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_names_are_told_from_others() {
        for hashed in [
            "/app-0123456789abcdef.js",
            "/a/app-0123456789abcdef_bg.wasm",
            "/x-y-deadbeef.css",
        ] {
            assert!(is_hashed(hashed), "{hashed}");
        }
        for plain in [
            "/sw.js",
            "/engine_bg.wasm",
            "/icon-192.png",
            "/apple-touch.png",
            "/app-0123-x.js",
            "/deadbeef",
        ] {
            assert!(!is_hashed(plain), "{plain}");
        }
    }

    #[test]
    fn a_mailbox_with_a_dot_is_no_file() {
        assert!(!is_file_name("/mail/INBOX.Sent"));
        assert!(!is_file_name("/mail/v1.2"));
        assert!(is_file_name("/wp-login.php"));
        assert!(is_file_name("/gone-0123456789abcdef.js"));
    }
}
