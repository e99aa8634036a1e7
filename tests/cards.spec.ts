// Invitations, reports of what became of a message, and contacts, as people read them.

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
