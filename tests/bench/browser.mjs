// Chromium, and a person's session in it: a context of its own, so nothing is cached and no engine runs yet.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const PROBE = join(import.meta.dirname, 'probe.js');

/** Longest wait for a state. */
const PATIENCE_MS = 60_000;

/** How often a state is looked at that can't be waited for. */
const LOOK_EVERY_MS = 10;

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a browser. */
export function launch() {
  return chromium.launch({ executablePath: process.env.SAMMA_CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ARGS });
}

/** A page in a context of its own, for `work`; with SAMMA_BENCH_TRACE what `name` does is traced to that folder. */
export async function session(browser, url, name, work) {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Stockholm', viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(PATIENCE_MS);
  try {
    await context.addInitScript({ path: PROBE });
    const page = await context.newPage();
    const folder = process.env.SAMMA_BENCH_TRACE;
    if (folder === undefined) return await work(new Session(browser, page, url));
    await mkdir(folder, { recursive: true });
    const categories = ['toplevel', 'devtools.timeline', 'blink.user_timing', 'v8', 'disabled-by-default-v8.wasm.detailed'];
    await browser.startTracing(page, { path: join(folder, `${name}.json`), categories });
    try {
      return await work(new Session(browser, page, url));
    } finally {
      await browser.stopTracing();
    }
  } finally {
    await context.close();
  }
}

class Session {
  constructor(browser, page, url) {
    this.browser = browser;
    this.page = page;
    this.url = url;
  }

  /** Opens the sign-in page; returns when it could be used, in milliseconds. */
  async open() {
    await this.page.goto(this.url, { waitUntil: 'commit' });
    const { at, painted } = await this.page.evaluate(() => bench.usable);
    return { shown: at, painted };
  }

  /** Types address and password. */
  async type({ address, password }) {
    await this.page.getByRole('textbox', { name: 'Email address' }).fill(address);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    // The server is known from here on.
    await this.page.locator('.sealed').waitFor();
  }

  /** Sends the form; measures until the first rows of a list of `total` messages are painted. */
  async submit(total) {
    return this.click(this.page.getByRole('button', { name: 'Open mailbox' }), 'rows', total);
  }

  /** Opens the page and signs in, until the app says that it is live. */
  async signIn(account, total) {
    await this.open();
    await this.type(account);
    await this.submit(total);
    await this.live();
  }

  /** Waits until the app says that it is live, and all rows on screen have their beginnings of text. */
  async live() {
    await this.page.locator('.live[data-state=live]').first().waitFor();
    await this.quiet();
  }

  /** Waits until all rows in the document have their beginnings of text: then nothing is being fetched for them. */
  async quiet() {
    await this.page.waitForFunction(() => {
      const rows = [...document.querySelectorAll('[role=option]')];
      return rows.length > 0 && rows.every((row) => row.querySelector('.row-preview')?.textContent.trim() !== '');
    });
  }

  /** Clicks, and measures from that click until `state`; see `probe.js`. */
  async click(locator, state, wanted) {
    await this.page.evaluate(([state, wanted]) => bench.arm('click', state, wanted), [state, wanted]);
    await locator.click();
    return this.page.evaluate(() => bench.result);
  }

  /** Opens a mailbox of `total` messages; measures until its first rows are painted. */
  openMailbox(name, total) {
    return this.click(this.page.locator(`[role=treeitem][data-mailbox="${name}"]`), 'rows', total);
  }

  /** Scrolls to a fraction of the list; measures until the rows there are painted. */
  jump(fraction) {
    return this.page.evaluate((fraction) => bench.jump(fraction), fraction);
  }

  /** Opens the message at a place; measures until its body is painted. */
  async openMessage(place, state, mark) {
    await this.page.evaluate((place) => bench.reveal(place), place);
    await this.quiet();
    return this.click(this.page.locator(`[role=option][aria-posinset="${place}"]`), state, mark);
  }

  /** Rows that the app keeps drawn. */
  rows() {
    return this.page.locator('[role=option]').count();
  }

  /** Waits until the engine has loaded and has taken over from its loader. */
  async engine() {
    const deadline = Date.now() + PATIENCE_MS;
    while ((await this.inEngine('typeof self.onconnect === "function" && !String(self.onconnect).includes("__ports")')) !== true) {
      if (Date.now() > deadline) throw new Error('The engine did not start');
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** The value of an expression in the engine's worker; nothing while there is none. */
  async inEngine(expression) {
    return this.withEngine(async (send) => {
      const { result } = await send('Runtime.evaluate', { expression, returnByValue: true });
      return result?.value;
    });
  }

  /** Lends `work` the worker's own protocol session. Playwright has none for shared workers. */
  async withEngine(work) {
    const cdp = await this.browser.newBrowserCDPSession();
    try {
      const { targetInfos } = await cdp.send('Target.getTargets');
      const worker = targetInfos.find(({ type, url }) => type === 'shared_worker' && url.startsWith(this.url));
      if (worker === undefined) return undefined;
      const { sessionId } = await cdp.send('Target.attachToTarget', { targetId: worker.targetId, flatten: false });
      const waiting = new Map();
      let last = 0;
      cdp.on('Target.receivedMessageFromTarget', ({ sessionId: from, message }) => {
        const { id, result } = JSON.parse(message);
        if (from === sessionId) waiting.get(id)?.(result ?? {});
      });
      const send = (method, params = {}) => {
        last += 1;
        const answer = new Promise((resolve) => waiting.set(last, resolve));
        const message = JSON.stringify({ id: last, method, params });
        return cdp.send('Target.sendMessageToTarget', { sessionId, message }).then(() => answer);
      };
      return await work(send);
    } finally {
      await cdp.detach();
    }
  }
}
