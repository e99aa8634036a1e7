// Mail servers that stop answering, go away in the middle, or talk nonsense: the person is told within half a
// minute, and the app recovers by itself.

import { App } from './support/app.ts';
import { FakeServer } from './support/fake-imap.ts';
import { Gateway } from './support/gateway.ts';
import { expect, test as base } from './support/test.ts';

/** Longest time in which trouble may stay untold, in milliseconds, and some for a machine under load. */
const TOLD_WITHIN = 30_000 + 5_000;

const SOMEBODY = { address: 'somebody@samma.test', password: 'secret' };

const test = base.extend<{ server: FakeServer; fakeApp: App }>({
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

async function opens(app: App): Promise<void> {
  await app.isOpen();
  await expect(app.row('The only one')).toBeVisible();
}

const greetings: { about: string; greeting: FakeServer['greeting']; says: string | RegExp; words?: RegExp }[] = [
  { about: 'says nothing at all', greeting: 'silence', says: 'The mail server stopped answering.' },
  { about: 'closes at once', greeting: 'close', says: 'The mail server closed the connection.' },
  {
    about: 'says goodbye at once',
    greeting: { say: '* BYE Closed for the weekend\r\n' },
    says: 'The mail server closed the connection.',
    words: /Closed for the weekend/,
  },
  {
    about: 'speaks another protocol',
    greeting: { say: 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n' },
    says: /makes no sense|stopped answering/,
  },
  { about: 'sends noise', greeting: { say: Buffer.alloc(200_000, 'noise without an end ') }, says: /makes no sense|stopped answering/ },
];

for (const { about, greeting, says, words } of greetings) {
  test(`a server that ${about} is told plainly, and signing in works once it behaves`, async ({ fakeApp: app, server }) => {
    const good = server.greeting;
    server.greeting = greeting;
    await app.open();
    await app.enter(SOMEBODY);
    await expect(app.alert).toContainText(says, { timeout: TOLD_WITHIN });
    if (words !== undefined) expect(await app.serverWords()).toMatch(words);
    await expect(app.address).toHaveValue(SOMEBODY.address);
    expect(server.heard.filter(({ name }) => name === 'LOGIN' || name === 'AUTHENTICATE')).toEqual([]);
    server.greeting = good;
    await app.enter(SOMEBODY);
    await opens(app);
  });
}

test('a server that goes silent while the mailbox is open is told within half a minute, and retried', async ({ fakeApp: app, server }) => {
  test.setTimeout(180_000);
  await app.signIn(SOMEBODY);
  await opens(app);
  server.instead = () => 'silence';
  server.greeting = 'silence';
  await app.openFolder('Other');
  await expect(app.live).toContainText('Offline', { timeout: TOLD_WITHIN });
  await expect(app.pane).toContainText("The mail server can't be reached.");
  server.instead = () => undefined;
  server.greeting = { say: '* OK [CAPABILITY IMAP4rev1 IDLE] Ready\r\n' };
  // The try that is under way meets silence still; a person need not wait for its end.
  await expect(async () => {
    await app.page.getByRole('button', { name: 'Try now' }).click({ timeout: 1_000 });
    await expect(app.live).toHaveText('Live', { timeout: 3_000 });
  }).toPass({ timeout: 15_000 });
  await opens(app);
});

test('a connection that breaks is made anew without a word', async ({ fakeApp: app, server }) => {
  await app.signIn(SOMEBODY);
  await opens(app);
  const before = server.heard.filter(({ name }) => name === 'LOGIN' || name === 'AUTHENTICATE').length;
  server.cut();
  await expect.poll(() => server.heard.filter(({ name }) => name === 'LOGIN' || name === 'AUTHENTICATE').length).toBeGreaterThan(before);
  await opens(app);
  await expect(app.row('The only one')).toBeVisible();
});

test('a server that breaks off in the middle of an answer loses no rows', async ({ fakeApp: app, server }) => {
  let once = true;
  server.instead = ({ name }) => {
    if (!once || name !== 'UID FETCH') return undefined;
    once = false;
    queueMicrotask(() => server.cut());
    return { say: '* 1 FETCH (UID 1 FLAGS (\\Seen) ENVELOPE ("Sun, 1 Nov 2026' };
  };
  await app.signIn(SOMEBODY);
  await opens(app);
  expect(once).toBe(false);
});

test('nonsense between answers does no harm', async ({ fakeApp: app, server }) => {
  await app.signIn(SOMEBODY);
  await opens(app);
  server.say('* 99 FETCH (UID\r\n* \r\n%%%\r\n* 2 EXPUNGE\r\n* STATUS\r\n* OK [\r\n* LIST (\\Odd "\r\nx1 OK whose is this\r\n');
  await app.openFolder('Other');
  await opens(app);
  await app.read('The only one');
  await expect(app.article('The only one')).toContainText('Still here.');
});

test('words of the server are shown as text, whatever is in them', async ({ fakeApp: app, server, page }) => {
  server.instead = ({ tag, name }) =>
    name === 'LOGIN' || name === 'AUTHENTICATE' ? { say: `${tag} NO <img src=x onerror=alert(1)> no entry\r\n` } : undefined;
  await app.open();
  await app.enter(SOMEBODY);
  await expect(app.alert).toContainText("The address and the password don't match.");
  expect(await app.serverWords()).toContain('<img src=x onerror=alert(1)> no entry');
  await expect(page.locator('[onerror]')).toHaveCount(0);
});
