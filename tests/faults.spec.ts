// What people did while something between them and the mail server failed: it is done once, and shown as it is.

import { expect, letter, test } from './support/test.ts';

test.skip(({ isMobile }) => isMobile, 'what fails below the page is the same at both sizes');

/** How many messages a mailbox has on the server. */
async function count(stage: { logIn(address: string): Promise<{ status(name: string): Promise<{ messages: number }>; close(): void }> }, address: string, mailbox: string): Promise<number> {
  const other = await stage.logIn(address);
  const { messages } = await other.status(mailbox);
  other.close();
  return messages;
}

test('what is archived while the gateway is down is archived once it is back, and once only', async ({ app, account, stage, other, page }) => {
  for (const subject of ['Stays', 'Goes']) await other.append('INBOX', letter({ subject }));
  await app.signIn(account);
  await expect(app.row('Goes')).toBeVisible();
  await stage.order('gateway stop');
  try {
    await expect(app.live).toContainText('Offline');
    await app.row('Goes').click({ modifiers: ['ControlOrMeta'] });
    await page.keyboard.press('e');
    await expect(app.row('Goes')).toHaveCount(0);
    expect((await other.status('Archive')).messages).toBe(0);
  } finally {
    await stage.order('gateway start');
  }
  await app.isOpen();
  await expect.poll(async () => (await other.status('Archive')).messages).toBe(1);
  expect((await other.status('INBOX')).messages).toBe(1);
  await app.openFolder('Archive');
  await expect(app.row('Goes')).toBeVisible();
});

test('what is moved while the mail server is down is moved once it is back, and once only', async ({ app, account, stage, other, page }) => {
  await other.create('Kept');
  for (const subject of ['Stays', 'Goes']) await other.append('INBOX', letter({ subject }));
  await app.signIn(account);
  await expect(app.folder('Kept')).toBeVisible();
  await stage.order('mail stop');
  try {
    await expect(app.live).toContainText('Offline');
    await app.row('Goes').click({ modifiers: ['ControlOrMeta'] });
    await page.keyboard.press('v');
    await app.pick('Kept');
    await expect(app.row('Goes')).toHaveCount(0);
  } finally {
    await stage.order('mail start');
  }
  await app.isOpen();
  await expect.poll(() => count(stage, account.address, 'Kept')).toBe(1);
  expect(await count(stage, account.address, 'INBOX')).toBe(1);
});

test('a folder that is made while the gateway is down is there once it is back', async ({ app, account, stage, other, page }) => {
  await app.signIn(account);
  await stage.order('gateway stop');
  try {
    await expect(app.live).toContainText('Offline');
    await page.getByRole('button', { name: 'New folder', exact: true }).click();
    const name = page.getByRole('textbox', { name: 'Name of the folder' });
    await name.fill('Made offline');
    await name.press('Enter');
  } finally {
    await stage.order('gateway start');
  }
  await app.isOpen();
  await expect(app.folder('Made offline')).toBeVisible();
  await expect.poll(async () => (await other.command('LIST "" "Made*"')).filter((line: string) => line.startsWith('* LIST')).length).toBe(1);
});
