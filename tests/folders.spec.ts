// The folder tree.

import { expect, letter, test } from './support/test.ts';

test('folders are named, nested and counted, and the special ones come first', async ({ app, account, other }) => {
  for (const name of ['Föreningen', 'Föreningen/Styrelsen', 'Föreningen/Styrelsen/Protokoll', 'Receipts', '日本語', 'a & b']) await other.create(name);
  await other.append('INBOX', letter({ subject: 'One' }));
  await other.append('INBOX', letter({ subject: 'Two' }));
  await other.append('INBOX', letter({ subject: 'Three' }), { flags: ['\\Seen'] });
  await other.append('Föreningen/Styrelsen/Protokoll', letter({ subject: 'Minutes' }));
  await app.signIn(account);
  await app.showFolders();
  await expect(app.tree.getByRole('treeitem', { name: 'Inbox, 2 unread', exact: true })).toHaveAttribute('data-unread', '2');
  await expect(app.tree.getByRole('treeitem', { name: 'Protokoll, 1 unread', exact: true })).toHaveAttribute('data-mailbox', 'Föreningen/Styrelsen/Protokoll');
  await expect(app.folder('日本語')).toHaveAccessibleName('日本語');
  await expect(app.folder('a & b')).toHaveAccessibleName('a & b');
  await expect(app.folder('Föreningen')).toHaveAttribute('aria-level', '1');
  await expect(app.folder('Föreningen/Styrelsen')).toHaveAttribute('aria-level', '2');
  await expect(app.folder('Föreningen/Styrelsen/Protokoll')).toHaveAttribute('aria-level', '3');
  const names = await app.tree.getByRole('treeitem').evaluateAll((items) => items.map((item) => item.getAttribute('data-mailbox')));
  expect(names.slice(0, 6)).toEqual(['INBOX', 'Drafts', 'Sent', 'Archive', 'Junk', 'Trash']);
});

test('a folder opens by its line, and its address leads back to it', async ({ app, account, other, page }) => {
  await other.create('Föreningen');
  await other.create('Föreningen/50 % av åren');
  await other.append('INBOX', letter({ subject: 'In the inbox' }));
  await other.append('Föreningen/50 % av åren', letter({ subject: 'In the other' }));
  await app.signIn(account);
  await expect(app.row('In the inbox')).toBeVisible();
  await app.openFolder('Föreningen/50 % av åren');
  await expect(app.row('In the other')).toBeVisible();
  await expect(app.row('In the inbox')).toHaveCount(0);
  expect(new URL(page.url()).pathname).toBe(`/mail/${encodeURIComponent('Föreningen/50 % av åren')}`);
  await page.reload();
  await expect(app.row('In the other')).toBeVisible();
  await app.openFolder('INBOX');
  await expect(app.row('In the inbox')).toBeVisible();
});

test('branches open and close by key and by click, and stay as they were after a reload', async ({ app, account, other, page }) => {
  await other.create('Club');
  await other.create('Club/Board');
  await app.signIn(account);
  await app.showFolders();
  const club = app.folder('Club');
  await expect(club).toHaveAttribute('aria-expanded', 'true');
  await club.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(club).toHaveAttribute('aria-expanded', 'false');
  await expect(app.folder('Club/Board')).toHaveCount(0);
  await page.keyboard.press('ArrowRight');
  await expect(app.folder('Club/Board')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(app.folder('Club/Board')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(club).toBeFocused();
  await club.getByTitle('Hide folders inside').click();
  await expect(club).toHaveAttribute('aria-expanded', 'false');
  await page.reload();
  await app.isOpen();
  await app.showFolders();
  await expect(club).toHaveAttribute('aria-expanded', 'false');
});

test('arrow keys walk the tree, and Enter opens a folder', async ({ app, account, other, page }) => {
  await other.append('Archive', letter({ subject: 'From long ago' }));
  await app.signIn(account);
  await app.showFolders();
  await app.folder('INBOX').focus();
  await page.keyboard.press('End');
  await expect(app.folder('Trash')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(app.folder('Junk')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(app.row('From long ago')).toBeVisible();
  await app.showFolders();
  await expect(app.folder('Archive')).toHaveAttribute('aria-selected', 'true');
  // One line takes the Tab key.
  await expect(app.tree.locator('[role=treeitem][tabindex="0"]')).toHaveCount(1);
});

test('folders and counts that another program changes follow without a reload', async ({ app, account, other }) => {
  await app.signIn(account);
  await app.showFolders();
  await expect(app.folder('INBOX')).toHaveAccessibleName('Inbox');
  await other.append('INBOX', letter({ subject: 'Just in' }));
  await expect(app.folder('INBOX')).toHaveAccessibleName('Inbox, 1 unread');
  await other.create('Brand new');
  await other.append('Archive', letter({ subject: 'Put aside' }));
  await expect(app.folder('Brand new')).toBeVisible();
  await expect(app.folder('Archive')).toHaveAttribute('data-unread', '1');
  await other.rename('Brand new', 'Renamed');
  await expect(app.folder('Renamed')).toBeVisible();
  await expect(app.folder('Brand new')).toHaveCount(0);
  await other.delete('Renamed');
  await expect(app.folder('Renamed')).toHaveCount(0);
});

test('an address without a place, and a folder that is gone, say so and lead to the inbox', async ({ app, account, page }) => {
  await app.signIn(account, '/mail/No%20such%20folder');
  await expect(page.getByText('This folder no longer exists')).toBeVisible();
  await page.getByRole('link', { name: 'Go to the inbox' }).click();
  await expect(page.getByText('Nothing in the inbox')).toBeVisible();
  await app.open('/nowhere/at/all');
  await expect(page.getByText('There is nothing at this address')).toBeVisible();
  await page.getByRole('link', { name: 'Go to the inbox' }).click();
  await expect(page.getByText('Nothing in the inbox')).toBeVisible();
});
