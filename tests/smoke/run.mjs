// Signs of life in every engine, and on every mail server in one of them: sign in, list, read, new mail by
// itself, reload, sign out.
//
//   node tests/smoke/run.mjs [--only chromium,firefox,webkit] [--server dovecot,cyrus,courier]
//
// Prints a line for each step. A browser that is not installed is a failure, unless it was not asked for.

import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { letter } from '../support/letter.mjs';
import { Stage } from '../support/stage.mjs';
import { BROWSERS } from './browsers.mjs';

/** Longest wait for anything, in milliseconds. */
const PATIENCE_MS = 60_000;
/** Between two looks, in milliseconds. */
const LOOK_EVERY_MS = 50;
/** The stage's number: away from those of the browser tests, which may run at the same time. */
const STAGE = 9;

/** Browsers by mail server. What a server does differently shows in any browser. */
const ALL = {
  dovecot: Object.keys(BROWSERS),
  cyrus: ['chromium'],
  courier: ['chromium'],
};

const { values } = parseArgs({ options: { only: { type: 'string' }, server: { type: 'string' } } });
const isWanted = (list, name) => list === undefined || list.split(',').includes(name.split(',')[0]);
const wanted = Object.entries(ALL)
  .filter(([server]) => isWanted(values.server, server))
  .map(([server, browsers]) => [server, browsers.filter((name) => isWanted(values.only, name))])
  .filter(([, browsers]) => browsers.length > 0);
if (wanted.length === 0) throw new Error(`There are ${Object.keys(BROWSERS).join('; ')} and ${Object.keys(ALL).join(', ')}`);

/** The visible element with this role and this beginning of a name; runs in the page. */
function find(role, name) {
  const kinds = { button: 'button', textbox: 'input:not([type=checkbox])', article: 'article', frame: 'iframe' };
  const nameOf = (element) => {
    const by = document.getElementById(element.getAttribute('aria-labelledby') ?? '');
    const label = element.getAttribute('aria-label') ?? by?.textContent ?? element.title;
    return (label || element.labels?.[0]?.textContent || element.textContent).trim();
  };
  const all = [...document.querySelectorAll(kinds[role] ?? `[role=${role}]`)];
  return all.find((element) => element.checkVisibility() && nameOf(element).includes(name)) ?? null;
}

class Visit {
  constructor(browser, stage, account) {
    Object.assign(this, { browser, stage, account });
  }

  /** Waits until `look` returns something, and returns that. */
  async until(what, look) {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`waited in vain for ${what}; the page says: ${await this.said()}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  said() {
    return this.browser.run(() => document.body.innerText.replace(/\s+/g, ' ').slice(0, 600));
  }

  there(role, name) {
    return this.until(`${role} ${name}`, () => this.browser.element(find, role, name));
  }

  async press(role, name) {
    await this.browser.click(await this.there(role, name));
  }

  async fill(name, text) {
    await this.browser.type(await this.there('textbox', name), text);
  }

  async asksToSignIn() {
    await this.there('textbox', 'Email address');
    await this.there('button', 'Open mailbox');
  }

  async isOpen() {
    await this.there('status', 'Live');
    await this.there('option', 'A letter');
  }
}

/** What is done, in order; each begins where the one before ended. */
const STEPS = {
  'shows the sign-in page': async (visit) => {
    await visit.browser.open(visit.stage.url);
    await visit.asksToSignIn();
  },
  'signs in and lists': async (visit) => {
    await visit.fill('Email address', visit.account.address);
    await visit.fill('Password', visit.account.password);
    await visit.press('button', 'Open mailbox');
    await visit.isOpen();
    await visit.there('treeitem', 'Inbox, 2 unread');
  },
  'reads text': async (visit) => {
    await visit.press('option', 'A letter');
    await visit.there('article', 'A letter');
    await visit.until('the text', () => visit.browser.run(() => document.querySelector('article').innerText.includes('Hej på dig!')));
    await visit.until('\\Seen', async () => (await visit.account.other.flags('INBOX', visit.uid)).includes('\\seen'));
  },
  'reads HTML': async (visit) => {
    await visit.press('option', 'A page');
    await visit.there('article', 'A page');
    await visit.there('frame', 'Message body');
    await visit.until('the text', () =>
      visit.browser.run(() => document.querySelector('iframe').contentDocument?.body?.innerText.includes('In bold.')),
    );
    if (await visit.browser.run(() => 'ran' in globalThis)) throw new Error('a script in the message ran');
  },
  'shows new mail by itself': async (visit) => {
    await visit.account.other.append('INBOX', letter({ subject: 'Just came' }));
    await visit.there('option', 'Just came');
  },
  'stays signed in over a reload': async (visit) => {
    await visit.browser.reload();
    await visit.isOpen();
    await visit.there('option', 'Just came');
  },
  'signs out': async (visit) => {
    await visit.press('button', 'Account:');
    await visit.press('button', 'Sign out');
    await visit.asksToSignIn();
    await visit.browser.reload();
    await visit.asksToSignIn();
  },
};

async function smoke(name, stage, server) {
  const { needs, start } = BROWSERS[name];
  const missing = needs.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`not installed: ${missing.join(', ')}`);
  const browser = await start();
  console.log(`${name}: ${browser.version}, on ${server}`);
  const account = await stage.account();
  try {
    const visit = new Visit(browser, stage, account);
    await account.other.append('INBOX', letter({ subject: 'A page', html: '<p><b>In bold.</b></p><script>parent.ran = true</script>' }));
    visit.uid = await account.other.append('INBOX', letter({ subject: 'A letter', text: 'Hej på dig!' }));
    for (const [what, step] of Object.entries(STEPS)) {
      const begun = Date.now();
      await step(visit).catch((error) => {
        throw new Error(`${what}: ${error.message}`, { cause: error });
      });
      console.log(`${name}, ${server}: ${what} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
    }
  } finally {
    account.other.close();
    await browser.close();
  }
}

for (const [server, browsers] of wanted) {
  const stage = await Stage.start(STAGE, { server });
  try {
    for (const name of browsers) {
      await smoke(name, stage, server).catch((error) => {
        console.error(`${name}, ${server}: FAILED: ${error.message}`);
        process.exitCode = 1;
      });
    }
  } finally {
    await stage.stop();
  }
}
