// What every test starts from: servers, an account of its own, the other program, and the app.

import { type BrowserContext, expect, test as base } from '@playwright/test';
import { App, type Credentials } from './app.ts';
import type { Imap } from './imap.mjs';
import { Stage } from './stage.mjs';

/** An account with nothing in it. */
export interface Account extends Credentials {
  /** Before the `@`. */
  name: string;
}

interface OfTest {
  /** An account of the test's own, with nothing in it. */
  account: Account;
  /** Another program, signed in to that account. */
  other: Imap;
  /** The app, not opened yet. */
  app: App;
  /** Breaks of the content security policy and uncaught errors; the test fails if there are any left. */
  complaints: string[];
}

interface OfWorker {
  stage: Stage;
}

export const test = base.extend<OfTest & { mailbox: { account: Account; other: Imap } }, OfWorker>({
  stage: [
    async ({}, use, info) => {
      const stage = await Stage.start(info.parallelIndex);
      await use(stage);
      await stage.stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  mailbox: async ({ stage }, use) => {
    const { other, ...account } = await stage.account();
    await use({ account, other });
    other.close();
  },
  account: async ({ mailbox }, use) => use(mailbox.account),
  other: async ({ mailbox }, use) => use(mailbox.other),
  app: async ({ page, stage }, use) => use(new App(page, stage.url)),
  complaints: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      listen(context, complaints);
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

function listen(context: BrowserContext, complaints: string[]): void {
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('console', (message) => {
    if (/Content Security Policy|panicked at|RuntimeError/.test(message.text())) complaints.push(message.text());
  });
}

export { expect };
export { letter } from './letter.mjs';
