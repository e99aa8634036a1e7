// Everything by keyboard, from the sign-in to an attachment.

import { expect, letter, test } from './support/test.ts';

test('a person without a mouse signs in, finds a message, reads it and gets back', async ({ app, account, other, page }) => {
  test.skip(app.isPhone, 'a phone has no such keyboard');
  await other.create('Club');
  for (const subject of ['Third', 'Second', 'First']) await other.append('INBOX', letter({ subject, text: `This is the ${subject.toLowerCase()} one.` }));
  await app.open();
  await page.keyboard.press('Tab');
  await expect(app.address).toBeFocused();
  await page.keyboard.type(account.address);
  await page.keyboard.press('Tab');
  await page.keyboard.type(account.password);
  await page.keyboard.press('Enter');
  await app.isOpen();
  await expect(app.rows).toHaveCount(3);

  // Down the list, with either keys; what the cursor rests on opens beside it.
  await expect(app.list).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(app.article('First')).toContainText('This is the first one.');
  await page.keyboard.press('j');
  await expect(app.article('Second')).toBeVisible();
  await expect(app.row('Second')).toHaveAttribute('aria-selected', 'true');
  await expect(app.list).toHaveAttribute('aria-activedescendant', (await app.row('Second').getAttribute('id')) ?? '');
  await page.keyboard.press('k');
  await expect(app.article('First')).toBeVisible();
  await page.keyboard.press('End');
  await expect(app.article('Third')).toBeVisible();
  await page.keyboard.press('Home');
  await expect(app.article('First')).toBeVisible();

  // Into the message and back.
  await page.keyboard.press('Enter');
  await expect(app.list).not.toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.locator(':focus')).toHaveRole('button');
  await page.keyboard.press('Escape');
  await expect(app.list).toBeFocused();

  // Search and leave it.
  await page.keyboard.press('/');
  await expect(app.search).toBeFocused();
  await page.keyboard.type('second');
  await page.keyboard.press('Enter');
  await expect(app.rows).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(app.rows).toHaveCount(3);

  // Help, which keeps the focus while it is open.
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help).toContainText('Next message');
  await page.keyboard.press('Tab');
  await expect(help.locator(':focus')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();

  // Letters that are written are no shortcuts.
  await app.search.focus();
  await page.keyboard.type('jk?');
  await expect(app.search).toHaveValue('jk?');
  await expect(help).toBeHidden();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await expect(app.list).toBeFocused();
});

test('the focus is seen wherever Tab leads, and Tab leads out of every pane', async ({ app, account, other, page }) => {
  test.skip(app.isPhone, 'a phone has no such keyboard');
  await other.append('INBOX', letter({ subject: 'Only one' }));
  await app.signIn(account);
  await app.read('Only one');
  await expect(app.article('Only one')).toBeVisible();
  const reached = new Set<string>();
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return undefined;
      const style = getComputedStyle(element);
      const isMarked = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
      return { is: `${element.getAttribute('role') ?? element.tagName} ${element.getAttribute('aria-label') ?? element.textContent}`, isMarked };
    });
    if (at === undefined) continue;
    expect(at, `the focus is not seen on ${at.is}`).toMatchObject({ isMarked: true });
    reached.add(at.is);
  }
  const names = [...reached].join('\n');
  for (const place of [/^treeitem Inbox/m, /^listbox Messages/m, /Search mail/, /Flag/, /Account/]) expect(names).toMatch(place);
});
