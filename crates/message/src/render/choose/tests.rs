#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a wrong index fails the test, as it should"
)]

use super::*;

fn leaf(mime_type: &str) -> Part {
    Part {
        mime_type: mime_type.into(),
        size_octets: 100,
        ..Part::default()
    }
}

fn multi(subtype: &str, children: Vec<Part>) -> Part {
    Part {
        mime_type: format!("multipart/{subtype}"),
        children,
        ..Part::default()
    }
}

fn attached(mime_type: &str, name: &str) -> Part {
    Part {
        disposition: Disposition::Attachment,
        name: Some(name.into()),
        ..leaf(mime_type)
    }
}

fn with_id(mut part: Part, id: &str) -> Part {
    part.content_id = Some(id.into());
    part
}

fn with_parameter(mut part: Part, name: &str, value: &str) -> Part {
    part.parameters.push((name.into(), value.into()));
    part
}

/// "1.2:Html(1.1) | 2" : body sections with alternatives, then attachments, `~` for inline.
fn shown(root: &Part) -> String {
    let mut root = root.clone();
    root.assign_sections();
    let choice = choose(&root);
    let body: Vec<String> = choice
        .body
        .iter()
        .map(|part| {
            let others: Vec<&str> = part
                .alternatives
                .iter()
                .map(|p| p.section.as_str())
                .collect();
            let others = if others.is_empty() {
                String::new()
            } else {
                format!("({})", others.join(","))
            };
            format!("{}:{:?}{others}", part.section, part.kind)
        })
        .collect();
    let attachments: Vec<String> = choice
        .attachments
        .iter()
        .map(|a| format!("{}{}", a.section, if a.inline { "~" } else { "" }))
        .collect();
    format!("{} | {}", body.join(" "), attachments.join(" "))
}

#[test]
fn a_single_text_is_the_body_whatever_its_name() {
    assert_eq!(shown(&leaf("text/plain")), "1:Text | ");
    assert_eq!(shown(&leaf("text/html")), "1:Html | ");
    let named = Part {
        name: Some("a.txt".into()),
        ..leaf("text/plain")
    };
    assert_eq!(shown(&named), "1:Text | ");
}

#[test]
fn a_single_file_is_an_attachment() {
    assert_eq!(shown(&leaf("application/pdf")), " | 1");
    assert_eq!(shown(&attached("text/plain", "a.txt")), " | 1");
}

#[test]
fn html_is_preferred_and_keeps_its_plain_form() {
    let root = multi("alternative", vec![leaf("text/plain"), leaf("text/html")]);
    assert_eq!(shown(&root), "2:Html(1) | ");
    let swapped = multi("alternative", vec![leaf("text/html"), leaf("text/plain")]);
    assert_eq!(shown(&swapped), "1:Html(2) | ");
}

#[test]
fn an_empty_html_form_gives_way_to_text() {
    let empty = Part {
        size_octets: 0,
        ..leaf("text/html")
    };
    let root = multi("alternative", vec![leaf("text/plain"), empty]);
    assert_eq!(shown(&root), "1:Text(2) | ");
}

#[test]
fn pictures_of_the_text_are_inline_and_files_beside_it_are_not() {
    let related = multi(
        "related",
        vec![
            leaf("text/html"),
            with_id(leaf("image/png"), "a@b"),
            leaf("image/gif"),
        ],
    );
    let root = multi(
        "mixed",
        vec![
            multi("alternative", vec![leaf("text/plain"), related]),
            attached("application/pdf", "a.pdf"),
        ],
    );
    assert_eq!(shown(&root), "1.2.1:Html(1.1) | 1.2.2~ 1.2.3 2");
    assert!(has_attachment(&root));
}

#[test]
fn a_picture_is_listed_unless_the_text_refers_to_it() {
    let mut root = multi(
        "related",
        vec![leaf("text/html"), with_id(leaf("image/png"), "a@b")],
    );
    root.assign_sections();
    assert!(!has_attachment(&root));
    assert!(has_attachment(&with_id(leaf("image/png"), "a@b")));
    let choice = choose(&root);
    assert_eq!(choice.listed(&[]).len(), 1);
    assert!(choice.listed(&["a@b".into()]).is_empty());
    assert_eq!(
        choice.by_content_id("a@b").map(|a| a.section.as_str()),
        Some("2")
    );
}

#[test]
fn the_root_of_related_is_found_by_start_or_by_being_text() {
    let by_start = with_parameter(
        multi(
            "related",
            vec![
                with_id(leaf("image/png"), "p"),
                with_id(leaf("text/html"), "r"),
            ],
        ),
        "start",
        "<r>",
    );
    assert_eq!(shown(&by_start), "2:Html | 1~");
    let unsaid = multi(
        "related",
        vec![with_id(leaf("image/png"), "p"), leaf("text/html")],
    );
    assert_eq!(shown(&unsaid), "2:Html | 1~");
}

#[test]
fn texts_of_a_mixed_multipart_follow_each_other() {
    let root = multi(
        "mixed",
        vec![
            leaf("text/plain"),
            leaf("image/jpeg"),
            leaf("text/plain"),
            attached("text/plain", "log.txt"),
        ],
    );
    assert_eq!(shown(&root), "1:Text 3:Text | 2 4");
}

#[test]
fn a_mixed_form_keeps_its_files() {
    let root = multi(
        "alternative",
        vec![
            leaf("text/plain"),
            multi(
                "mixed",
                vec![
                    leaf("text/html"),
                    attached("application/pdf", "a.pdf"),
                    leaf("text/html"),
                ],
            ),
        ],
    );
    assert_eq!(shown(&root), "2.1:Html(1) 2.3:Html | 2.2");
}

#[test]
fn named_text_without_a_disposition_is_a_file_unless_it_comes_first() {
    let named = || Part {
        name: Some("n.txt".into()),
        ..leaf("text/plain")
    };
    assert_eq!(
        shown(&multi("mixed", vec![leaf("text/plain"), named()])),
        "1:Text | 2"
    );
    assert_eq!(
        shown(&multi("mixed", vec![named(), leaf("image/png")])),
        "1:Text | 1 2"
    );
}

#[test]
fn signed_text_is_shown_and_said() {
    let root = with_parameter(
        multi(
            "signed",
            vec![leaf("text/plain"), leaf("application/pgp-signature")],
        ),
        "protocol",
        "application/pgp-signature",
    );
    assert_eq!(shown(&root), "1:Text | 2");
    assert!(!has_attachment(&root));
    let notices = choose(&root).notices;
    assert!(matches!(
        notices[..],
        [Notice::Signed {
            format: SecurityFormat::OpenPgp,
            ..
        }]
    ));
}

#[test]
fn encrypted_messages_say_so_and_list_what_is_sealed() {
    let root = multi(
        "encrypted",
        vec![
            leaf("application/pgp-encrypted"),
            leaf("application/octet-stream"),
        ],
    );
    assert_eq!(shown(&root), " | 1 2");
    assert!(matches!(
        choose(&root).notices[..],
        [Notice::Encrypted { .. }]
    ));
    let smime = with_parameter(leaf("application/pkcs7-mime"), "smime-type", "signed-data");
    assert!(matches!(
        choose(&smime).notices[..],
        [Notice::Signed {
            format: SecurityFormat::Smime,
            ..
        }]
    ));
}

#[test]
fn reports_show_their_text_and_status() {
    let root = with_parameter(
        multi(
            "report",
            vec![
                leaf("text/plain"),
                leaf("message/delivery-status"),
                leaf("message/rfc822"),
            ],
        ),
        "report-type",
        "delivery-status",
    );
    assert_eq!(shown(&root), "1:Text 2:DeliveryStatus | 3");
}

#[test]
fn embedded_messages_are_attachments_and_can_be_chosen_from_themselves() {
    let message = Part {
        description: Some("Fwd: hej".into()),
        children: vec![multi(
            "alternative",
            vec![leaf("text/plain"), leaf("text/html")],
        )],
        ..leaf("message/rfc822")
    };
    let mut root = multi("mixed", vec![leaf("text/plain"), message]);
    root.assign_sections();
    assert_eq!(shown(&root), "1:Text | 2");
    let choice = choose(&root);
    assert_eq!(choice.attachments[0].name, "Fwd_ hej.eml");
    let inner = choose(&root.children[1].children[0]);
    assert_eq!(inner.body[0].section, "2.2");
    assert!(has_attachment(&root));
}

#[test]
fn invitations_are_told_once() {
    let request = || with_parameter(leaf("text/calendar"), "method", "REQUEST");
    let root = multi(
        "mixed",
        vec![
            multi(
                "alternative",
                vec![leaf("text/plain"), leaf("text/html"), request()],
            ),
            attached("application/ics", "invite.ics"),
        ],
    );
    assert_eq!(shown(&root), "1.2:Html(1.1) | 1.3 2");
    assert!(has_invitation(&root));
    assert!(!has_attachment(&root));
    assert_eq!(choose(&root).notices.len(), 1);
    let published = with_parameter(leaf("text/calendar"), "method", "PUBLISH");
    assert!(!has_invitation(&published));
}

#[test]
fn the_preview_is_the_plain_form_if_it_has_text() {
    let mut root = multi("alternative", vec![leaf("text/plain"), leaf("text/html")]);
    root.assign_sections();
    assert_eq!(
        preview_section(&root).map(|p| p.section.as_str()),
        Some("1")
    );
    root.children[0].size_octets = 0;
    assert_eq!(
        preview_section(&root).map(|p| p.section.as_str()),
        Some("2")
    );
    assert_eq!(preview_section(&leaf("image/png")), None);
    let mut forwarded = Part {
        children: vec![leaf("text/plain")],
        ..leaf("message/rfc822")
    };
    forwarded.assign_sections();
    assert_eq!(
        preview_section(&forwarded).map(|p| p.section.as_str()),
        Some("1.1")
    );
}

#[test]
fn depth_is_bounded_and_nothing_is_lost() {
    let nested = |levels: usize| {
        (0..levels).fold(leaf("text/plain"), |inner, _| multi("mixed", vec![inner]))
    };
    let at_limit = choose(&nested(limits::DEPTH));
    assert_eq!((at_limit.body.len(), at_limit.attachments.len()), (1, 0));
    let past = choose(&nested(limits::DEPTH + 1));
    assert_eq!((past.body.len(), past.attachments.len()), (0, 1));
    assert_eq!(past.notices, [Notice::TooDeep { count: 1 }]);
}

#[test]
fn parts_are_bounded_and_the_rest_is_counted() {
    let many = |count: usize| multi("mixed", vec![leaf("image/png"); count]);
    assert_eq!(choose(&many(limits::PARTS)).notices, []);
    let past = choose(&many(limits::PARTS + 3));
    assert_eq!(past.attachments.len(), limits::PARTS);
    assert_eq!(past.notices, [Notice::TooMany { count: 3 }]);
}

#[test]
fn a_multipart_without_parts_can_be_saved() {
    assert_eq!(shown(&multi("mixed", vec![])), " | TEXT");
}
