// What people do to folders, and what the server has of it.

import type { Imap } from './support/imap.mjs';
import { expect, letter, test } from './support/test.ts';

/** Full names of all folders, in ASCII. */
async function names(other: Imap): Promise<string[]> {
  const lines: string[] = await other.command('LIST "" "*"');
  return lines.flatMap((line) => /^\* LIST \([^)]*\) \S+ "?(.*?)"?$/.exec(line)?.[1] ?? []);
}

test('a folder is made at the top and inside another one', async ({ app, account, other, page }) => {
  await app.signIn(account);
  await app.showFolders();
  await page.getByRole('button', { name: 'New folder', exact: true }).click();
  const name = page.getByRole('textbox', { name: 'Name of the folder' });
  await expect(name).toBeFocused();
  await name.press('Enter');
  await expect(app.dialog('New folder')).toContainText("can't have this name");
  await name.fill('Projects');
  await name.press('Enter');
  await expect(app.folder('Projects')).toBeVisible();
  await expect.poll(() => names(other)).toContain('Projects');
  await app.folderMenu('Projects');
  await app.menuItem('New folder inside…').click();
  await name.fill('Boathouse');
  await name.press('Enter');
  await expect(app.folder('Projects/Boathouse')).toBeVisible();
  await expect.poll(() => names(other)).toContain('Projects/Boathouse');
});

test('a name that is taken is said to be, where it was typed', async ({ app, account, other, page }) => {
  await other.create('Projects');
  await app.signIn(account);
  await app.showFolders();
  await expect(app.folder('Projects')).toBeVisible();
  await page.getByRole('button', { name: 'New folder', exact: true }).click();
  const name = page.getByRole('textbox', { name: 'Name of the folder' });
  await name.fill('Projects');
  await name.press('Enter');
  await expect(app.dialog('New folder')).toContainText('There is a folder with this name already.');
  await expect(name).toHaveValue('Projects');
});

test('a folder is renamed while a message in it is read, and the place follows', async ({ app, account, other, page }) => {
  test.skip(app.isPhone, 'list and tree are side by side');
  await other.create('Drafty');
  await other.append('Drafty', letter({ subject: 'Read on', text: 'And on.' }));
  await app.signIn(account);
  await app.openFolder('Drafty');
  await app.read('Read on');
  await expect(app.article('Read on')).toContainText('And on.');
  await app.folder('Drafty').focus();
  await page.keyboard.press('F2');
  const name = page.getByRole('textbox', { name: 'Name of the folder' });
  await expect(name).toHaveValue('Drafty');
  await name.fill('Cosy');
  await name.press('Enter');
  await expect(app.folder('Cosy')).toHaveAttribute('aria-selected', 'true');
  await expect(page).toHaveURL(/\/mail\/Cosy\//);
  await expect(app.article('Read on')).toContainText('And on.');
  await expect.poll(() => names(other)).toContain('Cosy');
  await other.rename('Cosy', 'Elsewhere');
  await expect(page).toHaveURL(/\/mail\/Elsewhere\//);
  await expect(app.article('Read on')).toContainText('And on.');
});

test('a folder is dragged into another one, and moved back to the top by the menu', async ({ app, account, other }) => {
  test.skip(app.isPhone, 'a phone has no mouse');
  await other.create('Projects');
  await other.create('Boathouse');
  await app.signIn(account);
  await app.folder('Boathouse').dragTo(app.folder('Projects'));
  await expect(app.folder('Projects/Boathouse')).toBeVisible();
  await expect.poll(() => names(other)).toContain('Projects/Boathouse');
  await app.folderMenu('Projects/Boathouse');
  await app.menuItem('Move to…').click();
  await app.page.keyboard.press('Enter');
  await expect(app.folder('Boathouse')).toBeVisible();
  await expect.poll(() => names(other)).toContain('Boathouse');
});

test('a folder is deleted with all that is in it, after a question that says what goes', async ({ app, account, other, page }) => {
  await other.create('Old');
  await other.create('Old/Older');
  await other.append('Old', letter({ subject: 'One' }));
  await other.append('Old', letter({ subject: 'Two' }));
  await app.signIn(account, '/mail/Old');
  await app.folderMenu('Old');
  await app.menuItem('Delete…').click();
  const question = app.dialog('Delete the folder Old?');
  await expect(question).toContainText('2 messages');
  await expect(question).toContainText('the folder inside it');
  await question.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(app.folder('Old')).toHaveCount(0);
  await expect.poll(() => names(other)).not.toContain('Old/Older');
  expect(await names(other)).not.toContain('Old');
  await expect(page).toHaveURL(/\/mail\/INBOX$/);
});

test('all of a folder is marked as read, and back', async ({ app, account, other }) => {
  await other.create('Lists');
  for (const subject of ['One', 'Two', 'Three']) await other.append('Lists', letter({ subject }));
  await app.signIn(account, '/mail/Lists');
  await expect(app.rows).toHaveCount(3);
  await app.showFolders();
  await expect(app.folder('Lists')).toHaveAttribute('data-unread', '3');
  await app.folderMenu('Lists');
  await app.menuItem('Mark all as read').click();
  await expect.poll(async () => (await other.status('Lists')).unseen).toBe(0);
  await app.told('Marked all in Lists as read').getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await other.status('Lists')).unseen).toBe(3);
});

test('the trash is emptied, after a question', async ({ app, account, other }) => {
  for (const subject of ['One', 'Two']) await other.append('Trash', letter({ subject }));
  await app.signIn(account);
  await app.folderMenu('Trash');
  await app.menuItem('Empty Trash…').click();
  const question = app.dialog('Empty Trash?');
  await expect(question).toContainText('2 messages are deleted for good.');
  await question.getByRole('button', { name: 'Empty' }).click();
  await expect.poll(async () => (await other.status('Trash')).messages).toBe(0);
});

test('a folder gets a role, by which it is called', async ({ app, account, other }) => {
  await other.create('Kept');
  await app.signIn(account);
  await app.folderMenu('Kept');
  await app.menuItem('Use as…').click();
  await app.menuItem('Archive').click();
  await expect(app.folder('Kept')).toHaveAccessibleName('Archive');
});

test('the inbox can neither be renamed nor deleted', async ({ app, account, page }) => {
  await app.signIn(account);
  await app.folderMenu('INBOX');
  await expect(app.menuItem('New folder inside…')).toBeVisible();
  await expect(app.menuItem('Rename…')).toHaveCount(0);
  await expect(app.menuItem('Delete…')).toHaveCount(0);
  await page.keyboard.press('Escape');
});
