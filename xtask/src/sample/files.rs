//! Small files to attach: pictures, a PDF, an invitation. Made by hand, as each is a page of code.

use super::moment::Moment;

/// A picture of `width` x `height`: water below, sky above, a sail somewhere; `variant` changes its colours.
pub(super) fn png(width: u32, height: u32, variant: u32) -> Vec<u8> {
    let mut raw = Vec::new();
    let horizon = height * 3 / 5;
    let (mast, base) = (
        width / 4 + variant * 37 % (width / 2),
        horizon + height / 10,
    );
    for y in 0..height {
        raw.push(0);
        for x in 0..width {
            let sail = y < base && y > height / 5 && x >= mast && x - mast < (y - height / 5) / 2;
            let hull = y >= base && y < base + height / 16 && x + 10 > mast && x < mast + width / 6;
            let wave = (x * 7 + y * 13 + variant * 29) % 23 < 3;
            let pixel = if sail {
                [250, 248, 240]
            } else if hull {
                [120, 60, 40]
            } else if y < horizon {
                [
                    shade(110 + variant * 13 % 60 + y * 60 / height),
                    shade(160 + y * 40 / height),
                    225,
                ]
            } else if wave {
                [150, 190, 215]
            } else {
                [
                    30,
                    shade(80 + variant * 11 % 40),
                    shade(120 + (height - y) * 40 / height),
                ]
            };
            raw.extend(pixel);
        }
    }
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &header);
    chunk(&mut png, b"IDAT", &zlib(&raw));
    chunk(&mut png, b"IEND", &[]);
    png
}

fn shade(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// PNG's chunk: length, type, data, CRC-32 of type and data.
fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    // No picture here reaches 4 GB.
    png.extend((data.len() as u32).to_be_bytes());
    let crc = kind.iter().chain(data).fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    });
    png.extend(kind);
    png.extend(data);
    png.extend((!crc).to_be_bytes());
}

/// RFC 1950 around stored blocks of RFC 1951: nothing is compressed, and nobody needs to.
fn zlib(raw: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = raw.chunks(65_535).peekable();
    while let Some(block) = blocks.next() {
        out.push(u8::from(blocks.peek().is_none()));
        let length = block.len() as u16;
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (a, b) = raw.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    out.extend((b << 16 | a).to_be_bytes());
    out
}

/// One page in Helvetica, a title and lines; Latin letters only.
pub(super) fn pdf(title: &str, lines: &[&str]) -> Vec<u8> {
    let escape = |text: &str| {
        text.replace('\\', "\\\\")
            .replace('(', "\\(")
            .replace(')', "\\)")
    };
    let mut content = format!("BT /F1 20 Tf 72 760 Td ({}) Tj /F1 11 Tf", escape(title));
    for line in lines {
        content.push_str(&format!(" 0 -22 Td ({}) Tj", escape(line)));
    }
    content.push_str(" ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.chars().count()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut table = String::new();
    for (number, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", pdf.chars().count()));
        pdf.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
    }
    let start = pdf.chars().count();
    let size = objects.len() + 1;
    pdf.push_str(&format!("xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
    // One octet a character: offsets above counted characters.
    pdf.chars()
        .map(|character| u8::try_from(u32::from(character)).unwrap_or(b'?'))
        .collect()
}

/// An invitation (RFC 5545, RFC 5546) to an hour from `start` on.
pub(super) fn invitation(
    uid: &str,
    organiser: &str,
    summary: &str,
    place: &str,
    start: Moment,
) -> String {
    let end = start.earlier(-3_600).calendar();
    let (stamp, start) = (start.earlier(6 * 86_400).calendar(), start.calendar());
    format!(
        "BEGIN:VCALENDAR\nPRODID:-//Sample//Calendar//EN\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
         UID:{uid}@sample.example\nDTSTAMP:{stamp}\nDTSTART:{start}\nDTEND:{end}\nSUMMARY:{summary}\n\
         LOCATION:{place}\nORGANIZER;CN=Organiser:mailto:{organiser}\n\
         ATTENDEE;CN=Anna Lindqvist;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:anna@samma.test\n\
         SEQUENCE:0\nSTATUS:CONFIRMED\nBEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:{summary}\nTRIGGER:-PT30M\n\
         END:VALARM\nEND:VEVENT\nEND:VCALENDAR\n"
    )
}
