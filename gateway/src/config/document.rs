//! A TOML document read field by field, keeping every fault with its line.
//!
//! Deriving a reader would stop at the first fault; whoever writes a configuration wants them all.

use std::{cell::RefCell, collections::BTreeSet, fmt, ops::Range};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Something wrong in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line, counted from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong, and where it helps, what would be right.
    pub text: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.text),
            line => write!(f, "line {line}: {}", self.text),
        }
    }
}

/// Where faults are gathered.
#[derive(Debug)]
pub(super) struct Faults<'t> {
    text: &'t str,
    found: RefCell<Vec<Fault>>,
}

impl<'t> Faults<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self {
            text,
            found: RefCell::new(Vec::new()),
        }
    }

    pub(super) fn line(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().iter().take(offset);
        before.filter(|&&b| b == b'\n').count().saturating_add(1)
    }

    pub(super) fn add(&self, span: &Range<usize>, text: impl Into<String>) {
        let line = self.line(span.start);
        let text = text.into();
        self.found.borrow_mut().push(Fault { line, text });
    }

    /// All of them, in the order of their lines.
    pub(super) fn into_sorted(self) -> Vec<Fault> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|fault| fault.line);
        found
    }
}

/// One table of the document. What was not asked for by the time it is dropped is a fault: most likely a
/// misspelt name, and its default would apply in silence.
pub(super) struct Section<'a, 't> {
    name: String,
    table: &'a DeTable<'t>,
    span: Range<usize>,
    faults: &'a Faults<'t>,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'a, 't> Section<'a, 't> {
    pub(super) fn new(
        name: &str,
        table: &'a DeTable<'t>,
        span: Range<usize>,
        faults: &'a Faults<'t>,
    ) -> Self {
        Self {
            name: name.to_owned(),
            table,
            span,
            faults,
            asked: RefCell::default(),
        }
    }

    pub(super) const fn span(&self) -> &Range<usize> {
        &self.span
    }

    /// The line at which it starts.
    pub(super) fn line(&self) -> usize {
        self.faults.line(self.span.start)
    }

    /// Full name of a field, as people know it: `server.imap.port`.
    fn path(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    /// Is the field there at all, good or bad.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(super) fn fault(&self, span: &Range<usize>, key: &str, text: &str) {
        self.faults.add(span, format!("{}: {text}", self.path(key)));
    }

    fn value(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().insert(key);
        self.table.get(key)
    }

    /// A field read by `read`; if that can't, the fault says that it must be `wanted`.
    fn read<T>(
        &self,
        key: &'static str,
        wanted: &str,
        read: impl FnOnce(&'a DeValue<'t>) -> Option<T>,
    ) -> Option<Spanned<T>> {
        let value = self.value(key)?;
        match read(value.get_ref()) {
            Some(read) => Some(Spanned::new(value.span(), read)),
            None => {
                self.fault(&value.span(), key, &format!("must be {wanted}"));
                None
            }
        }
    }

    pub(super) fn text(&self, key: &'static str) -> Option<Spanned<&'a str>> {
        self.read(key, "a text in quotes", |value| match value {
            DeValue::String(text) => Some(text.as_ref()),
            _ => None,
        })
    }

    /// As [`Self::text`], and a fault if it is not there.
    pub(super) fn required_text(&self, key: &'static str) -> Option<Spanned<&'a str>> {
        if !self.has(key) {
            self.fault(&self.span, key, "is missing");
        }
        self.text(key)
    }

    pub(super) fn flag(&self, key: &'static str, default: bool) -> bool {
        let flag = self.read(key, "true or false", DeValue::as_bool);
        flag.map_or(default, Spanned::into_inner)
    }

    /// A whole number in `range`.
    pub(super) fn number(
        &self,
        key: &'static str,
        range: std::ops::RangeInclusive<u64>,
    ) -> Option<Spanned<u64>> {
        let wanted = format!("a whole number from {} to {}", range.start(), range.end());
        self.read(key, &wanted, |value| {
            let number = value.as_integer()?;
            let number = u64::from_str_radix(number.as_str(), number.radix()).ok()?;
            range.contains(&number).then_some(number)
        })
    }

    /// A list of texts; one text alone counts as a list of one.
    pub(super) fn texts(&self, key: &'static str) -> Vec<Spanned<&'a str>> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let one = std::slice::from_ref(value);
        let items = value
            .get_ref()
            .as_array()
            .map_or(one, |array| array.as_ref());
        let mut texts = Vec::new();
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => texts.push(Spanned::new(item.span(), text)),
                None => self.fault(&item.span(), key, "must be a list of texts in quotes"),
            }
        }
        texts
    }

    pub(super) fn section(&self, key: &'static str) -> Option<Self> {
        let table = self.read(key, "a table", DeValue::as_table)?;
        let span = table.span();
        Some(Self::new(
            &self.path(key),
            table.into_inner(),
            span,
            self.faults,
        ))
    }

    /// The tables of `[[key]]`.
    pub(super) fn sections(&self, key: &'static str) -> Vec<Self> {
        let Some(array) = self.read(key, "a list of tables, [[…]]", DeValue::as_array) else {
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in array.into_inner() {
            match item.get_ref().as_table() {
                Some(table) => {
                    let name = self.path(key);
                    sections.push(Self::new(&name, table, item.span(), self.faults));
                }
                None => self.fault(&item.span(), key, "must be a list of tables, [[…]]"),
            }
        }
        sections
    }
}

impl Drop for Section<'_, '_> {
    fn drop(&mut self) {
        let asked = self.asked.borrow();
        for key in self.table.keys() {
            if !asked.contains(key.get_ref().as_ref()) {
                self.fault(&key.span(), key.get_ref(), "there is no such setting");
            }
        }
    }
}
