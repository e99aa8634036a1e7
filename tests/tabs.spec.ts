// Several tabs, one engine; and browsers in which tabs can't share one.

import { App } from './support/app.ts';
import { expect, letter, test } from './support/test.ts';

test('two tabs share one sign-in and show the same, each its own place', async ({ app, account, other, page, stage }) => {
  const uid = await other.append('INBOX', letter({ subject: 'Seen twice' }));
  await other.append('Archive', letter({ subject: 'Put away' }));
  await app.signIn(account, '/', true);
  await expect(app.row('Seen twice')).toBeVisible();
  const second = new App(await page.context().newPage(), stage.url);
  await second.open('/mail/Archive');
  await expect(second.row('Put away')).toBeVisible();
  // One to watch, one for what takes longer.
  expect(await stage.signIns(account.address)).toBeLessThanOrEqual(2);

  await second.openFolder('INBOX');
  await expect(second.row('Seen twice')).toBeVisible();
  await second.read('Seen twice');
  await expect(second.article('Seen twice')).toBeVisible();
  await expect(app.rowOf(uid)).toHaveAttribute('data-seen', 'true');

  await page.close();
  const late = await other.append('INBOX', letter({ subject: 'After one was closed' }));
  if (second.isPhone) await second.backToList();
  await expect(second.rowOf(late)).toBeVisible();
  expect(await stage.signIns(account.address)).toBeLessThanOrEqual(2);
});

test('signing out in one tab signs out the other', async ({ app, account, page, stage }) => {
  await app.signIn(account, '/', true);
  const second = new App(await page.context().newPage(), stage.url);
  await second.open();
  await second.isOpen();
  await app.signOut();
  await expect(second.submit).toBeVisible();
});

test('without SharedWorker a tab has an engine of its own, and everything works', async ({ app, account, other, page, stage, context }) => {
  await context.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'SharedWorker');
  });
  const uid = await other.append('INBOX', letter({ subject: 'Alone', text: 'In its own worker.' }));
  await app.signIn(account, '/', true);
  expect(await page.evaluate(() => 'SharedWorker' in globalThis)).toBe(false);
  await expect(app.rowOf(uid)).toBeVisible();
  await app.read('Alone');
  await expect(app.article('Alone')).toContainText('In its own worker.');
  await expect.poll(() => other.flags('INBOX', uid)).toContain('\\seen');
  await app.backToList();
  const late = await other.append('INBOX', letter({ subject: 'Pushed' }));
  await expect(app.rowOf(late)).toBeVisible();
  const second = new App(await context.newPage(), stage.url);
  await second.open();
  await second.isOpen();
  await expect(second.rowOf(late)).toBeVisible();
  await page.reload();
  await app.isOpen();
  await app.signOut();
  await expect(second.submit).toBeVisible();
  await page.reload();
  await expect(app.submit).toBeVisible();
});
