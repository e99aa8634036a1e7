// The open message.

import { readFile } from 'node:fs/promises';
import { App } from './support/app.ts';
import { expect, letter, test } from './support/test.ts';

/** Letters of the sample mailbox, each in a charset of its language, and words from each. */
const LETTERS: [subject: string, words: string][] = [
  ['来月のストックホルム訪問について', '来月の十日にストックホルムに着きます。'],
  ['关于帆船比赛的报名', '我们想报名参加六月的比赛'],
  ['謝謝你的照片', '照片收到了,非常漂亮'],
  ['Привет из Выборга', 'Лёд уже встал, яхты на берегу.'],
  ['Καλοκαίρι στην Πάρο', 'το σπίτι είναι ελεύθερο'],
  ['دعوة لحفل الزفاف', 'يسعدنا أن ندعوكم إلى حفل زفاف'],
  ['תמונות מהטיול', 'מצורפות התמונות מהטיול'],
  ['요트 클럽 교류 프로그램', '학생 네 명을 보내고 싶습니다'],
  ['ขอบคุณสำหรับการต้อนรับ', 'ขอบคุณมากสำหรับการต้อนรับที่อบอุ่น'],
  ['Części do silnika: zamówienie gotowe', 'zamówione części są gotowe'],
  ['दीपावली की शुभकामनाएँ 🪔', 'हार्दिक शुभकामनाएँ!'],
  ['Dina lån går ut på fredag', 'Skärgårdens fåglar (Åke Öström)'],
  ['Besked om din båtförsäkring', 'Priset gäller “helförsäkring”'],
  ['Grüße aus Lübeck – und eine Frage', 'Hier sind es 31 € die Nacht.'],
];

test('letters in the charsets of the world are listed and read as they were written', async ({ app, account, other, stage }) => {
  test.setTimeout(180_000);
  const anna = await stage.logIn(stage.address('anna'));
  for (const number of LETTERS.keys()) {
    const [uid] = await anna.search('INBOX', `HEADER MESSAGE-ID "<letter-${number}@"`);
    await other.append('INBOX', await anna.fetch('INBOX', uid));
  }
  anna.close();
  await app.signIn(account);
  await expect(app.rows).toHaveCount(LETTERS.length);
  for (const [subject] of LETTERS) await expect(app.row(subject)).toHaveCount(1);
  for (const [subject, words] of LETTERS.toReversed()) {
    await app.read(subject);
    await expect(app.article(subject)).toContainText(words);
  }
});

test('a text message is shown with its head, its quotes folded and its links live', async ({ app, account, other, page }) => {
  await other.append(
    'INBOX',
    letter({
      subject: 'About the roof',
      from: 'Göran Öberg <goran@example.org>',
      to: `Anna Lindqvist <${account.address}>, Karin Lund <karin@example.org>`,
      text: 'See https://example.org/roof?a=1&b=2 for the plan.\n\n> It leaks.\n> Still.\n\nGöran\n',
    }),
  );
  await app.signIn(account);
  await app.read('About the roof');
  const article = app.article('About the roof');
  await expect(article).toContainText('Göran Öberg');
  await expect(article).toContainText('to me, Karin Lund');
  await expect(article.getByRole('link', { name: 'https://example.org/roof?a=1&b=2' })).toHaveAttribute('href', 'https://example.org/roof?a=1&b=2');
  await expect(article.getByRole('link')).toHaveAttribute('rel', /noopener/);
  await article.getByText('to me, Karin Lund').click();
  await expect(article).toContainText('Göran Öberg <goran@example.org>');
  expect(await page.title()).toMatch(/Samma$/);
});

test('an HTML message is shown in its frame, with the pictures that it brings', async ({ app, account, other, stage }) => {
  const anna = await stage.logIn(stage.address('anna'));
  const [uid] = await anna.search('INBOX', 'HEADER MESSAGE-ID "<sail@"');
  await other.append('INBOX', await anna.fetch('INBOX', uid));
  anna.close();
  await app.signIn(account);
  await app.read('The new sail');
  await expect(app.html.getByText('here is how she looks with the new sail')).toBeVisible();
  const picture = app.html.getByRole('img', { name: 'A boat under a white sail' });
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(240);
  // Shown in the text, so not listed below it.
  await expect(app.article('The new sail ⛵').getByRole('button', { name: /^Save / })).toHaveCount(0);
});

test('opening a message marks it as read, here and for the other program', async ({ app, account, other }) => {
  const uid = await other.append('INBOX', letter({ subject: 'Not read yet' }));
  await app.signIn(account);
  await expect(app.rowOf(uid)).toHaveAttribute('data-seen', 'false');
  expect(await other.flags('INBOX', uid)).not.toContain('\\seen');
  await app.read('Not read yet');
  await expect(app.article('Not read yet')).toBeVisible();
  await expect.poll(() => other.flags('INBOX', uid)).toContain('\\seen');
  await app.backToList();
  await expect(app.rowOf(uid)).toHaveAttribute('data-seen', 'true');
  await app.showFolders();
  await expect(app.folder('INBOX')).toHaveAccessibleName('Inbox');
});

test('marks that are set here are set on the server', async ({ app, account, other }) => {
  const uid = await other.append('INBOX', letter({ subject: 'To be marked' }));
  await app.signIn(account);
  await app.read('To be marked');
  await app.act('Flag');
  await expect.poll(() => other.flags('INBOX', uid)).toEqual(expect.arrayContaining(['\\flagged', '\\seen']));
  await app.act('Remove flag');
  await app.act('Mark as unread');
  await expect.poll(() => other.flags('INBOX', uid)).not.toEqual(expect.arrayContaining(['\\flagged']));
  await expect.poll(() => other.flags('INBOX', uid)).not.toEqual(expect.arrayContaining(['\\seen']));
  await app.backToList();
  await expect(app.rowOf(uid)).toHaveAttribute('data-seen', 'false');
});

test('attachments are saved octet by octet, small and large, with their names', async ({ app, account, other, page }) => {
  const noise = (octets: number): Buffer => Buffer.from(Array.from({ length: octets }, (_, at) => (at * 7 + (at >> 8) * 13 + (at >> 16)) & 255));
  const files = [
    { name: 'ledger.dat', type: 'application/octet-stream', bytes: noise(3_001) },
    { name: 'Årsmöte – protokoll.pdf', type: 'application/pdf', bytes: Buffer.concat([Buffer.from('%PDF-1.4\n'), noise(200_000)]) },
    { name: 'archive.dat', type: 'application/octet-stream', bytes: noise(1_500_000) },
    { name: 'nothing.txt', type: 'text/plain', bytes: Buffer.alloc(0) },
  ];
  await other.append('INBOX', letter({ subject: 'Four files', text: 'Attached.', files }));
  await app.signIn(account);
  await app.read('Four files');
  const article = app.article('Four files');
  await expect(article.getByRole('heading', { name: '4 attachments' })).toHaveCount(1);
  for (const { name, bytes } of files) {
    const saving = page.waitForEvent('download');
    await article.getByRole('button', { name: `Save ${name}` }).click();
    const download = await saving;
    expect(download.suggestedFilename()).toBe(name);
    expect(Buffer.compare(await readFile(await download.path()), bytes)).toBe(0);
  }
});

test('a whole message is saved as the server has it', async ({ app, account, other, page }) => {
  const uid = await other.append('INBOX', letter({ subject: 'Kept on disk', text: 'Räksmörgås' }));
  await app.signIn(account);
  await app.read('Kept on disk');
  const saving = page.waitForEvent('download');
  await app.act('Save message as a file');
  const download = await saving;
  expect(download.suggestedFilename()).toBe('Kept on disk.eml');
  expect((await readFile(await download.path())).equals(await other.fetch('INBOX', uid))).toBe(true);
});

test('a program among the attachments is not saved without a warning', async ({ app, account, other, page }) => {
  const bytes = Buffer.from('MZ\x90\x00');
  await other.append('INBOX', letter({ subject: 'Invoice', files: [{ name: 'invoice.pdf.exe', type: 'application/pdf', bytes }] }));
  await app.signIn(account);
  await app.read('Invoice');
  const article = app.article('Invoice');
  await article.getByRole('button', { name: 'Save invoice.pdf.exe' }).click();
  await expect(article.getByRole('alert')).toContainText('named like a document');
  await article.getByRole('button', { name: "Don't save" }).click();
  await expect(article.getByRole('alert')).toHaveCount(0);
  await article.getByRole('button', { name: 'Save invoice.pdf.exe' }).click();
  const saving = page.waitForEvent('download');
  await article.getByRole('button', { name: 'Save anyway' }).click();
  expect((await readFile(await (await saving).path())).equals(bytes)).toBe(true);
});

test('a message that is removed elsewhere stays readable, and says that it is gone', async ({ app, account, other }) => {
  const uid = await other.append('INBOX', letter({ subject: 'Soon gone', text: 'Read me quickly.' }));
  await other.append('INBOX', letter({ subject: 'Still there' }));
  await app.signIn(account);
  await app.read('Soon gone');
  const article = app.article('Soon gone');
  await expect(article).toContainText('Read me quickly.');
  await other.expunge('INBOX', uid);
  await expect(article.getByRole('status')).toContainText('no longer in the folder');
  await expect(article).toContainText('Read me quickly.');
  await app.backToList();
  await expect(app.row('Still there')).toBeVisible();
  await expect(app.rowOf(uid)).toHaveCount(0);
});

test('Back and Forward lead through list, message and folder', async ({ app, account, other, page }) => {
  await other.append('INBOX', letter({ subject: 'In the inbox' }));
  await other.append('Archive', letter({ subject: 'In the archive' }));
  await app.signIn(account);
  await app.read('In the inbox');
  await expect(app.article('In the inbox')).toBeVisible();
  expect(new URL(page.url()).pathname).toMatch(/^\/mail\/INBOX\/\d+\.\d+$/);
  if (app.isPhone) await app.backToList();
  await app.openFolder('Archive');
  await app.read('In the archive');
  await expect(app.article('In the archive')).toBeVisible();
  await page.goBack();
  await expect(app.row('In the archive')).toBeVisible();
  await expect(app.article('In the archive')).toHaveCount(0);
  await page.goForward();
  await expect(app.article('In the archive')).toBeVisible();
  while (new URL(page.url()).pathname.startsWith('/mail/Archive') || new URL(page.url()).pathname === '/folders') await page.goBack();
  await expect(app.row('In the inbox').or(app.article('In the inbox')).first()).toBeVisible();
});

test('the address of a message opens it anywhere, and one that is gone says so', async ({ app, account, other, page, stage }) => {
  const uid = await other.append('INBOX', letter({ subject: 'By its address', text: 'Found.' }));
  const { uidValidity } = await other.status('INBOX');
  await app.signIn(account, '/', true);
  const second = new App(await page.context().newPage(), stage.url);
  await second.open(`/mail/INBOX/${uidValidity}.${uid}`);
  await expect(second.article('By its address')).toContainText('Found.');
  await second.open(`/mail/INBOX/${uidValidity}.${uid + 1_000}`);
  await expect(second.page.getByText('This message is no longer here.')).toBeVisible();
  await second.open(`/mail/INBOX/${uidValidity + 1}.${uid}`);
  await expect(second.page.getByText('This message is no longer here.')).toBeVisible();
});

test('no message of the sample breaks the list or the reader', async ({ app, page, stage }) => {
  test.skip(app.isPhone, 'the same messages, one at a time');
  test.setTimeout(400_000);
  const anna = await stage.logIn(stage.address('anna'));
  const { messages } = await anna.status('INBOX');
  anna.close();
  await app.signIn({ address: stage.address('anna'), password: stage.password });
  await expect(app.rows.first()).toHaveAttribute('aria-setsize', String(messages));
  await app.rows.first().click();
  for (let place = 1; place <= messages; place += 1) {
    const row = app.list.locator(`[role=option][aria-posinset="${place}"]`);
    await expect(row).toHaveAttribute('aria-selected', 'true');
    await expect(page.getByRole('article')).toHaveAccessibleName(/\S/);
    await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(0);
    await page.keyboard.press('j');
  }
});
