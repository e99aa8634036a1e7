//! The built app, from memory.
//!
//! The asset folder is read as a whole into a table from path to content; a request finds what is in the table or
//! nothing, so there is no path to traverse and no folder to list. Hidden files and links are left out. The folder is
//! looked at again, at most once a second and only when asked, so a new build shows without a restart.

mod encoding;
mod media;
mod path;

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant, SystemTime},
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use self::{encoding::Encoding, media::content_type};
use crate::headers::inline_script_hashes;

/// Most octets of all files together; they are held in memory.
const ALL_OCTETS: u64 = 256 * 1024 * 1024;
/// Most files.
const FILES: usize = 10_000;
/// Deepest folder in the folder.
const DEPTH: usize = 16;
const LOOK_AGAIN: Duration = Duration::from_secs(1);

const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

/// The files, and the folder they come from.
#[derive(Debug)]
pub struct Files {
    root: PathBuf,
    held: RwLock<Arc<Table>>,
    looked: Mutex<Instant>,
}

#[derive(Debug, Default)]
struct Table {
    files: BTreeMap<String, File>,
    /// Hashes of the inline scripts of its pages, as CSP sources.
    scripts: Vec<String>,
    seen: Vec<Seen>,
}

/// What tells that a file is another than before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    path: PathBuf,
    length: u64,
    modified: Option<SystemTime>,
}

#[derive(Debug)]
struct File {
    content_type: HeaderValue,
    is_hashed: bool,
    plain: Form,
    encoded: Vec<(Encoding, Form)>,
}

#[derive(Debug)]
struct Form {
    content: Bytes,
    etag: HeaderValue,
}

impl Files {
    /// Reads the folder `root`.
    ///
    /// # Errors
    /// It can't be read, or holds more than may be held in memory.
    pub fn read(root: &Path) -> io::Result<Self> {
        let table = Table::read(root, look(root)?)?;
        Ok(Self {
            root: root.to_owned(),
            held: RwLock::new(Arc::new(table)),
            looked: Mutex::new(Instant::now()),
        })
    }

    /// CSP sources of the inline scripts of its pages.
    #[must_use]
    pub fn script_hashes(&self) -> Vec<String> {
        self.table().scripts.clone()
    }

    /// Is it time to [`Self::refresh`]. Says so once, to the one who then does.
    pub fn is_due(&self, now: Instant) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = now.saturating_duration_since(*looked) >= LOOK_AGAIN;
        if is_due {
            *looked = now;
        }
        is_due
    }

    /// Reads the folder again if it has changed since it was last read. Blocks on files.
    pub fn refresh(&self) {
        let read = look(&self.root).and_then(|seen| {
            if seen == self.table().seen {
                return Ok(None);
            }
            Table::read(&self.root, seen).map(Some)
        });
        match read {
            Ok(Some(table)) if table.files.contains_key("/index.html") => {
                *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(table);
                tracing::info!(assets = %self.root.display(), "the app's files have changed");
            }
            // A build in progress: what is held is whole, what is there is not.
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(assets = %self.root.display(), %error, "can't read the app's files again");
            }
        }
    }

    /// Answers a request for a file, or for a place in the app.
    #[must_use]
    pub fn answer(&self, method: &Method, raw_path: &str, headers: &HeaderMap) -> Response<Body> {
        if method != Method::GET && method != Method::HEAD {
            let mut response = status(StatusCode::METHOD_NOT_ALLOWED);
            let allow = HeaderValue::from_static("GET, HEAD");
            response.headers_mut().insert(header::ALLOW, allow);
            return response;
        }
        let Some(path) = path::decode(raw_path) else {
            return status(StatusCode::BAD_REQUEST);
        };
        let table = self.table();
        let name = if path == "/" {
            "/index.html"
        } else {
            path.as_str()
        };
        let file = table.files.get(name).or_else(|| {
            // A place in the app is a page to the browser and a route to the app.
            let is_place = !media::is_file_name(&path) && accepts_html(headers);
            is_place.then(|| table.files.get("/index.html")).flatten()
        });
        file.map_or_else(
            || status(StatusCode::NOT_FOUND),
            |file| file.answer(method, headers),
        )
    }

    fn table(&self) -> Arc<Table> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl File {
    fn answer(&self, method: &Method, headers: &HeaderMap) -> Response<Body> {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        let accept = text(header::ACCEPT_ENCODING);
        let encoded = self
            .encoded
            .iter()
            .find(|(encoding, _)| encoding.is_accepted(accept));
        let form = encoded.map_or(&self.plain, |(_, form)| form);
        let is_known = text(header::IF_NONE_MATCH)
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == "*" || tag.as_bytes() == form.etag.as_bytes());
        let mut response = Response::new(Body::empty());
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else if method == Method::GET {
            *response.body_mut() = Body::from(form.content.clone());
        }
        let fields = response.headers_mut();
        fields.insert(header::ETAG, form.etag.clone());
        let caching = if self.is_hashed { IMMUTABLE } else { NO_CACHE };
        fields.insert(header::CACHE_CONTROL, caching);
        fields.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if is_known {
            return response;
        }
        fields.insert(header::CONTENT_TYPE, self.content_type.clone());
        fields.insert(header::CONTENT_LENGTH, form.content.len().into());
        if let Some((encoding, _)) = encoded {
            let encoding = HeaderValue::from_static(encoding.as_str());
            fields.insert(header::CONTENT_ENCODING, encoding);
        }
        response
    }
}

impl Form {
    fn new(content: Vec<u8>) -> Self {
        let hash = Sha256::digest(&content);
        let tag = BASE64_URL_SAFE_NO_PAD.encode(hash.first_chunk::<16>().unwrap_or(&[0; 16]));
        Self {
            content: content.into(),
            etag: HeaderValue::try_from(format!("\"{tag}\"")).unwrap_or(NO_CACHE),
        }
    }
}

impl Table {
    fn read(root: &Path, seen: Vec<Seen>) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        let mut scripts = Vec::new();
        for Seen { path, length, .. } in &seen {
            let Some(name) = name_in(root, path) else {
                continue;
            };
            let Some(content_type) = content_type(&name) else {
                continue;
            };
            let content = read_file(path, *length)?;
            if name.ends_with(".html") {
                scripts.extend(inline_script_hashes(&String::from_utf8_lossy(&content)));
            }
            let mut encoded = Vec::new();
            for encoding in [Encoding::Brotli, Encoding::Gzip] {
                let beside = format!("{}.{}", path.display(), encoding.ending());
                let beside = Path::new(&beside);
                if let Some(stored) = seen.iter().find(|seen| seen.path == beside) {
                    encoded.push((encoding, Form::new(read_file(beside, stored.length)?)));
                }
            }
            let file = File {
                content_type: HeaderValue::from_static(content_type),
                is_hashed: media::is_hashed(&name),
                plain: Form::new(content),
                encoded,
            };
            files.insert(name, file);
        }
        scripts.sort();
        scripts.dedup();
        Ok(Self {
            files,
            scripts,
            seen,
        })
    }
}

/// The plain files under `root` that are not hidden, sorted.
fn look(root: &Path) -> io::Result<Vec<Seen>> {
    let mut seen = Vec::new();
    let mut octets = 0_u64;
    let mut folders = vec![(root.to_owned(), 0_usize)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            // Of the entry itself, so that a link is seen as a link, and left out.
            let metadata = entry.metadata()?;
            if metadata.is_dir() && depth < DEPTH {
                folders.push((entry.path(), depth.saturating_add(1)));
            } else if metadata.is_file() {
                octets = octets.saturating_add(metadata.len());
                seen.push(Seen {
                    path: entry.path(),
                    length: metadata.len(),
                    modified: metadata.modified().ok(),
                });
            }
            if octets > ALL_OCTETS || seen.len() > FILES {
                return Err(io::Error::other(
                    "more files than an app has; is this its folder?",
                ));
            }
        }
    }
    seen.sort();
    Ok(seen)
}

/// Path of a file in requests; `None` where its name is no text.
fn name_in(root: &Path, file: &Path) -> Option<String> {
    let mut name = String::new();
    for part in file.strip_prefix(root).ok()?.components() {
        name.push('/');
        name.push_str(part.as_os_str().to_str()?);
    }
    Some(name)
}

/// Reads at most the `length` that was counted: a file may grow meanwhile.
fn read_file(path: &Path, length: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    fs::File::open(path)?
        .take(length)
        .read_to_end(&mut content)?;
    Ok(content)
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get_all(header::ACCEPT).iter();
    accept
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/html"))
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{status}\n")));
    *response.status_mut() = status;
    let fields = response.headers_mut();
    fields.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
