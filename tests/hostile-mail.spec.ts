// Mail that other projects collected because it broke somebody's program: none of it may break the list or the
// reader, run anything, or ask anybody for anything.
//
// From `mime/` in the folder that SAMMA_CORPORA names; `INDEX.tsv` there says which files are messages.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './support/stage.mjs';
import { expect, test } from './support/test.ts';

const CORPORA = process.env.SAMMA_CORPORA ?? join(ROOT, '../shared/corpora');
const INDEX = join(CORPORA, 'INDEX.tsv');

/** Longest time that one message may take to show, in milliseconds, on a machine under load. */
const SHOWN_WITHIN = 20_000;

/** Messages in one folder: few enough for a test, and many enough to scroll. */
const BATCH = 250;

function messages(): { name: string; bytes: Buffer }[] {
  return readFileSync(INDEX, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter(([file, , role]) => file.startsWith('mime/') && role === 'case' && !/\.(mbox|json|vcf|ics|tnef|bin|csv)$/.test(file))
    .map(([name]) => ({ name, bytes: crlf(readFileSync(join(CORPORA, name))) }))
    // No server takes NUL in a literal, nor a message without an octet.
    .filter(({ bytes }) => bytes.length > 0 && !bytes.includes(0));
}

function crlf(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

/** In the page: the row at a place is selected, its message and not the one before is there with its text, it is named,
 * and no trouble is told. */
function isShown(place: number): boolean {
  const row = document.querySelector(`[role=option][aria-posinset="${place}"]`);
  const article = document.querySelector('article');
  const heading = document.getElementById(article?.getAttribute('aria-labelledby') ?? '');
  const name = article?.getAttribute('aria-label') ?? heading?.textContent ?? '';
  const alerts = [...document.querySelectorAll('[role=alert]')];
  // Between two messages, and until the text is here, there is a skeleton.
  if (document.querySelector('.reader-waiting') !== null) return false;
  return row?.getAttribute('aria-selected') === 'true' && /\S/.test(name) && alerts.every((alert) => !/\S/.test(alert.textContent ?? ''));
}

test('collected mail is listed and read without harm', async ({ app, account, other, page, context, complaints }) => {
  if (!existsSync(INDEX)) {
    console.log(`Skipped: there is no ${INDEX}`);
    test.skip();
  }
  test.setTimeout(1_200_000);
  const all = messages();
  expect(all.length).toBeGreaterThan(500);
  const wrong: string[] = [];
  let showing = 'the start';
  page.on('request', (request) => {
    if (!request.url().startsWith(app.url) && !/^(data|blob|about):/.test(request.url())) wrong.push(`${showing}: asked for ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    wrong.push(`${showing}: dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('page', (opened) => wrong.push(`${showing}: opened ${opened.url()}`));

  const folders: string[] = [];
  for (let first = 0; first < all.length; first += BATCH) {
    const folder = `Collected ${first}`;
    folders.push(folder);
    await other.create(folder);
    // Newest first is how they are listed: so backwards.
    for (const { bytes } of all.slice(first, first + BATCH).reverse()) await other.append(folder, bytes);
  }
  await app.signIn(account, `/mail/${encodeURIComponent(folders[0])}`);
  for (const [number, folder] of folders.entries()) {
    if (number > 0) await app.openFolder(folder);
    const names = all.slice(number * BATCH, (number + 1) * BATCH).map(({ name }) => name);
    await expect(app.rows.first()).toHaveAttribute('aria-setsize', String(names.length));
    await app.list.focus();
    for (const [at, name] of names.entries()) {
      showing = name;
      await page.keyboard.press('j');
      try {
        await page.waitForFunction(isShown, at + 1, { timeout: SHOWN_WITHIN });
      } catch (error) {
        wrong.push(`${name}: ${String(error).split('\n')[0]}`);
      }
    }
  }
  // While a message is taken apart the browser may tell what it does not run.
  const told = complaints.splice(0).filter((complaint) => !complaint.includes('The action has been blocked'));
  expect([...wrong, ...told]).toEqual([]);
});
