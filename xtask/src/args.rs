//! `--name value` and `--switch` from a command line; anything unknown is refused by name.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::console::{Failure, Outcome};

/// What stood on the command line behind the command.
#[derive(Debug, Default)]
pub(crate) struct Args {
    values: BTreeMap<String, String>,
    switches: Vec<String>,
    names: Vec<String>,
}

impl Args {
    /// Reads options that take a value (`values`) and such that take none (`switches`).
    pub(crate) fn parse(words: Vec<String>, values: &[&str], switches: &[&str]) -> Outcome<Self> {
        let args = Self::parse_with_names(words, values, switches)?;
        match args.names.first() {
            Some(name) => Err(Failure::new(format!("`{name}` is one word too many"))),
            None => Ok(args),
        }
    }

    /// As [`parse`](Self::parse), and takes bare words too.
    pub(crate) fn parse_with_names(
        words: Vec<String>,
        values: &[&str],
        switches: &[&str],
    ) -> Outcome<Self> {
        let mut args = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let Some(option) = word.strip_prefix("--") else {
                args.names.push(word);
                continue;
            };
            let (name, inline) = match option.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (option, None),
            };
            if values.contains(&name) {
                let value = inline
                    .or_else(|| words.next())
                    .ok_or_else(|| Failure::new(format!("--{name} wants a value")))?;
                args.values.insert(name.to_owned(), value);
            } else if switches.contains(&name) && inline.is_none() {
                args.switches.push(name.to_owned());
            } else {
                return Err(Failure::new(format!(
                    "There is no option `{word}` here; see `cargo xtask help`"
                )));
            }
        }
        Ok(args)
    }

    /// The value of `--name`.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// The value of `--name`, which must be there.
    pub(crate) fn required(&self, name: &str) -> Outcome<&str> {
        self.value(name)
            .ok_or_else(|| Failure::new(format!("--{name} is missing")))
    }

    /// The value of `--name` as a number, or `default`.
    pub(crate) fn number<T: FromStr>(&self, name: &str, default: T) -> Outcome<T> {
        match self.value(name) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_| {
                Failure::new(format!("--{name} wants a number in range, not `{text}`"))
            }),
        }
    }

    /// Was `--name` given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.switches.iter().any(|switch| switch == name)
    }

    /// The bare words.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn values_come_behind_a_space_or_an_equals_sign() {
        let args = Args::parse(
            words("--port 8081 --server=a:993"),
            &["port", "server"],
            &[],
        )
        .unwrap();
        assert_eq!(args.number::<u16>("port", 8080).unwrap(), 8081);
        assert_eq!(args.value("server"), Some("a:993"));
    }

    #[test]
    fn what_is_unknown_or_malformed_is_refused() {
        assert!(Args::parse(words("--prot 1"), &["port"], &[]).is_err());
        assert!(Args::parse(words("--port"), &["port"], &[]).is_err());
        assert!(Args::parse(words("again"), &["port"], &[]).is_err());
        let args = Args::parse(words("--port 70000"), &["port"], &[]).unwrap();
        assert!(args.number::<u16>("port", 1).is_err());
    }
}
