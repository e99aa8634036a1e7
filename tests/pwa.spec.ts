// The app as an installed app: manifest, service worker, a start without a network.

import { App } from './support/app.ts';
import { expect, letter, test } from './support/test.ts';

/** Waits until the service worker has the page. */
async function isKept(app: App): Promise<void> {
  await app.page.waitForFunction(() => navigator.serviceWorker.ready.then(({ active }) => active?.state === 'activated'));
}

test('Chromium finds nothing against installing it', async ({ app, page }) => {
  await app.open();
  await expect(app.submit).toBeVisible();
  await isKept(app);
  const session = await page.context().newCDPSession(page);
  const { url, errors, data } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  expect(url).toBe(`${app.url}/manifest.webmanifest`);
  const manifest = JSON.parse(data ?? '');
  expect(manifest).toMatchObject({ name: 'Samma', display: 'standalone' });
  for (const { src, sizes } of manifest.icons) {
    const response = await page.request.get(new URL(src, url).href);
    expect(response.ok(), src).toBe(true);
    if (sizes === 'any') continue;
    const drawn = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, new URL(src, url).href);
    expect(drawn).toBe(sizes);
  }
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // A test's context is a private window, in which nothing is ever installed.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
});

test('without a network the app starts, says so calmly, and picks up when it is back', async ({ app, account, other, page, stage, context }) => {
  await other.append('INBOX', letter({ subject: 'Waiting for you' }));
  await app.signIn(account, '/', true);
  await isKept(app);
  await page.reload();
  await app.isOpen();
  await context.setOffline(true);
  await page.reload();
  await expect(app.pane).toBeVisible();
  await context.setOffline(false);
  await app.isOpen();
  await stage.order('gateway stop');
  try {
    await page.reload();
    await expect(app.live).toContainText('Offline');
    await expect(app.submit).toBeHidden();
    await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(0);
    await page.goto(`${app.url}/mail/Archive`);
    await expect(app.live).toContainText('Offline');
  } finally {
    await stage.order('gateway start');
  }
  await app.isOpen();
  await app.openFolder('INBOX');
  await expect(app.row('Waiting for you')).toBeVisible();
});

test('signed out and without a network the sign-in page still comes, and says what is the matter', async ({ app, account, page, stage }) => {
  await app.open();
  await expect(app.submit).toBeVisible();
  await isKept(app);
  await page.reload();
  await expect(app.submit).toBeVisible();
  await stage.order('gateway stop');
  try {
    await page.reload();
    await app.enter(account);
    await expect(app.alert).toContainText(/There is no connection to this site|can't be loaded/);
  } finally {
    await stage.order('gateway start');
  }
  await page.reload();
  await app.enter(account);
  await app.isOpen();
});

test('what the browser keeps is the app, and never mail', async ({ app, account, other, page }) => {
  const secret = 'Xylograph';
  await other.append('INBOX', letter({ subject: `Subject ${secret}`, text: `Body ${secret}`, files: [{ name: `${secret}.txt`, type: 'text/plain', bytes: Buffer.from(`File ${secret}`) }] }));
  await app.signIn(account, '/', true);
  await isKept(app);
  await page.reload();
  await app.isOpen();
  await app.read(secret);
  const article = app.article(`Subject ${secret}`);
  await expect(article).toContainText(`Body ${secret}`);
  const saving = page.waitForEvent('download');
  await article.getByRole('button', { name: `Save ${secret}.txt` }).click();
  await (await saving).path();
  const kept = await page.evaluate(async () => {
    const found: { address: string; text: string }[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) found.push({ address: request.url, text: (await (await cache.match(request))?.text()) ?? '' });
    }
    return found;
  });
  expect(kept.length).toBeGreaterThan(5);
  for (const { address, text } of kept) {
    expect(new URL(address).pathname).not.toMatch(/^\/(mail|tunnel)\//);
    expect(text.includes(secret) || text.includes(account.address), address).toBe(false);
  }
});
