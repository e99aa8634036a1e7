//! Messages that are unusual, or wrong: bounces, nested messages, broken MIME, huge headers.
//!
//! Each is of a kind that real mailboxes hold; a client shows what can be shown, and never loses the others.

use super::Item;
use super::mime::{ANNA, Letter, Part, Transfer};
use super::moment::Moment;

/// All of them.
pub(super) fn all(now: Moment) -> Vec<Item> {
    let mut items = vec![
        bounce(now),
        delayed(now),
        forwarded(now),
        digest(now),
        huge_header(now),
        long_subject(now),
        forged(now),
    ];
    items.extend(broken(now));
    items
}

fn report(action: &str, status: &str, diagnostic: &str) -> Part {
    let text = format!(
        "Reporting-MTA: dns; mail.samma.test\nArrival-Date: Mon, 2 Nov 2026 09:00:00 +0100\n\n\
         Final-Recipient: rfc822; helena.strand@example.com\nAction: {action}\nStatus: {status}\n\
         Remote-MTA: dns; mx.example.com\nDiagnostic-Code: smtp; {diagnostic}\n"
    );
    let crlf = text.replace('\n', "\r\n");
    Part::octets(
        "message/delivery-status",
        "",
        Transfer::Eight,
        crlf.as_bytes(),
    )
}

fn bounce(now: Moment) -> Item {
    let explanation = "This is the mail system at mail.samma.test.\n\nYour message could not be delivered to one or more recipients. It's attached below.\n\n<helena.strand@example.com>: host mx.example.com said: 550 5.1.1 no such user\n";
    let original = "From: Anna Lindqvist <anna@samma.test>\r\nTo: helena.strand@example.com\r\nSubject: =?utf-8?Q?Ledig_m=C3=A5ndag?=\r\nMessage-ID: <bounced@sample.example>\r\n\r\n";
    let parts = vec![
        Part::text(explanation),
        report("failed", "5.1.1", "550 5.1.1 no such user"),
        Part::octets(
            "text/rfc822-headers",
            "",
            Transfer::Eight,
            original.as_bytes(),
        ),
    ];
    Letter::new(
        now.days_ago(3, 20, 14),
        ("Mail Delivery System", "MAILER-DAEMON@mail.samma.test"),
        "Undelivered Mail Returned to Sender",
    )
    .to(&[ANNA])
    .id("bounce-1")
    .header("Auto-Submitted", "auto-replied")
    .item(
        "INBOX",
        &[],
        Part::multi("report; report-type=delivery-status", parts),
    )
}

/// What the server could not confirm, with a link that leads elsewhere than it says.
fn forged(now: Moment) -> Item {
    let html = "<p>Dear customer,</p><p>your account will be closed today. Confirm that you still use it at \
        <a href=\"https://login.evil.example/samma\">https://www.sparbanken.example/login</a>.</p>\
        <p>Your bank</p>";
    Letter::new(
        now.days_ago(2, 6, 41),
        ("Sparbanken", "info@sparbanken.example"),
        "Your account will be closed",
    )
    .to(&[ANNA])
    .id("forged-1")
    .header(
        "Authentication-Results",
        "mx.samma.test;\r\n spf=softfail smtp.mailfrom=evil.example;\r\n dmarc=fail header.from=sparbanken.example",
    )
    .item("INBOX", &[], Part::html(html))
}

fn delayed(now: Moment) -> Item {
    let explanation = "Your message has not been delivered yet. It will be tried for four more days; you need not send it again.\n";
    let parts = vec![
        Part::text(explanation),
        report("delayed", "4.4.1", "connection timed out"),
    ];
    Letter::new(
        now.days_ago(9, 13, 2),
        ("Mail Delivery System", "MAILER-DAEMON@mail.samma.test"),
        "Delayed Mail (still being retried)",
    )
    .to(&[ANNA])
    .id("bounce-2")
    .item(
        "INBOX",
        &["\\Seen"],
        Part::multi("report; report-type=delivery-status", parts),
    )
}

fn inner(from: &str, subject: &str, text: &str) -> Part {
    let message = format!(
        "From: {from}\r\nTo: board@batklubbenviken.example\r\nSubject: {subject}\r\nDate: Sun, 1 Nov 2026 18:20:00 +0100\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    );
    Part::octets(
        "message/rfc822",
        "Content-Disposition: attachment; filename=\"forwarded.eml\"\r\n",
        Transfer::Eight,
        message.as_bytes(),
    )
}

fn forwarded(now: Moment) -> Item {
    let parts = vec![
        Part::text("See below; I think this is for you.\n\nGöran\n"),
        inner(
            "Harbour Master <harbour@viken.example>",
            "Buoy 7 has moved",
            "It now lies 40 m further out. Please tell your members.",
        ),
    ];
    Letter::new(
        now.days_ago(8, 15, 31),
        ("Göran Öberg", "kassor@batklubbenviken.example"),
        "Fwd: Buoy 7 has moved",
    )
    .to(&[ANNA])
    .id("forwarded")
    .item("INBOX", &["\\Seen"], Part::multi("mixed", parts))
}

fn digest(now: Moment) -> Item {
    let parts = (1..=3)
        .map(|number| {
            inner(
                "A member <member@example.se>",
                &format!("Question {number} about the jetty"),
                "When is it open?",
            )
        })
        .collect();
    Letter::new(
        now.days_ago(21, 6, 0),
        ("Jetty list", "jetty@lists.example"),
        "Jetty digest, vol. 3, issue 12",
    )
    .to(&[ANNA])
    .id("digest")
    .item("Archive", &["\\Seen"], Part::multi("digest", parts))
}

/// 60 kB of header: two hundred recipients, and every relay's opinion.
fn huge_header(now: Moment) -> Item {
    let members: Vec<String> = (1..=600)
        .map(|number| format!("Member {number} <member{number}@batklubbenviken.example>"))
        .collect();
    let mut letter = Letter::new(
        now.days_ago(14, 18, 0),
        ("Båtklubben Viken", "info@batklubbenviken.example"),
        "To all members: the gate code changes",
    )
    .header("To", &members.join(",\r\n "))
    .id("everybody");
    for hop in 0..60 {
        let value = format!(
            "from relay{hop}.example (relay{hop}.example [192.0.2.{hop}])\r\n by relay{}.example with ESMTPS id {hop:08x}\r\n for <anna@samma.test>; {}",
            hop + 1,
            now.days_ago(14, 18, 0).header()
        );
        letter = letter.header("Received", &value);
    }
    letter.item(
        "INBOX",
        &["\\Seen"],
        Part::text("The new code is in the safe. Please don't answer to all.\n"),
    )
}

fn long_subject(now: Moment) -> Item {
    let subject = "Angående den fråga som ställdes vid det extra styrelsemötet den tredje oktober om huruvida medlemmar med båtar över åtta meter ska betala en särskild avgift för slamsugningen, och i så fall hur stor, samt från vilket år";
    Letter::new(
        now.days_ago(26, 10, 10),
        (
            "Fastighetsägareföreningen Viken med omnejd u.p.a.",
            "kansli@fastighet.example",
        ),
        subject,
    )
    .to(&[ANNA])
    .id("long-subject")
    .item("INBOX", &["\\Seen"], Part::text("Se rubriken.\n"))
}

/// Written by hand, because no builder should be able to.
fn broken(now: Moment) -> Vec<Item> {
    let at = |days| now.days_ago(days, 4, 4);
    let date = |days: i64| format!("Date: {}\r\n", at(days).header());
    let whole = [
        // The boundary that was announced never comes.
        (11, format!("From: scanner@office.example\r\nTo: anna@samma.test\r\nSubject: Scan 0042\r\n{}Message-ID: <scan@sample.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"never\"\r\n\r\nThe scan is attached. Or was.\r\n", date(11)).into_bytes()),
        // No subject, no date, no MIME; a header line without a colon.
        (19, b"From: old-machine@factory.example\r\nTo: anna@samma.test\r\nthis is not a header\r\nX-Job: 17\r\n\r\nJOB 17 DONE 0 ERRORS\r\n".to_vec()),
        // Raw Latin-1 in the header, and in a body that says it is ASCII.
        (23, {
            let mut bytes = b"From: G\xf6ran p\xe5 kontoret <goran@office.example>\r\nTo: anna@samma.test\r\nSubject: Sm\xf6rg\xe5st\xe5rta p\xe5 fredag\r\n".to_vec();
            bytes.extend(date(23).bytes());
            bytes.extend(b"Message-ID: <raw@sample.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nK\xf6ket bjuder p\xe5 sm\xf6rg\xe5st\xe5rta klockan tre.\r\n");
            bytes
        }),
        // A charset that nobody has, base64 with a hole, encoded words cut in two.
        (27, format!("From: =?utf-8?B?S8OlcmU?= <kare@example.no>\r\nTo: anna@samma.test\r\nSubject: =?x-klingon?Q?Qapla=27?= =?utf-8?Q?half_a_word=C3\r\n{}Message-ID: <klingon@sample.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=x-unknown-99\r\nContent-Transfer-Encoding: base64\r\n\r\nVGhpcyBp*cyBzdGlsbCByZWFk\r\nYWJsZS4\r\n", date(27)).into_bytes()),
        // A date that never was, an address that is none, an empty body.
        (31, b"From: undisclosed\r\nTo: undisclosed-recipients:;\r\nSubject:\r\nDate: Thu, 31 Feb 2026 25:61:00 +9999\r\nMessage-ID: <nodate@sample.example>\r\n\r\n".to_vec()),
    ];
    whole
        .into_iter()
        .map(|(days, bytes)| Item {
            mailbox: "INBOX",
            flags: vec!["\\Seen"],
            at: at(days),
            bytes,
        })
        .collect()
}
