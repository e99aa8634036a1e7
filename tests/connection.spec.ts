// What a person is told when there is no way to the mailbox, and how it comes back.

import { App } from './support/app.ts';
import { type Entry, Gateway } from './support/gateway.ts';
import type { Imap } from './support/imap.mjs';
import { expect, letter, test } from './support/test.ts';

test('signing in while the gateway is down says so, and works once it is back', async ({ app, account, stage }) => {
  await app.open();
  // The servers are known: the line under the button names one.
  await expect(app.page.getByText('Encrypted from this browser to')).toBeVisible();
  await stage.order('gateway stop');
  try {
    await app.enter(account);
    await expect(app.alert).toContainText('There is no connection to this site.');
    await expect(app.address).toHaveValue(account.address);
  } finally {
    await stage.order('gateway start');
  }
  await app.enter(account);
  await app.isOpen();
});

test('signing in while the mail server is down says so, and works once it is back', async ({ app, account, stage }) => {
  await app.open();
  await stage.order('mail stop');
  try {
    await app.enter(account);
    await expect(app.alert).toContainText("The mail server can't be reached.");
  } finally {
    await stage.order('mail start');
  }
  await app.enter(account);
  await app.isOpen();
});

test('a mailbox whose gateway goes and comes back keeps its rows and is live again', async ({ app, account, stage, other }) => {
  await other.append('INBOX', letter({ subject: 'Before the break' }));
  await app.signIn(account);
  await expect(app.row('Before the break')).toBeVisible();
  await stage.order('gateway stop');
  try {
    await expect(app.live).toContainText('Offline');
    await expect(app.row('Before the break')).toBeVisible();
    await expect(app.pane).toContainText('What is shown here is as it last was.');
    await other.append('INBOX', letter({ subject: 'During the break' }));
  } finally {
    await stage.order('gateway start');
  }
  await app.isOpen();
  await expect(app.row('During the break')).toBeVisible();
  await expect(app.row('Before the break')).toBeVisible();
});

test('a mailbox whose mail server goes and comes back is live again', async ({ app, account, stage, other }) => {
  await other.append('INBOX', letter({ subject: 'Before the restart' }));
  await app.signIn(account);
  await expect(app.row('Before the restart')).toBeVisible();
  await stage.order('mail stop');
  try {
    await expect(app.live).toContainText('Offline');
    await expect(app.row('Before the restart')).toBeVisible();
  } finally {
    await stage.order('mail start');
  }
  await app.isOpen();
  const again = await stage.logIn(account.address);
  await again.append('INBOX', letter({ subject: 'After the restart' }));
  again.close();
  await expect(app.row('After the restart')).toBeVisible();
});

test('too many connections are told as such, and nothing else is', async ({ app, account, stage }) => {
  const holders: Imap[] = [];
  try {
    // One is held already, and ten is what the server allows.
    for (let count = 1; count < 10; count += 1) holders.push(await stage.logIn(account.address));
    await app.open();
    await app.enter(account);
    await expect(app.alert).toContainText('The mail server accepts no more connections for this account.');
    expect(await app.serverWords()).toMatch(/maximum number of connections/i);
    await expect(app.address).toHaveValue(account.address);
  } finally {
    for (const holder of holders) holder.close();
  }
  await expect(async () => {
    await app.enter(account);
    await expect(app.live).toHaveText('Live', { timeout: 5_000 });
  }).toPass();
});

const refused: { about: string; says: string; entry: (tls: { ca: string }) => Partial<Entry> }[] = [
  {
    about: 'a certificate for another name',
    says: 'its certificate is for another name',
    entry: (tls) => ({ host: 'mail.samma.test', ca: tls.ca }),
  },
  {
    about: 'a certificate that nobody known has signed',
    says: 'signed by nobody that Samma trusts',
    entry: () => ({}),
  },
];

for (const { about, says, entry } of refused) {
  test(`${about} is explained, and nothing is sent to its server`, async ({ page, stage, account }) => {
    const gateway = await Gateway.start(stage, [{ id: 'ours', port: stage.imapsPort, ...entry(stage.tls) }]);
    try {
      const app = new App(page, gateway.url);
      await app.open();
      await app.enter(account);
      await expect(app.alert).toContainText(says);
      await expect(app.alert).toContainText('Nothing was sent to it.');
      expect(await stage.signIns(account.address)).toBe(0);
    } finally {
      await gateway.stop();
    }
  });
}

test('STARTTLS leads to the same mailbox, and in clear the page says so', async ({ page, stage, account, other }) => {
  await other.append('INBOX', letter({ subject: 'Whichever way' }));
  for (const tls of ['starttls', 'none'] as const) {
    const gateway = await Gateway.start(stage, [{ id: 'ours', tls, port: stage.imapPort, ca: stage.tls.ca }]);
    try {
      const app = new App(page, gateway.url);
      await app.open();
      await app.address.fill(account.address);
      await expect(page.getByText(tls === 'none' ? /nothing is encrypted/ : /Encrypted from this browser to imap\.samma\.test/)).toBeVisible();
      await app.enter(account);
      await app.isOpen();
      await expect(app.row('Whichever way')).toBeVisible();
      await app.signOut();
    } finally {
      await gateway.stop();
    }
  }
});
