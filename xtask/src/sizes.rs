//! Brotli bytes until the sign-in page is usable, and of the engine: read from `dist/`.

use std::path::Path;

use crate::console::{OrSay, Outcome};
use crate::fingerprint::files;
use crate::workspace;

/// What a part may weigh, in brotli bytes.
struct Budget {
    /// Where we want to be.
    target: u64,
    /// Where we are, and a little: nothing may pass it unseen. To be lowered as the part gets lighter.
    most: u64,
}

const PAGE: Budget = Budget {
    target: 200_000,
    most: 330_000,
};
const ENGINE: Budget = Budget {
    target: 380_000,
    most: 480_000,
};

/// One line of the table.
struct Size {
    name: String,
    raw: u64,
    brotli: u64,
}

/// Prints the table; `false` when a part weighs more than it may.
pub(crate) fn print() -> Outcome<bool> {
    let dist = workspace::dist();
    let index = std::fs::read_to_string(dist.join("index.html"))
        .or_say("dist/index.html can't be read; `cargo xtask build` makes it")?;
    let mut page = vec![size(&dist, "index.html")?];
    for name in linked(&index) {
        if dist.join(&name).is_file() {
            page.push(size(&dist, &name)?);
        }
    }
    let mut engine = Vec::new();
    for file in files(&dist, &|_| false)? {
        let name = file
            .strip_prefix(&dist)
            .unwrap_or(&file)
            .display()
            .to_string();
        if name.starts_with("build-")
            && name.contains("/engine")
            && !name.ends_with(".br")
            && !name.ends_with(".gz")
        {
            engine.push(size(&dist, &name)?);
        }
    }
    let fits = [
        table("until the sign-in page is usable", &page, PAGE),
        table("engine", &engine, ENGINE),
    ];
    Ok(fits.iter().all(|fits| *fits))
}

/// Files that index.html names in `src` and `href`, each once.
fn linked(index: &str) -> Vec<String> {
    let mut names = Vec::new();
    for attribute in [" src=\"", " href=\""] {
        for rest in index.split(attribute).skip(1) {
            let name = rest.split(['"', '?', '#']).next().unwrap_or_default();
            let name = name
                .trim_start_matches("./")
                .trim_start_matches('/')
                .to_owned();
            // Installing the app needs these; showing the page does not.
            let later = name.ends_with(".webmanifest") || name.contains("icon");
            if !name.is_empty() && !name.contains(':') && !names.contains(&name) && !later {
                names.push(name);
            }
        }
    }
    names
}

fn size(dist: &Path, name: &str) -> Outcome<Size> {
    let file = dist.join(name);
    let raw = std::fs::metadata(&file)
        .or_say(format!("Could not read {}", file.display()))?
        .len();
    let brotli = std::fs::metadata(dist.join(format!("{name}.br"))).map_or(raw, |meta| meta.len());
    Ok(Size {
        name: name.to_owned(),
        raw,
        brotli,
    })
}

fn table(title: &str, sizes: &[Size], budget: Budget) -> bool {
    let total: u64 = sizes.iter().map(|size| size.brotli).sum();
    for size in sizes {
        println!("  {:>9} {:>9}  {}", size.raw, size.brotli, size.name);
    }
    let raw: u64 = sizes.iter().map(|size| size.raw).sum();
    let Budget { target, most } = budget;
    let verdict = match total {
        _ if total > most => "TOO MUCH",
        _ if total > target => "over the target",
        _ => "within the target",
    };
    println!("  {raw:>9} {total:>9}  {title}: {verdict} ({target} wanted, {most} at most)\n");
    total <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_loads_is_found_once_and_icons_are_not_counted() {
        let index = r#"<link rel="modulepreload" href="/a.js"><script src="/a.js"></script>
            <link rel="icon" href="/icon.svg"><link rel="stylesheet" href="s.css?v=1"><base href="/"><a href="https://x.test/">"#;
        assert_eq!(linked(index), ["a.js", "s.css"]);
    }
}
