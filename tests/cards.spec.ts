// Invitations, reports of what became of a message, and contacts, as people read them.

import { readFileSync } from 'node:fs';
import { expect, letter, test } from './support/test.ts';

const HEAD = ['From: Karin Lund <karin@example.org>', 'To: anna@samma.test', 'Date: Mon, 23 Nov 2026 10:00:00 +0100', 'MIME-Version: 1.0'];

/** A message of several parts, each with its own header. */
function multipart(subject: string, type: string, parts: string[]): string {
  const head = [...HEAD, `Subject: ${subject}`, `Message-ID: <${subject.replaceAll(' ', '.')}@example.org>`, `Content-Type: multipart/${type}; boundary="cut"`];
  const body = parts.map((part) => `--cut\r\n${part.replaceAll('\n', '\r\n')}\r\n`).join('');
  return `${head.join('\r\n')}\r\n\r\n${body}--cut--\r\n`;
}

const invitation = (method: string, more = ''): string => `Content-Type: text/calendar; charset=utf-8; method=${method}

BEGIN:VCALENDAR
VERSION:2.0
METHOD:${method}
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.org
SUMMARY:Båtklubbens årsmöte <b>nu</b>
LOCATION:Klubbhuset
DTSTART;TZID=W. Europe Standard Time:20261203T183000
DTEND;TZID=W. Europe Standard Time:20261203T200000
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=5
ORGANIZER;CN=Karin Lund:mailto:karin@example.org
ATTENDEE;CN=Anna;PARTSTAT=ACCEPTED:mailto:anna@samma.test
ATTENDEE;CN=Bertil;PARTSTAT=DECLINED:mailto:bertil@samma.test
${more}END:VEVENT
END:VCALENDAR
`;

test('an invitation says when, where and who, in the reader’s own time', async ({ app, account, other }) => {
  const text = 'Content-Type: text/plain; charset=utf-8\n\nCome all.\n';
  await other.append('INBOX', multipart('Annual meeting', 'alternative', [text, invitation('REQUEST')]));
  await other.append('INBOX', multipart('Off', 'alternative', [text, invitation('CANCEL', 'STATUS:CANCELLED\n')]));
  await app.signIn(account);
  await app.read('Annual meeting');
  const card = app.article('Annual meeting').locator('.card');
  await expect(card).toContainText('Invitation');
  await expect(card.getByRole('heading')).toHaveText('Båtklubbens årsmöte <b>nu</b>');
  await expect(card).toContainText('Thursday, 3 December 2026 at 18:30 – 20:00');
  await expect(card).toContainText('every 2 weeks on Thursday, 5 times');
  await expect(card).toContainText('Klubbhuset');
  await expect(card).toContainText('Anna <anna@samma.test> – comes');
  await expect(card).toContainText('Bertil <bertil@samma.test> – does not come');
  await expect(app.article('Annual meeting').getByText('Come all.')).toBeVisible();
  await app.read('Off');
  await expect(app.article('Off').locator('.card')).toContainText('It does not take place.');
});

test('a delivery report says who did not get the message, and why', async ({ app, account, other }) => {
  const status = `Content-Type: message/delivery-status

Reporting-MTA: dns; mail.samma.test

Final-Recipient: rfc822; helena@example.com
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; 550 5.1.1 <helena@example.com> no such user
`;
  const text = 'Content-Type: text/plain\n\nThis is the mail system.\n';
  await other.append('INBOX', multipart('Undelivered', 'report; report-type=delivery-status', [text, status]));
  await app.signIn(account);
  await app.read('Undelivered');
  const card = app.article('Undelivered').locator('.card');
  await expect(card.getByRole('heading')).toHaveText('helena@example.com did not get the message.');
  await expect(card).toContainText('There is no such address.');
  await card.getByText('The server wrote:').click();
  await expect(card.getByText('550 5.1.1')).toBeVisible();
});

test('a contact is shown with what leads to it, and can still be saved', async ({ app, account, other }) => {
  const bytes = Buffer.from(
    'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Åsa Öberg\r\nORG:Båtklubben\r\nEMAIL;TYPE=WORK:asa@example.org\r\nTEL;TYPE=CELL:+46 70 123 45 67\r\nURL:javascript:alert(1)\r\nEND:VCARD\r\n',
  );
  await other.append('INBOX', letter({ subject: 'My card', text: 'Here.', files: [{ name: 'asa.vcf', type: 'text/vcard', bytes }] }));
  await app.signIn(account);
  await app.read('My card');
  const card = app.article('My card').locator('.card');
  await expect(card.getByRole('heading')).toHaveText('Åsa Öberg');
  await expect(card).toContainText('Båtklubben');
  await expect(card.getByRole('link', { name: 'asa@example.org' })).toHaveAttribute('href', 'mailto:asa@example.org');
  await expect(card.getByRole('link')).toHaveCount(2);
  await expect(app.article('My card').getByRole('button', { name: 'Save asa.vcf' })).toBeVisible();
});

test('a piece of a message, and content that is elsewhere, are told plainly and not fetched', async ({ app, account, other, page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const text = 'Content-Type: text/plain\n\nThe manual is enclosed.\n';
  const elsewhere = 'Content-Type: message/external-body; access-type=URL; URL="https://files.example/manual.pdf"\n\nContent-Type: application/pdf\n\n';
  await other.append('INBOX', multipart('Enclosed', 'mixed', [text, elsewhere]));
  const piece = [...HEAD, 'Subject: Piece', 'Content-Type: message/partial; id="x@example.org"; number=1; total=3', '', 'Content-Type: text/plain', '', 'Begin', ''];
  await other.append('INBOX', piece.join('\r\n'));
  await app.signIn(account);
  await app.read('Enclosed');
  await expect(app.article('Enclosed').getByText('is not in it but somewhere else')).toBeVisible();
  await expect(app.article('Enclosed').getByText('The manual is enclosed.')).toBeVisible();
  await app.read('Piece');
  await expect(app.article('Piece').getByText('one piece of a message')).toBeVisible();
  expect(asked.filter((url) => url.includes('files.example'))).toEqual([]);
});

/** A `winmail.dat` (MS-OXTNEF) with a text and a file in it. */
function winmail(text: string, name: string, content: string): Buffer {
  const attribute = (level: number, id: number, kind: number, data: Buffer): Buffer => {
    const head = Buffer.alloc(9);
    head.writeUInt8(level, 0);
    head.writeUInt16LE(id, 1);
    head.writeUInt16LE(kind, 3);
    head.writeUInt32LE(data.length, 5);
    const sum = Buffer.alloc(2);
    sum.writeUInt16LE(data.reduce((all, octet) => (all + octet) & 0xffff, 0));
    return Buffer.concat([head, data, sum]);
  };
  const begin = Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]);
  return Buffer.concat([
    begin,
    attribute(1, 0x800c, 2, Buffer.from(`${text}\0`)),
    attribute(2, 0x9002, 6, Buffer.alloc(14)),
    attribute(2, 0x8010, 1, Buffer.from(`${name}\0`)),
    attribute(2, 0x800f, 6, Buffer.from(content)),
  ]);
}

test('what Outlook packed into winmail.dat is shown, and its files are saved', async ({ app, account, other, page }) => {
  const bytes = winmail('Hello from Outlook', 'plan.txt', 'The plan');
  await other.append('INBOX', letter({ subject: 'Packed', text: ' ', files: [{ name: 'winmail.dat', type: 'application/ms-tnef', bytes }] }));
  await app.signIn(account);
  await app.read('Packed');
  await expect(app.article('Packed').getByText('Hello from Outlook')).toBeVisible();
  const download = page.waitForEvent('download');
  await app.article('Packed').getByRole('button', { name: 'Save plan.txt' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('plan.txt');
  expect(readFileSync(await saved.path(), 'utf8')).toBe('The plan');
});
