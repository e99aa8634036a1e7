// What people do to messages, and what the server has of it.

import { App } from './support/app.ts';
import { findings } from './support/axe.ts';
import { FakeServer } from './support/fake-imap.ts';
import { Gateway } from './support/gateway.ts';
import type { Imap } from './support/imap.mjs';
import { expect, letter, test } from './support/test.ts';

/** Puts messages there, the last one on top. */
async function append(other: Imap, mailbox: string, ...subjects: string[]): Promise<number[]> {
  const uids: number[] = [];
  for (const subject of subjects) uids.push(await other.append(mailbox, letter({ subject, text: `About ${subject}.` })));
  return uids;
}

// Not by STATUS: of a mailbox that is selected it may say what was so then.
const count = (other: Imap, mailbox: string) => async (): Promise<number> => (await other.search(mailbox, 'ALL')).length;

test('the open message is archived, the next one opens, and Undo brings it back', async ({ app, account, other, page }) => {
  await append(other, 'INBOX', 'First', 'Second', 'Third');
  await app.signIn(account);
  await app.read('Second');
  await expect(app.article('Second')).toBeVisible();
  await app.act('Archive');
  await expect(app.row('Second')).toHaveCount(0);
  if (app.isPhone) {
    await expect(app.list).toBeVisible();
  } else {
    await expect(app.article('First')).toContainText('About First.');
  }
  await expect.poll(count(other, 'Archive')).toBe(1);
  await app.told('Archived').getByRole('button', { name: 'Undo' }).click();
  await expect(app.row('Second')).toBeVisible();
  await expect.poll(count(other, 'Archive')).toBe(0);
  await expect.poll(count(other, 'INBOX')).toBe(3);
  await expect(page.getByText('Undone')).toBeVisible();
});

test('several are selected with the mouse, archived and brought back', async ({ app, account, other, page }) => {
  test.skip(app.isPhone, 'a phone has no mouse');
  await append(other, 'INBOX', 'One', 'Two', 'Three', 'Four', 'Five');
  await app.signIn(account);
  await expect(app.rows).toHaveCount(5);
  await app.row('Four').click({ modifiers: ['ControlOrMeta'] });
  await app.row('Two').click({ modifiers: ['Shift'] });
  await expect(page.getByRole('heading', { name: '3 selected' }).first()).toBeVisible();
  await app.row('Three').click({ modifiers: ['ControlOrMeta'] });
  await expect(app.row('Three')).toHaveAttribute('aria-selected', 'false');
  await expect(app.row('Two')).toHaveAttribute('aria-selected', 'true');
  await app.ofSelection('Archive').click();
  await expect(app.rows).toHaveCount(3);
  await expect.poll(count(other, 'Archive')).toBe(2);
  await app.told('Archived 2').getByRole('button', { name: 'Undo' }).click();
  await expect(app.rows).toHaveCount(5);
  await expect.poll(count(other, 'Archive')).toBe(0);
});

test('several are selected with the keys, archived and brought back', async ({ app, account, other, page }) => {
  test.skip(app.isPhone, 'a phone has no such keyboard');
  await append(other, 'INBOX', 'One', 'Two', 'Three', 'Four');
  await app.signIn(account);
  await expect(app.rows).toHaveCount(4);
  await app.list.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByRole('heading', { name: '3 selected' }).first()).toBeVisible();
  await page.keyboard.press('Shift+ArrowUp');
  await expect(page.getByRole('heading', { name: '2 selected' }).first()).toBeVisible();
  await page.keyboard.press('e');
  await expect(app.rows).toHaveCount(2);
  await expect.poll(count(other, 'Archive')).toBe(2);
  await page.keyboard.press('Control+z');
  await expect(app.rows).toHaveCount(4);
  await page.keyboard.press('Control+a');
  await expect(page.getByRole('heading', { name: '4 selected' }).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: '4 selected' })).toHaveCount(0);
});

test('what is selected stays so when others come and go', async ({ app, account, other, page }) => {
  test.skip(app.isPhone, 'a phone has no mouse');
  const uids = await append(other, 'INBOX', 'Goes', 'Stays', 'Top');
  await app.signIn(account);
  await app.row('Goes').click({ modifiers: ['ControlOrMeta'] });
  await app.row('Stays').click({ modifiers: ['ControlOrMeta'] });
  await append(other, 'INBOX', 'Newer');
  await expect(app.row('Newer')).toHaveAttribute('aria-selected', 'false');
  await other.expunge('INBOX', uids[0]);
  await expect(page.getByRole('heading', { name: '1 selected' }).first()).toBeVisible();
  await expect(app.row('Stays')).toHaveAttribute('aria-selected', 'true');
  await app.openFolder('Archive');
  await app.openFolder('INBOX');
  await expect(page.getByRole('heading', { name: '1 selected' })).toHaveCount(0);
});

test('all of a long list are selected and moved at once', async ({ app, account, other }) => {
  test.skip(app.isPhone, 'a phone has no such keyboard');
  const subjects = Array.from({ length: 130 }, (_, at) => `Number ${at}`);
  await append(other, 'INBOX', ...subjects);
  await other.create('Receipts');
  await app.signIn(account);
  await app.list.focus();
  await app.page.keyboard.press('Control+a');
  await app.page.getByRole('button', { name: 'Select all 130' }).click();
  await app.page.keyboard.press('v');
  await app.pick('rece');
  await expect(app.told('Moved 130 to Receipts')).toBeVisible();
  await expect.poll(count(other, 'Receipts')).toBe(130);
  await expect.poll(count(other, 'INBOX')).toBe(0);
});

test('a message is moved to a folder that is found by typing, and to one that is made on the way', async ({ app, account, other }) => {
  await append(other, 'INBOX', 'Bill', 'Ticket');
  await other.create('Household');
  await other.create('Household/Bills');
  await app.signIn(account);
  await app.read('Bill');
  await expect(app.article('Bill')).toBeVisible();
  await app.act('Move');
  await expect(app.dialog('Move to')).toBeVisible();
  await app.pick('bil');
  await expect(app.told('Moved to Bills')).toBeVisible();
  await expect.poll(count(other, 'Household/Bills')).toBe(1);

  await app.read('Ticket');
  await expect(app.article('Ticket')).toBeVisible();
  await app.act('Copy to…');
  await app.pick('Journeys');
  await expect(app.told('Copied to Journeys')).toBeVisible();
  await expect.poll(count(other, 'Journeys')).toBe(1);
  await expect.poll(count(other, 'INBOX')).toBe(1);
});

test('messages are dragged onto a folder: moved, or copied with Ctrl', async ({ app, account, other }) => {
  test.skip(app.isPhone, 'a phone has no mouse');
  await append(other, 'INBOX', 'Dragged', 'Selected one', 'Selected two');
  await other.create('Receipts');
  await app.signIn(account);
  await app.row('Dragged').dragTo(app.folder('Receipts'));
  await expect(app.row('Dragged')).toHaveCount(0);
  await expect.poll(count(other, 'Receipts')).toBe(1);
  await app.row('Selected one').click({ modifiers: ['ControlOrMeta'] });
  await app.row('Selected two').click({ modifiers: ['ControlOrMeta'] });
  await app.row('Selected one').dragTo(app.folder('Receipts'));
  await expect.poll(count(other, 'Receipts')).toBe(3);
  await expect(app.told('Moved 2 to Receipts')).toBeVisible();
});

test('what is deleted goes to the trash, and from there for good, after a question', async ({ app, account, other, page }) => {
  await append(other, 'INBOX', 'Unwanted');
  await app.signIn(account);
  await app.read('Unwanted');
  await expect(app.article('Unwanted')).toBeVisible();
  await app.act('Delete');
  await expect.poll(count(other, 'Trash')).toBe(1);
  await app.openFolder('Trash');
  await app.read('Unwanted');
  await expect(app.article('Unwanted')).toBeVisible();
  await app.act('Delete');
  const question = app.dialog('Delete this message for good?');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(question).toBeHidden();
  await expect.poll(count(other, 'Trash')).toBe(1);
  await app.act('Delete');
  await question.getByRole('button', { name: 'Delete for good' }).click();
  await expect.poll(count(other, 'Trash')).toBe(0);
  await expect(page.getByText('Nothing here')).toBeAttached();
});

test('junk is moved to Junk, and back when it is none', async ({ app, account, other }) => {
  test.skip(app.isPhone, 'by keys');
  await append(other, 'INBOX', 'You have won');
  await app.signIn(account);
  await app.read('You have won');
  await expect(app.article('You have won')).toBeVisible();
  await app.page.keyboard.press('!');
  await expect.poll(count(other, 'Junk')).toBe(1);
  await app.openFolder('Junk');
  await app.read('You have won');
  await expect(app.article('You have won')).toBeVisible();
  await app.act('Not junk');
  await expect.poll(count(other, 'INBOX')).toBe(1);
});

test('the menu of a row is opened by pointer and by key, and gives the focus back', async ({ app, account, other, page }) => {
  test.skip(app.isPhone, 'a phone has neither');
  const [uid] = await append(other, 'INBOX', 'With a menu');
  await app.signIn(account);
  await app.row('With a menu').click({ button: 'right' });
  await app.menuItem('Flag').click();
  await expect.poll(() => other.flags('INBOX', uid)).toContain('\\flagged');
  await app.list.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+F10');
  await expect(page.getByRole('menu')).toBeVisible();
  await expect(app.menuItem('Archive')).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  await expect(app.list).toBeFocused();
});

test('tags are set, made, shown and taken away', async ({ app, account, other, page }) => {
  const [uid] = await append(other, 'INBOX', 'To be tagged');
  await app.signIn(account);
  await app.read('To be tagged');
  await expect(app.article('To be tagged')).toBeVisible();
  await app.act('Tags…');
  await app.menuItem('To do').click();
  await expect.poll(() => other.flags('INBOX', uid)).toContain('$label4');
  await expect(app.article('To be tagged')).toContainText('To do');
  await app.act('Tags…');
  await app.menuItem('New tag…').click();
  await page.getByRole('textbox', { name: 'Name of the tag' }).fill('Påsk ägg');
  await page.getByRole('button', { name: 'Add tag' }).click();
  await expect.poll(() => other.flags('INBOX', uid)).toContain('pask_agg');
  await app.backToList();
  await expect(app.row('To be tagged')).toHaveAccessibleName(/tagged.*To do/);
  await expect(app.row('To be tagged').locator('.chip', { hasText: 'Pask agg' })).toBeVisible();
  await app.read('To be tagged');
  await app.act('Tags…');
  await app.menuItem('To do').click();
  await expect.poll(() => other.flags('INBOX', uid)).not.toContain('$label4');
});

test('keywords of programs are no tags', async ({ app, account, other }) => {
  const [uid] = await append(other, 'INBOX', 'Marked by programs');
  await other.store('INBOX', uid, '+', '$Forwarded', 'NonJunk', '$mv-1', 'Receipts');
  await app.signIn(account);
  await expect(app.row('Marked by programs').locator('.chip')).toHaveText(['Receipts']);
});

test('a row is swiped to the right to archive it, to the left to delete it', async ({ app, account, other, page }) => {
  test.skip(!app.isPhone, 'by finger');
  await append(other, 'INBOX', 'Stays', 'Deleted', 'Archived');
  await app.signIn(account);
  await app.swipe(app.row('Archived'), 220);
  await expect(app.row('Archived')).toHaveCount(0);
  await expect.poll(count(other, 'Archive')).toBe(1);
  await app.swipe(app.row('Deleted'), -220);
  await expect.poll(count(other, 'Trash')).toBe(1);
  // Not far enough.
  await app.swipe(app.row('Stays'), 60);
  await expect(app.row('Stays')).toBeVisible();
  await expect.poll(count(other, 'INBOX')).toBe(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(count(other, 'INBOX')).toBe(2);
});

test('a finger that stays selects, and further rows are tapped', async ({ app, account, other, page }) => {
  test.skip(!app.isPhone, 'by finger');
  await append(other, 'INBOX', 'One', 'Two', 'Three');
  await app.signIn(account);
  const box = await app.row('Two').boundingBox();
  if (box === null) throw new Error('The row is not on screen');
  const session = await page.context().newCDPSession(page);
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: box.x + 100, y: box.y + 30 }] });
  await expect(page.getByRole('heading', { name: '1 selected' })).toBeVisible();
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await app.row('Three').tap();
  await expect(page.getByRole('heading', { name: '2 selected' })).toBeVisible();
  await app.ofSelection('Archive').click();
  await expect.poll(count(other, 'Archive')).toBe(2);
  await expect(app.rows).toHaveCount(1);
});

test('rows stay under the pointer when new mail comes', async ({ app, account, other, page }) => {
  test.skip(app.isPhone, 'a phone has no pointer');
  const subjects = Array.from({ length: 30 }, (_, at) => `Number ${at}`);
  await append(other, 'INBOX', ...subjects);
  await app.signIn(account);
  const row = app.row(/Number 27,/);
  const before = await row.boundingBox();
  await row.hover();
  const [uid] = await Promise.all([other.append('INBOX', letter({ subject: 'Comes above' })), wiggle()]);
  await expect(app.rowOf(uid)).toBeAttached();
  expect((await row.boundingBox())?.y).toBe(before?.y);
  await page.getByRole('button', { name: '1 new' }).click();
  await expect(app.row('Comes above')).toBeInViewport({ ratio: 0.9 });

  async function wiggle(): Promise<void> {
    for (let step = 0; step < 5; step += 1) {
      await page.mouse.move(600 + step, (before?.y ?? 0) + 20);
    }
  }
});

const readOnly = test.extend<{ server: FakeServer; fakeApp: App }>({
  server: async ({ stage }, use) => {
    const server = await FakeServer.start(stage.tls);
    await use(server);
    await server.stop();
  },
  fakeApp: async ({ page, stage, server }, use) => {
    const gateway = await Gateway.start(stage, [{ id: 'fake', port: server.port, ca: stage.tls.ca }]);
    await use(new App(page, gateway.url));
    await gateway.stop();
  },
});

readOnly('in a folder in which nothing can be changed, nothing but copying and saving is offered', async ({ fakeApp: app, server, page }) => {
  server.instead = ({ tag, name }) =>
    name === 'SELECT' || name === 'EXAMINE'
      ? { say: `* FLAGS (\\Seen)\r\n* 1 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 2] ok\r\n${tag} OK [READ-ONLY] Open\r\n` }
      : undefined;
  await app.open();
  await app.enter({ address: 'somebody@samma.test', password: 'secret' });
  await app.isOpen();
  await app.read('The only one');
  await expect(app.article('The only one')).toBeVisible();
  await expect(app.action('More')).toBeVisible();
  for (const name of ['Archive', 'Move', 'Delete', 'Junk', 'Flag']) await expect(app.action(name)).toHaveCount(0);
  await app.action('More').click();
  await expect(page.getByRole('menuitem')).toHaveText(['Copy to…', 'Print…', 'Save message as a file', 'Show source']);
  await page.keyboard.press('Escape');
  await page.keyboard.press('e');
  await page.keyboard.press('#');
  await expect(app.article('The only one')).toBeVisible();
  expect(server.heard.filter(({ name, rest }) => /^(MOVE|COPY|STORE)$/.test(name) || /^(MOVE|COPY|STORE)/.test(rest))).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });

    test(`selection, menus, questions and notes, ${colorScheme}, have no serious findings`, async ({ app, account, other, page }) => {
      const uids = await append(other, 'INBOX', 'One', 'Two', 'Three');
      await other.create('Club');
      for (const [at, uid] of uids.entries()) {
        await other.store('INBOX', uid, '+', ...['Aa', 'Bb', 'Cc', 'Dd', 'Ee', 'Ff', 'Gg', 'Hh', '$label1'].map((tag) => (at === 0 ? tag : `${tag}${at}`)));
      }
      await app.signIn(account);
      await app.row('Two').hover();
      expect(await findings(page, colorScheme)).toEqual([]);
      await app.list.focus();
      for (const key of ['Home', 'x', 'Shift+ArrowDown']) await page.keyboard.press(key);
      await expect(page.getByRole('heading', { name: '2 selected' }).first()).toBeVisible();
      expect(await findings(page, colorScheme)).toEqual([]);
      await app.ofSelection('More').click();
      await expect(page.getByRole('menu')).toBeVisible();
      expect(await findings(page, colorScheme)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('v');
      await expect(app.dialog('Move to')).toBeVisible();
      expect(await findings(page, colorScheme)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('#');
      await expect(app.told('Deleted 2')).toBeVisible();
      expect(await findings(page, colorScheme)).toEqual([]);
      await app.folderMenu('Club');
      await app.menuItem('Delete…').click();
      await expect(app.dialog('Delete the folder Club?')).toBeVisible();
      expect(await findings(page, colorScheme)).toEqual([]);
    });
  });
}
