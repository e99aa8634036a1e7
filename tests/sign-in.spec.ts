// Signing in, staying signed in, signing out.

import { App } from './support/app.ts';
import { Gateway } from './support/gateway.ts';
import { expect, letter, test } from './support/test.ts';

test('a person signs in, sees the inbox, and a reload does not ask again', async ({ app, account, other, page }) => {
  await other.append('INBOX', letter({ subject: 'First of all' }));
  await app.open();
  await expect(app.address).toHaveAttribute('autocomplete', 'username');
  await expect(app.password).toHaveAttribute('autocomplete', 'current-password');
  await app.enter(account);
  await app.isOpen();
  await expect(app.row('First of all')).toBeVisible();
  await page.reload();
  await app.isOpen();
  await expect(app.row('First of all')).toBeVisible();
});

test('a sign-in that is not kept ends with the browser, one that is kept does not', async ({ app, account, page, context, browser, stage }) => {
  await app.signIn(account);
  // What outlives the browser is all that a context can hand over; the session's own storage is not.
  const left = await context.storageState({ indexedDB: true });
  const asked = await browser.newContext({ storageState: left });
  const anew = new App(await asked.newPage(), stage.url);
  await anew.open();
  await expect(anew.submit).toBeVisible();
  await asked.close();
  // Looking into the databases has left one open in the page, and an open one can't be removed by signing out.
  await page.reload();
  await app.isOpen();

  await app.signOut();
  await app.enter(account, true);
  await app.isOpen();
  await page.close();
  const again = new App(await context.newPage(), stage.url);
  await again.open();
  await again.isOpen();
});

test('signing out leaves nothing of the account on the device', async ({ app, account, other, page }) => {
  await other.append('INBOX', letter({ subject: 'Nobody else should read this' }));
  await app.signIn(account, '/', true);
  await expect(app.row('Nobody else should read this')).toBeVisible();
  await app.signOut();
  await expect(page.getByText('Nobody else should read this')).toHaveCount(0);
  const left = await page.evaluate(async () => ({
    session: { ...sessionStorage },
    local: { ...localStorage },
    databases: (await indexedDB.databases()).map((database) => database.name),
  }));
  expect(left.databases).toEqual([]);
  expect(JSON.stringify(left)).not.toContain(account.address);
  expect(JSON.stringify(left)).not.toContain('ticket');
  await page.reload();
  await expect(app.submit).toBeVisible();
  await page.goBack().catch(() => null);
  await expect(page.getByText('Nobody else should read this')).toHaveCount(0);
});

test('the password is nowhere to be read while somebody is signed in', async ({ app, account, page }) => {
  await app.signIn(account, '/', true);
  const read = (): Promise<string> => page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, location.href, document.cookie]));
  await expect.poll(read).toContain('ticket');
  const kept = await read();
  // The password of these accounts is also the name of the product: the address stands beside it.
  for (const encoding of ['utf8', 'hex', 'base64'] as const) expect(kept).not.toContain(Buffer.from(account.address).toString(encoding));
  const isExtractable = await page.evaluate(async () => {
    const databases = await indexedDB.databases();
    const keys: boolean[] = [];
    for (const { name } of databases) {
      const open = indexedDB.open(name ?? '');
      await new Promise((resolve) => open.addEventListener('success', resolve));
      for (const store of open.result.objectStoreNames) {
        const all = open.result.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => all.addEventListener('success', resolve));
        keys.push(...all.result.map((value: unknown) => !(value instanceof CryptoKey) || value.extractable));
      }
      open.result.close();
    }
    return keys;
  });
  expect(isExtractable).toEqual([false]);
});

test('a wrong password is told plainly, with the words of the server, and the address stays', async ({ app, account }) => {
  await app.open();
  await app.enter({ address: account.address, password: 'not this one' });
  await expect(app.alert).toContainText("The address and the password don't match.");
  await expect(app.address).toHaveValue(account.address);
  await expect(app.password).toBeFocused();
  expect(await app.serverWords()).toMatch(/authentication failed/i);
  await app.password.fill(account.password);
  await app.password.press('Enter');
  await app.isOpen();
});

test('what is missing in the form is told before anything is sent', async ({ app, account, stage }) => {
  const before = await stage.signIns(account.address);
  await app.open();
  await app.submit.click();
  await expect(app.alert).toContainText('Write the whole address');
  await expect(app.address).toBeFocused();
  await app.address.fill('anna');
  await app.submit.click();
  await expect(app.alert).toContainText('Write the whole address');
  await app.address.fill(account.address);
  await app.submit.click();
  await expect(app.alert).toContainText('Write your password');
  await expect(app.password).toBeFocused();
  expect(await stage.signIns(account.address)).toBe(before);
});

test('the mail server is found by the domain, and chosen where none has it', async ({ page, stage, account }) => {
  const gateway = await Gateway.start(stage, [
    { id: 'other', name: 'Somebody else', domains: ['elsewhere.test'], port: stage.imapsPort },
    { id: 'ours', name: 'Ours', domains: ['samma.test'], port: stage.imapsPort, ca: stage.tls.ca },
  ]);
  try {
    const app = new App(page, gateway.url);
    await app.open();
    const choice = page.getByRole('combobox', { name: 'Mail server' });
    await app.address.fill('anna@unknown.test');
    await expect(choice).toBeVisible();
    await app.password.fill('x');
    await app.submit.click();
    await expect(app.alert).toContainText('Choose the mail server');
    await app.address.fill(account.address);
    await expect(choice).toBeHidden();
    await app.enter(account);
    await app.isOpen();
    await app.signOut();

    // Chosen by hand it is the same server: it says itself that it does not know the person.
    await app.address.fill('anna@unknown.test');
    await choice.selectOption('Ours');
    await app.password.fill('x');
    await app.submit.click();
    await expect(app.alert).toContainText("The address and the password don't match.");
  } finally {
    await gateway.stop();
  }
});

test('where there is one mail server, nobody is asked which', async ({ app, page }) => {
  await app.open();
  await app.address.fill('somebody@unknown.test');
  await expect(page.getByText('Encrypted from this browser to imap.samma.test.')).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Mail server' })).toHaveCount(0);
  await app.password.fill('x');
  await app.submit.click();
  await expect(app.alert).toContainText("The address and the password don't match.");
});

test('a form that is sent before the list of servers is there is sent once it is', async ({ app, account, page }) => {
  let answer = (): void => {};
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/config.json', async (route) => {
    await asked;
    await route.continue();
  });
  await app.open();
  await app.enter(account);
  await expect(app.alert).toHaveCount(0);
  answer();
  await app.isOpen();
});

test('a list of servers that can not be had is told, and asked for again', async ({ app, account, page }) => {
  await page.route('**/config.json', (route) => route.abort());
  await app.open();
  await expect(app.alert).toContainText("The list of mail servers can't be loaded.");
  await page.unroute('**/config.json');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(app.alert).toHaveCount(0);
  await app.enter(account);
  await app.isOpen();
});

test('a place that somebody has a link to opens after signing in', async ({ app, account, other }) => {
  const uid = await other.append('INBOX', letter({ subject: 'Straight here', text: 'By its address.' }));
  const { uidValidity } = await other.status('INBOX');
  await app.open(`/mail/INBOX/${uidValidity}.${uid}`);
  await app.enter(account);
  await expect(app.article('Straight here')).toContainText('By its address.');
});
