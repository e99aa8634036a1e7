//! text/enriched (RFC 1896) and the older text/richtext to plain text.
//!
//! Tags go, `<param>` goes with its content, `<<` is a less-than sign, one line end is a blank
//! and each further one a line end.

/// Plain text of an enriched part. Output is never longer than input.
pub fn to_text(enriched: &str) -> String {
    let mut out = String::with_capacity(enriched.len());
    let mut rest = enriched;
    let mut line_ends: usize = 0;
    let mut verbatim = false;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("<<") {
            end_line(&mut out, &mut line_ends);
            out.push('<');
            rest = after;
        } else if let Some((name, after)) = tag(rest) {
            rest = match name.to_ascii_lowercase().as_str() {
                "param" => after_end_of_param(after),
                "nofill" => {
                    verbatim = true;
                    after
                }
                "/nofill" => {
                    verbatim = false;
                    after
                }
                // text/richtext (RFC 1341) writes its line ends as tags.
                "nl" | "np" => {
                    out.push('\n');
                    after
                }
                _ => after,
            };
        } else {
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            match c {
                '\r' => {}
                '\n' if !verbatim => line_ends = line_ends.saturating_add(1),
                _ => {
                    end_line(&mut out, &mut line_ends);
                    out.push(c);
                }
            }
        }
    }
    out
}

fn end_line(out: &mut String, line_ends: &mut usize) {
    match *line_ends {
        0 => {}
        1 => out.push(' '),
        more => (1..more).for_each(|_| out.push('\n')),
    }
    *line_ends = 0;
}

/// The name in `<bold>` or `</bold>`, at most 60 characters (RFC 1896), and what follows.
fn tag(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('<')?;
    let length = inner
        .bytes()
        .take(62)
        .take_while(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'/'))
        .count();
    let (name, rest) = inner.split_at_checked(length)?;
    let after = rest.strip_prefix('>')?;
    (!name.is_empty()).then_some((name, after))
}

fn after_end_of_param(text: &str) -> &str {
    text.as_bytes()
        .windows(8)
        .position(|window| window.eq_ignore_ascii_case(b"</param>"))
        .and_then(|at| text.get(at.saturating_add(8)..))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn tags_go_and_lines_are_filled() {
        assert_eq!(
            to_text(
                "<bold>Now</bold> is\nthe time\n\nfor <color><param>red</param>all</color> 1 << 2\r\n\r\n\r\nx"
            ),
            "Now is the time\nfor all 1 < 2\n\nx"
        );
        assert_eq!(to_text("<nofill>a\nb</nofill>"), "a\nb");
        assert_eq!(to_text("a < b <param>never closed"), "a < b ");
    }
}
