// What is known of a message beside what it says: its sender, its list, where its links lead, its source; and paper.

import { readFileSync } from 'node:fs';
import { expect, letter, test } from './support/test.ts';

const results = (verdicts: string): string => `Authentication-Results: mx.samma.test; ${verdicts}`;

test('a sender that the server could not confirm is warned of, one that it could is told in the details', async ({ app, account, other, page }) => {
  await other.append('INBOX', letter({ subject: 'Forged', from: 'Bank <help@bank.example>', headers: [results('spf=fail; dmarc=fail header.from=bank.example')] }));
  await other.append('INBOX', letter({ subject: 'Good', from: 'Shop <info@shop.example>', headers: [results('dkim=pass header.d=shop.example; dmarc=pass')] }));
  await other.append('INBOX', letter({ subject: 'Said by itself', from: 'Bank <help@bank.example>', headers: ['Authentication-Results: mx.bank.example; dmarc=pass'] }));
  await app.signIn(account);
  await app.read('Forged');
  await expect(page.getByRole('note').filter({ hasText: 'mx.samma.test could not confirm' })).toBeVisible();
  if (app.isPhone) await app.backToList();
  await app.read('Good');
  const article = app.article('Good');
  await article.locator('.recipients summary').click();
  await expect(article.getByText('Comes from shop.example, says mx.samma.test (SPF none, DKIM pass, DMARC pass)')).toBeVisible();
  await expect(article.getByRole('note')).toHaveCount(0);
  if (app.isPhone) await app.backToList();
  await app.read('Said by itself');
  await app.article('Said by itself').locator('.recipients summary').click();
  await expect(app.article('Said by itself').getByText('Sender check')).toHaveCount(0);
});

test('a list is left by its page, after a question', async ({ app, account, other, page, context }) => {
  await context.route('https://list.example/**', (route) => route.fulfill({ contentType: 'text/html', body: 'You have left.' }));
  const headers = ['List-Id: The club <club.list.example>', 'List-Unsubscribe: <mailto:leave@list.example>, <https://list.example/leave?u=1>'];
  await other.append('INBOX', letter({ subject: 'Club news', headers }));
  await app.signIn(account);
  await app.read('Club news');
  await app.article('Club news').getByRole('button', { name: 'Unsubscribe' }).click();
  const question = app.dialog('Leave this mailing list?');
  await expect(question).toContainText('list.example');
  const opened = context.waitForEvent('page');
  await question.getByRole('button', { name: 'Open the page' }).click();
  await expect((await opened).getByText('You have left.')).toBeVisible();
  await expect(page).toHaveURL(/INBOX|\/mail/);
});

test('a link that says something else than where it leads is asked about first', async ({ app, account, other, page, context }) => {
  await context.route('https://*.example/**', (route) => route.fulfill({ contentType: 'text/html', body: 'A page' }));
  const html = '<p><a href="https://evil.example/x">https://www.bank.example/login</a></p><p><a href="https://shop.example/offer">Our offer</a></p>';
  await other.append('INBOX', letter({ subject: 'Links', html }));
  await app.signIn(account);
  await app.read('Links');
  const honest = app.html.getByText('Our offer');
  await expect(honest).toBeVisible();
  if (!app.isPhone) {
    await honest.hover();
    await expect(page.locator('.link-target')).toHaveText('https://shop.example/offer');
    await page.mouse.move(5, 5);
    await expect(page.locator('.link-target')).toHaveCount(0);
  }
  const first = context.waitForEvent('page');
  await honest.click();
  expect((await first).url()).toBe('https://shop.example/offer');

  const pages = context.pages().length;
  await app.html.getByText('https://www.bank.example/login').click();
  const question = app.dialog('This link leads elsewhere');
  await expect(question).toContainText('www.bank.example');
  await expect(question).toContainText('evil.example');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(question).toBeHidden();
  expect(context.pages()).toHaveLength(pages);
  await app.html.getByText('https://www.bank.example/login').click();
  const second = context.waitForEvent('page');
  await question.getByRole('button', { name: 'Open evil.example' }).click();
  expect((await second).url()).toBe('https://evil.example/x');
});

test('pictures of a sender are always shown once somebody said so, and no more once they said that', async ({ app, account, other, page, context }) => {
  const asked: string[] = [];
  const pixel = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');
  await context.route('https://pictures.example/**', async (route) => {
    asked.push(route.request().url());
    await route.fulfill({ contentType: 'image/gif', body: pixel });
  });
  const html = (name: string): string => `<p>Offer</p><img src="https://pictures.example/${name}.png" width="300" height="100">`;
  const from = 'Shop <info@shop.example>';
  await other.append('INBOX', letter({ subject: 'Forged', from, html: html('forged'), headers: [results('dmarc=fail')] }));
  await other.append('INBOX', letter({ subject: 'Second', from, html: html('second') }));
  await other.append('INBOX', letter({ subject: 'First', from, html: html('first') }));
  await app.signIn(account);
  await app.read('First');
  await page.getByRole('button', { name: 'Always from this sender' }).click();
  await expect.poll(() => asked).toEqual(['https://pictures.example/first.png']);
  if (app.isPhone) await app.backToList();
  await app.read('Second');
  await expect(page.getByText('Pictures are always shown from info@shop.example.')).toBeVisible();
  await expect.poll(() => asked).toContain('https://pictures.example/second.png');
  // Somebody else in that sender's name gets none.
  if (app.isPhone) await app.backToList();
  await app.read('Forged');
  await expect(page.getByRole('button', { name: 'Show pictures' })).toBeVisible();
  expect(asked).not.toContain('https://pictures.example/forged.png');
  if (app.isPhone) await app.backToList();
  await app.read('Second');
  await page.getByRole('button', { name: 'Not any more' }).click();
  await expect(page.getByRole('button', { name: 'Show pictures' })).toBeVisible();
  expect(await page.evaluate(() => localStorage.getItem('samma.pictures-from'))).toBe('');
});

test('the source of a message is shown as it was sent', async ({ app, account, other, page }) => {
  await other.append('INBOX', letter({ subject: 'Inside', text: 'Words.', headers: ['X-Marker: here it is'] }));
  await app.signIn(account);
  await app.read('Inside');
  await app.action('More').click();
  await app.menuItem('Show source').click();
  const dialog = app.dialog('The message as it was sent');
  await expect(dialog.locator('.source')).toContainText('X-Marker: here it is');
  await expect(dialog.locator('.source')).toContainText('Content-Transfer-Encoding: base64');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('a message is printed by itself, with its head, its pictures and what was folded, and asks for nothing', async ({ app, account, other, page, context }) => {
  const asked: string[] = [];
  await context.route('https://pictures.example/**', async (route) => {
    asked.push(route.request().url());
    await route.abort();
  });
  const html = '<style>.note { color: rgb(1, 2, 3) }</style><p class="note">Dear you</p><script>parent.printed = true</script><img src="https://pictures.example/a.png" width="300" height="100" alt="A boat">';
  await other.append('INBOX', letter({ subject: 'On paper', html, files: [{ name: 'plan.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.4') }] }));
  await other.append('INBOX', letter({ subject: 'Words only', text: 'My answer.\n\n> What was asked <b>before</b>\n' }));
  // The dialog of the browser itself can't be seen here: who asks for it is.
  await page.addInitScript(() => {
    const calls: string[] = [];
    Object.assign(globalThis, { calls });
    const { get } = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, 'contentWindow') as { get: () => Window };
    Object.defineProperty(HTMLIFrameElement.prototype, 'contentWindow', {
      get(this: HTMLIFrameElement) {
        const inner = get.call(this);
        if (this.className === 'print-frame' && inner !== null) inner.print = () => void calls.push(this.title);
        return inner;
      },
    });
  });
  await app.signIn(account);
  await app.read('On paper');
  await expect(app.html.getByText('Dear you')).toBeVisible();
  await app.action('More').click();
  await app.menuItem('Print…').click();
  const paper = page.frameLocator('iframe.print-frame');
  await expect(paper.getByRole('heading', { name: 'On paper', includeHidden: true })).toBeAttached();
  await expect(paper.locator('.note')).toHaveText('Dear you');
  await expect(paper.locator('.note')).toHaveCSS('color', 'rgb(1, 2, 3)');
  await expect(paper.locator('.head')).toContainText('karin@example.org');
  await expect(paper.locator('.files')).toHaveText('plan.pdf');
  const called = (): Promise<string[]> => page.evaluate(() => (globalThis as unknown as { calls: string[] }).calls);
  await expect.poll(called).toEqual(['On paper']);
  expect(await page.evaluate(() => (globalThis as unknown as { printed?: boolean }).printed)).toBeUndefined();

  // By the browser's own key, and with what was folded on screen.
  if (app.isPhone) await app.backToList();
  await app.read('Words only');
  await expect(app.article('Words only').getByText('My answer.')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+p');
  await expect(paper.locator('.text')).toContainText('What was asked <b>before</b>');
  await expect.poll(called).toEqual(['On paper', 'Words only']);
  expect(asked).toEqual([]);
});

/** The files of a zip in which nothing is compressed, by their names: read from its directory, as programs do. */
function unzipped(bytes: Buffer): Record<string, string> {
  const files: Record<string, string> = {};
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [size, nameSize, extra, comment] = [bytes.readUInt32LE(at + 24), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32)];
    const local = bytes.readUInt32LE(at + 42);
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    files[bytes.toString('utf8', at + 46, at + 46 + nameSize)] = bytes.toString('utf8', begin, begin + size);
    at += 46 + nameSize + extra + comment;
  }
  return files;
}

test('all files of a message are saved in one', async ({ app, account, other, page }) => {
  const files = [
    { name: 'båtar.txt', type: 'text/plain', bytes: Buffer.from('Ahoy!') },
    { name: 'plan.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.4') },
    { name: 'plan.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.5') },
  ];
  await other.append('INBOX', letter({ subject: 'Three files', text: 'Here.', files }));
  await other.append('INBOX', letter({ subject: 'One file', text: 'Here.', files: files.slice(0, 1) }));
  await app.signIn(account);
  await app.read('Three files');
  const download = page.waitForEvent('download');
  await app.article('Three files').getByRole('button', { name: 'Save all in one file' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('Three files.zip');
  expect(unzipped(readFileSync(await saved.path()))).toEqual({ 'båtar.txt': 'Ahoy!', 'plan.pdf': '%PDF-1.4', 'plan (2).pdf': '%PDF-1.5' });
  await expect(app.article('Three files').getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  await app.read('One file');
  await expect(app.article('One file').getByRole('button', { name: 'Save båtar.txt' })).toBeVisible();
  await expect(app.article('One file').getByRole('button', { name: 'Save all in one file' })).toHaveCount(0);
});
