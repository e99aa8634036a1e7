// axe-core on every kind of page, light and dark: no serious findings.

import { findings } from './support/axe.ts';
import { expect, letter, test } from './support/test.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    // What fades is looked at as it is at rest.
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });

    test(`sign-in, ${colorScheme}, has no serious findings`, async ({ app, account, page }) => {
      await app.open();
      await expect(app.address).toBeVisible();
      expect(await findings(page, colorScheme)).toEqual([]);
      await app.enter({ ...account, password: 'wrong' });
      await expect(app.alert).toBeVisible();
      expect(await findings(page, colorScheme)).toEqual([]);
    });

    test(`list, message, folders, account and help, ${colorScheme}, have no serious findings`, async ({ app, account, other, page }) => {
      await other.create('Club');
      await other.create('Club/Board');
      await other.append('Club/Board', letter({ subject: 'Elsewhere' }));
      await other.append('INBOX', letter({ subject: 'Answered', text: 'Yes.' }), { flags: ['\\Seen', '\\Answered'] });
      await other.append(
        'INBOX',
        letter({
          subject: 'With all there is',
          text: 'See https://example.org/.\n\n> Quoted.\n\nBye\n',
          files: [
            { name: 'a.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.4') },
            { name: 'b.exe', type: 'application/octet-stream', bytes: Buffer.from('MZ') },
          ],
        }),
        { flags: ['\\Flagged'] },
      );
      await other.append('INBOX', letter({ subject: 'Newsletter', html: '<p>Hello <img src="https://pictures.example/a.png"></p>' }));
      await app.signIn(account);
      await expect(app.rows).toHaveCount(3);
      expect(await findings(page, colorScheme)).toEqual([]);

      await app.read('With all there is');
      const article = app.article('With all there is');
      await expect(article.getByRole('button', { name: 'Save b.exe' })).toBeVisible();
      expect(await findings(page, colorScheme)).toEqual([]);
      await article.getByRole('button', { name: 'Save b.exe' }).click();
      await expect(article.getByRole('alert')).toBeVisible();
      expect(await findings(page, colorScheme)).toEqual([]);

      await app.read('Newsletter');
      await expect(app.html.getByText('Hello')).toBeVisible();
      expect(await findings(page, colorScheme)).toEqual([]);

      await app.backToList();
      await app.search.fill('nothing at all');
      await app.search.press('Enter');
      await expect(page.getByText('Nothing found for')).toBeVisible();
      expect(await findings(page, colorScheme)).toEqual([]);
      await app.search.press('Escape');
      await expect(app.rows).toHaveCount(3);

      await app.showFolders();
      expect(await findings(page, colorScheme)).toEqual([]);
      await app.showAccount();
      await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
      expect(await findings(page, colorScheme)).toEqual([]);
      await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
      await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
      expect(await findings(page, colorScheme)).toEqual([]);
    });

    test(`an offline mailbox, ${colorScheme}, has no serious findings`, async ({ app, account, other, page, stage }) => {
      await other.append('INBOX', letter({ subject: 'As it last was' }));
      await app.signIn(account);
      await expect(app.rows).toHaveCount(1);
      await stage.order('gateway stop');
      try {
        await expect(app.live).toContainText('Offline');
        expect(await findings(page, colorScheme)).toEqual([]);
      } finally {
        await stage.order('gateway start');
      }
    });
  });
}

test('at 320 pixels and with text twice as large nothing is cut off sideways', async ({ app, account, other, page }) => {
  await other.append('INBOX', letter({ subject: 'A subject that goes on for quite a while, as subjects do', from: 'Somebody With A Long Name <somebody@example.org>' }));
  await page.setViewportSize({ width: 320, height: 640 });
  const isWide = (): Promise<boolean> => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  await app.open();
  await expect(app.address).toBeVisible();
  expect(await isWide()).toBe(false);
  await app.enter(account);
  await app.isOpen();
  expect(await isWide()).toBe(false);
  await app.read('A subject that goes on');
  await expect(page.getByRole('article')).toBeVisible();
  expect(await isWide()).toBe(false);
  await page.addStyleTag({ content: ':root { font-size: 200% }' });
  expect(await isWide()).toBe(false);
});

test('a tablet, upright, has list and message side by side, and the folders at hand', async ({ app, account, other, page }) => {
  test.skip(app.isPhone, 'a tablet is no phone');
  await page.setViewportSize({ width: 834, height: 1112 });
  await other.append('INBOX', letter({ subject: 'On the sofa', text: 'Read at leisure.' }));
  await other.append('Archive', letter({ subject: 'Put away' }));
  await app.signIn(account);
  await app.read('On the sofa');
  await expect(app.article('On the sofa')).toContainText('Read at leisure.');
  await expect(app.row('On the sofa')).toBeInViewport({ ratio: 0.9 });
  await expect(app.article('On the sofa')).toBeInViewport();
  expect(await findings(page, 'light')).toEqual([]);
  await app.showFolders();
  await expect(app.folder('Archive')).toBeInViewport({ ratio: 0.9 });
  expect(await findings(page, 'light')).toEqual([]);
  await app.openFolder('Archive');
  await expect(app.row('Put away')).toBeInViewport({ ratio: 0.9 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)).toBe(false);
});
