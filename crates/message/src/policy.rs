//! What a message may do to its reader: which links open, which files are warned of.
//!
//! In: what a sender wrote. Out: a verdict. Lists of what is allowed, wherever that is possible;
//! the list of dangerous endings is what systems run or open with macros on a double click.

use serde::{Deserialize, Serialize};

use crate::filename;

/// Whether a link with this address may be opened at all: http, https, mailto or tel.
///
/// Everything else (javascript, data, file, smb, ms-msdt, ...) has opened programs or run
/// scripts in some client. The address is read as browsers read it: blanks and control
/// characters in front are skipped, tabs and line ends inside are dropped.
pub fn link_scheme_allowed(url: &str) -> bool {
    scheme(url).is_some_and(|scheme| matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel"))
}

/// The scheme of an address in lower case, as a browser sees it.
fn scheme(url: &str) -> Option<String> {
    let mut scheme = String::new();
    let seen = url
        .trim_start_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'));
    for c in seen.take(32) {
        match c {
            ':' => return (!scheme.is_empty()).then_some(scheme),
            'a'..='z' | 'A'..='Z' => scheme.push(c.to_ascii_lowercase()),
            '0'..='9' | '+' | '-' | '.' if !scheme.is_empty() => scheme.push(c),
            _ => return None,
        }
    }
    None
}

/// Why a file is warned of before it is saved or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Danger {
    /// Runs as a program or script, or installs one.
    Program,
    /// A program that its name presents as a document: "invoice.pdf.exe".
    Disguised,
    /// A document of a kind that carries macros.
    Macros,
    /// A page or drawing that runs scripts when opened in a browser.
    ActivePage,
    /// Opens a server's address, a shortcut or a disk image.
    Shortcut,
    /// An archive: what is in it can't be told from outside.
    Archive,
}

/// The danger of an attachment by its name and declared type; `None` for an ordinary file.
pub fn attachment_danger(name: &str, mime_type: &str) -> Option<Danger> {
    let extension = filename::extension(name);
    let danger = by_extension(&extension).or_else(|| by_type(mime_type))?;
    let is_runnable = matches!(
        danger,
        Danger::Program | Danger::Shortcut | Danger::ActivePage
    );
    if is_runnable && has_second_ending(name) {
        return Some(Danger::Disguised);
    }
    Some(danger)
}

/// How an attachment may be previewed. The preview itself runs in a frame of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preview {
    /// A picture of a kind that can't run scripts.
    Image,
    /// application/pdf.
    Pdf,
    /// Shown as text, whatever markup is in it.
    Text,
    /// Played.
    Audio,
    /// Played.
    Video,
    /// Saved only.
    None,
}

/// Classifies by type, and by name where the type says nothing; SVG and HTML are never drawn.
pub fn preview(name: &str, mime_type: &str) -> Preview {
    let extension = filename::extension(name);
    if matches!(
        by_extension(&extension).or_else(|| by_type(mime_type)),
        Some(Danger::ActivePage | Danger::Program | Danger::Shortcut)
    ) {
        return Preview::None;
    }
    let by_name = || match extension.as_str() {
        "jpg" | "jpeg" | "png" | "gif" | "webp" | "avif" | "bmp" => Preview::Image,
        "pdf" => Preview::Pdf,
        "txt" | "text" | "log" | "md" | "csv" | "tsv" | "patch" | "diff" | "json" | "ini" => {
            Preview::Text
        }
        "mp3" | "ogg" | "oga" | "wav" | "m4a" | "flac" | "opus" => Preview::Audio,
        "mp4" | "webm" | "m4v" | "ogv" => Preview::Video,
        _ => Preview::None,
    };
    match mime_type {
        "image/jpeg" | "image/jpg" | "image/pjpeg" | "image/png" | "image/gif" | "image/webp"
        | "image/avif" | "image/bmp" => Preview::Image,
        "application/pdf" => Preview::Pdf,
        "text/plain" | "text/csv" | "text/markdown" | "text/x-patch" | "text/x-diff" => {
            Preview::Text
        }
        "audio/mpeg" | "audio/mp3" | "audio/ogg" | "audio/wav" | "audio/x-wav" | "audio/mp4"
        | "audio/x-m4a" | "audio/flac" | "audio/aac" => Preview::Audio,
        "video/mp4" | "video/webm" | "video/ogg" => Preview::Video,
        "application/octet-stream"
        | "application/x-download"
        | "application/download"
        | "application/force-download"
        | "application/unknown" => by_name(),
        _ => Preview::None,
    }
}

fn by_extension(extension: &str) -> Option<Danger> {
    Some(match extension {
        "exe" | "com" | "scr" | "pif" | "bat" | "cmd" | "msi" | "msp" | "mst" | "cpl" | "dll"
        | "ocx" | "sys" | "drv" | "gadget" | "application" | "appx" | "appxbundle" | "msix"
        | "msixbundle" | "appinstaller" | "vb" | "vbs" | "vbe" | "vbscript" | "js" | "jse"
        | "mjs" | "ws" | "wsf" | "wsc" | "wsh" | "ps1" | "ps1xml" | "ps2" | "psc1" | "psm1"
        | "psd1" | "msh" | "hta" | "jar" | "jnlp" | "class" | "reg" | "inf" | "ins" | "isp"
        | "sct" | "shb" | "shs" | "hlp" | "chm" | "diagcab" | "diagpkg" | "msc" | "ade" | "adp"
        | "mde" | "xll" | "wll" | "app" | "action" | "workflow" | "pkg" | "mpkg" | "command"
        | "tool" | "scpt" | "scptd" | "applescript" | "sh" | "bash" | "zsh" | "csh" | "ksh"
        | "run" | "bin" | "elf" | "out" | "deb" | "rpm" | "apk" | "ipa" | "appimage" | "snap"
        | "flatpak" | "flatpakref" | "py" | "pyc" | "pyw" | "pyz" | "pl" | "rb" | "php" | "lua"
        | "terminal" | "mobileconfig" => Danger::Program,
        "docm" | "dotm" | "xlsm" | "xltm" | "xlam" | "xlsb" | "pptm" | "potm" | "ppam" | "ppsm"
        | "sldm" | "doc" | "dot" | "xls" | "xlt" | "xla" | "ppt" | "pot" | "pps" | "ppa"
        | "mdb" | "accdb" | "pub" | "rtf" | "one" | "onepkg" | "slk" | "iqy" | "odb" => {
            Danger::Macros
        }
        "html" | "htm" | "xhtml" | "xht" | "shtml" | "mht" | "mhtml" | "svg" | "svgz" | "xml"
        | "xsl" | "xslt" | "swf" => Danger::ActivePage,
        "lnk" | "url" | "website" | "webloc" | "desktop" | "scf" | "library-ms" | "search-ms"
        | "settingcontent-ms" | "theme" | "themepack" | "rdp" | "ica" | "iso" | "img" | "vhd"
        | "vhdx" | "dmg" | "udf" | "vmdk" | "inetloc" | "fileloc" => Danger::Shortcut,
        "zip" | "zipx" | "rar" | "7z" | "ace" | "arj" | "cab" | "gz" | "tgz" | "bz2" | "tbz"
        | "xz" | "txz" | "zst" | "tar" | "lzh" | "lha" | "z" | "uue" | "r00" | "001" => {
            Danger::Archive
        }
        _ => return None,
    })
}

fn by_type(mime_type: &str) -> Option<Danger> {
    Some(match mime_type {
        "application/x-msdownload"
        | "application/x-msdos-program"
        | "application/x-dosexec"
        | "application/x-executable"
        | "application/vnd.microsoft.portable-executable"
        | "application/x-sh"
        | "application/x-shellscript"
        | "text/x-shellscript"
        | "application/x-msi"
        | "application/java-archive"
        | "application/x-java-archive"
        | "application/hta"
        | "application/javascript"
        | "text/javascript"
        | "application/x-javascript"
        | "text/vbscript"
        | "application/x-ms-installer"
        | "application/vnd.android.package-archive" => Danger::Program,
        "application/msword"
        | "application/vnd.ms-excel"
        | "application/vnd.ms-powerpoint"
        | "application/rtf"
        | "text/rtf" => Danger::Macros,
        mime_type if mime_type.ends_with(".macroenabled.12") => Danger::Macros,
        "text/html"
        | "application/xhtml+xml"
        | "image/svg+xml"
        | "text/xml"
        | "application/xml"
        | "application/x-shockwave-flash" => Danger::ActivePage,
        "application/zip"
        | "application/x-zip-compressed"
        | "application/x-rar-compressed"
        | "application/vnd.rar"
        | "application/x-7z-compressed"
        | "application/gzip"
        | "application/x-gzip"
        | "application/x-tar" => Danger::Archive,
        _ => return None,
    })
}

/// Whether a harmless ending stands before the last one, also with blanks between.
fn has_second_ending(name: &str) -> bool {
    let Some((stem, _)) = name.rsplit_once('.') else {
        return false;
    };
    let inner = filename::extension(stem.trim_end());
    matches!(
        inner.as_str(),
        "pdf"
            | "doc"
            | "docx"
            | "xls"
            | "xlsx"
            | "ppt"
            | "pptx"
            | "txt"
            | "rtf"
            | "csv"
            | "jpg"
            | "jpeg"
            | "png"
            | "gif"
            | "bmp"
            | "tif"
            | "tiff"
            | "heic"
            | "mp3"
            | "mp4"
            | "mov"
            | "avi"
            | "wav"
            | "odt"
            | "ods"
            | "zip"
            | "rar"
            | "eml"
            | "ics"
            | "vcf"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_schemes_open_and_no_other() {
        for url in [
            "https://a",
            "HTTP://a",
            "mailto:a@b",
            "tel:+46",
            " \u{1}https://a",
            "ht\ntps://a",
        ] {
            assert!(link_scheme_allowed(url), "{url}");
        }
        for url in [
            "javascript:alert(1)",
            "java\tscript:alert(1)",
            "\u{0}javascript:x",
            "data:text/html,x",
            "file:///etc/passwd",
            "smb://a",
            "ftp://a",
            "//a",
            "/a",
            "a",
            "",
            ":",
            "https",
            "ms-msdt:x",
        ] {
            assert!(!link_scheme_allowed(url), "{url}");
        }
    }

    #[test]
    fn programs_and_their_disguises_are_told() {
        assert_eq!(
            attachment_danger("setup.EXE", "application/octet-stream"),
            Some(Danger::Program)
        );
        assert_eq!(
            attachment_danger("invoice.pdf.exe", "application/pdf"),
            Some(Danger::Disguised)
        );
        assert_eq!(
            attachment_danger("invoice.pdf .js", "text/plain"),
            Some(Danger::Disguised)
        );
        assert_eq!(
            attachment_danger("bill.pdf.html", "text/html"),
            Some(Danger::Disguised)
        );
        assert_eq!(
            attachment_danger("x", "application/x-msdownload"),
            Some(Danger::Program)
        );
        assert_eq!(
            attachment_danger("a.docm", "application/octet-stream"),
            Some(Danger::Macros)
        );
        assert_eq!(
            attachment_danger("a.svg", "image/svg+xml"),
            Some(Danger::ActivePage)
        );
        assert_eq!(attachment_danger("a.lnk", ""), Some(Danger::Shortcut));
        assert_eq!(
            attachment_danger("backup.tar.gz", "application/gzip"),
            Some(Danger::Archive)
        );
    }

    #[test]
    fn ordinary_files_are_not_warned_of() {
        for (name, mime_type) in [
            ("a.pdf", "application/pdf"),
            ("a.jpg", "image/jpeg"),
            ("v1.2 notes.txt", "text/plain"),
            (
                "a.docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            ("noending", "application/octet-stream"),
        ] {
            assert_eq!(attachment_danger(name, mime_type), None, "{name}");
        }
    }

    #[test]
    fn only_inert_kinds_are_previewed() {
        assert_eq!(preview("a.png", "image/png"), Preview::Image);
        assert_eq!(preview("a.png", "application/octet-stream"), Preview::Image);
        assert_eq!(preview("a.svg", "image/png"), Preview::None);
        assert_eq!(preview("a.png", "image/svg+xml"), Preview::None);
        assert_eq!(preview("a.html", "text/plain"), Preview::None);
        assert_eq!(preview("a.txt", "text/plain"), Preview::Text);
        assert_eq!(preview("a.pdf", "application/pdf"), Preview::Pdf);
        assert_eq!(preview("a.exe", "application/pdf"), Preview::None);
    }
}
