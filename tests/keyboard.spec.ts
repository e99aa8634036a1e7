// Everything by keyboard, from the sign-in to an attachment.

import { expect, letter, test } from './support/test.ts';

test('a person without a mouse signs in, finds a message, reads it and gets back', async ({ app, account, other, page }) => {
  test.skip(app.isPhone, 'a phone has no such keyboard');
  await other.create('Club');
  for (const subject of ['Third', 'Second', 'First']) await other.append('INBOX', letter({ subject, text: `This is the ${subject.toLowerCase()} one.` }));
  await app.open();
  await expect(app.address).toBeVisible();
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
  await expect(help.locator(':focus')).toHaveCount(1);
  for (let step = 0; step < 4; step += 1) {
    await page.keyboard.press('Tab');
    // Within the dialog, or at the browser's own buttons, which count as the body.
    expect(await page.evaluate(() => document.activeElement?.matches('dialog *, body'))).toBe(true);
  }
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

test.describe(() => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('the focus is seen wherever Tab leads, and Tab leads through every pane', async ({ app, account, other, page }) => {
    test.skip(app.isPhone, 'a phone has no such keyboard');
    await other.append('INBOX', letter({ subject: 'Only one' }));
    await app.signIn(account);
    await app.read('Only one');
    await expect(app.article('Only one')).toBeVisible();
    const reached = new Set<string>();
    const unseen = new Set<string>();
    for (let step = 0; step < 40; step += 1) {
      await page.keyboard.press('Tab');
      const { name, before } = await page.evaluate(look);
      if (name !== undefined) reached.add(name);
      if (before !== undefined && !before.isSeen) unseen.add(before.name);
    }
    expect([...unseen]).toEqual([]);
    const names = [...reached].join('\n');
    for (const place of [/^treeitem Inbox/m, /^listbox Messages/m, /Search mail/, /Flag/, /Account/]) expect(names).toMatch(place);
  });
});

/**
 * Says what has the focus, and of what had it at the last look whether one could see it: it, what holds it, or the
 * row that it stands for looked different then. Runs in the page.
 */
function look(): { name?: string; before?: { name: string; isSeen: boolean } } {
  const appearance = (element: Element): string => {
    const active = document.getElementById(element.getAttribute('aria-activedescendant') ?? '');
    return [element, element.parentElement, active]
      .map((one) => {
        if (one === null) return '';
        const { outline, boxShadow, borderColor, backgroundColor, textDecoration, clipPath, transform } = getComputedStyle(one);
        return [outline, boxShadow, borderColor, backgroundColor, textDecoration, clipPath, transform].join();
      })
      .join(';');
  };
  const memory = globalThis as { last?: { element: Element; name: string; focused: string } };
  const before = memory.last && { name: memory.last.name, isSeen: appearance(memory.last.element) !== memory.last.focused };
  const element = document.activeElement;
  if (element === null || element === document.body) {
    memory.last = undefined;
    return { before };
  }
  const name = `${element.getAttribute('role') ?? element.tagName} ${element.getAttribute('aria-label') ?? element.textContent}`;
  memory.last = { element, name, focused: appearance(element) };
  return { name, before };
}
