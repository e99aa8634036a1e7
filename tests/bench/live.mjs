// How long it takes until another device shows what was done: from the server's tagged OK to the painted page.
//
// Device A and B are two browsers at one account and one gateway, behind which a relay notes when the server says OK
// to what A asks. "Made in Samma" is done on A by a person's keys, "by another program" over plain IMAP; both are seen on B.
// Beside it stands what a client that only idles (`watcher.mjs`) is told, in the same run: the floor of a server
// that is not asked. Its place is empty where servers tell nothing by IDLE and have no NOTIFY.
//
// SAMMA_BENCH_RUNS says how often each is done (20), SAMMA_BENCH_SERVERS on which servers.

import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { letter } from '../support/letter.mjs';
import { ROOT, Stage } from '../support/stage.mjs';
import { launch } from './browser.mjs';
import { load } from './figures.mjs';
import { now, Relay } from './relay.mjs';
import { Watcher } from './watcher.mjs';

const RUNS = Number(process.env.SAMMA_BENCH_RUNS ?? 20);
const SERVERS = (process.env.SAMMA_BENCH_SERVERS ?? 'dovecot,cyrus,courier').split(',');
const TARGET = resolve(ROOT, process.env.CARGO_TARGET_DIR ?? 'target');
const PROBE = join(import.meta.dirname, 'probe.js');

/** Longest wait for B to show something, and for the floor. */
const PATIENCE_MS = 30_000;
const FLOOR_MS = 5_000;

/** Messages in INBOX to begin with: each run of a move or removal takes one. */
const LETTERS = 4 * RUNS + 10;

class Bench {
  samples = new Map();

  async start(server) {
    this.server = server;
    this.full = server === 'courier' ? (path) => (path === 'INBOX' ? path : `INBOX.${path}`) : (path) => path;
    this.stage = await Stage.start(0, { server, options: ['--mailbox', 'empty', '--connections', '60'] });
    const { other, ...account } = await this.stage.account();
    this.account = account;
    this.other = other;
    for (let count = 0; count < LETTERS; count += 1) await other.append('INBOX', letter({ subject: `Letter ${count}.` }));
    for (const name of ['Kept', 'Lists']) await other.create(this.full(name));
    this.relay = await Relay.to(this.stage.imapPort);
    await this.#gateway();
    this.browser = await launch();
    this.a = await this.#device(this.url);
    this.b = await this.#device(this.url);
    this.watcher = await Watcher.start({ port: this.stage.imapPort, user: account.address, password: account.password });
    this.drift = await this.#drift();
  }

  /** A gateway of its own, whose mail server is the relay. */
  async #gateway() {
    const port = this.stage.port();
    this.url = `http://127.0.0.1:${port}`;
    this.folder = await mkdtemp(join(tmpdir(), 'samma-live-'));
    const config = join(this.folder, 'gateway.toml');
    const imap = `{ host = "127.0.0.1", port = ${this.relay.port}, tls = "none" }`;
    const lines = [
      `listen = "127.0.0.1:${port}"`,
      `assets = ${JSON.stringify(join(ROOT, 'dist'))}`,
      '[[server]]',
      'id = "fixture"',
      'name = "Fixture"',
      `domains = ["${this.stage.domain}"]`,
      `imap = ${imap}`,
    ];
    await writeFile(config, lines.join('\n'));
    this.gateway = spawn(join(TARGET, 'release/samma-gateway'), ['--config', config], { stdio: 'ignore' });
    for (;;) {
      if (this.gateway.exitCode !== null) throw new Error('The gateway ended');
      if ((await fetch(`${this.url}/healthz`).catch(() => undefined))?.ok === true) return;
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  /** A browser of its own, signed in. */
  async #device(url) {
    const context = await this.browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 900 } });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript({ path: PROBE });
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole('textbox', { name: 'Email address' }).fill(this.account.address);
    await page.getByLabel('Password', { exact: true }).fill(this.account.password);
    await page.getByRole('button', { name: 'Open mailbox' }).click();
    await page.locator('.live[data-state=live]').first().waitFor();
    await page.locator('[role=option]').first().waitFor();
    return page;
  }

  /** How far B's clock is before ours, by the answer that came soonest. */
  async #drift() {
    let best = { round: Number.POSITIVE_INFINITY, drift: 0 };
    for (let count = 0; count < 30; count += 1) {
      const sent = now();
      const there = await this.b.evaluate(() => performance.timeOrigin + performance.now());
      const round = now() - sent;
      if (round < best.round) best = { round, drift: there - (sent + round / 2) };
    }
    return best.drift;
  }

  /** Waits until B shows a state. */
  async shows(state, wanted) {
    await this.b.evaluate(([state, wanted]) => bench.see(state, wanted), [state, wanted]);
  }

  /** One thing: `deed` does it and says when the server was done; `state` is what B comes to show, `told` what the watcher hears. */
  async once(name, way, { deed, state, wanted, told }) {
    const seen = this.b.evaluate(([state, wanted]) => bench.see(state, wanted), [state, wanted]);
    const floor = told === undefined ? undefined : this.watcher.told(told, PATIENCE_MS);
    // Should the deed fail, that is what is to be known.
    seen.catch(() => {});
    const begun = now();
    const done = (await deed(begun)) ?? now();
    const painted = (await seen) - this.drift;
    const late = new Promise((resolve) => setTimeout(resolve, FLOOR_MS));
    const at = await Promise.race([floor, late]);
    if (!this.samples.has(name)) this.samples.set(name, { samma: [], foreign: [], floor: [] });
    const sample = this.samples.get(name);
    sample[way].push(painted - done);
    if (at !== undefined) sample.floor.push(at - done);
  }

  /** By a person at A: acts, then takes the moment at which the server said OK to that command. */
  samma(command, act) {
    return async (begun) => {
      await act(this.a);
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const at = this.relay.lastOk(command, begun);
        if (at !== undefined) return at;
        if (Date.now() > deadline) throw new Error(`A asked nothing like ${command}`);
        await new Promise((done) => setTimeout(done, 2));
      }
    };
  }

  /** By another program. */
  foreign(act) {
    return async () => {
      await act(this.other);
      return now();
    };
  }

  async stop() {
    await this.browser?.close();
    this.watcher?.stop();
    this.relay?.stop();
    this.gateway?.kill('SIGTERM');
    if (this.folder !== undefined) await rm(this.folder, { recursive: true });
    this.other?.close();
    await this.stage?.stop();
  }
}

const row = (page, subject) => page.locator('[role=listbox] [role=option]', { hasText: subject });
const folder = (page, name) => page.locator(`[role=treeitem][data-mailbox="${name}"]`);

/** Selects one message without opening it, and presses a key. */
async function press(page, subject, key) {
  const one = row(page, subject);
  // What was acted on before may be selected still.
  const selected = page.locator('[role=option][aria-selected=true]');
  if ((await selected.count()) > 0) {
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelector('[role=option][aria-selected=true]') === null);
  }
  await one.click({ modifiers: ['ControlOrMeta'] });
  await page.locator('[role=option][aria-selected=true]', { hasText: subject }).waitFor();
  await page.keyboard.press(key);
}

async function menu(page, name, line) {
  await folder(page, name).click({ button: 'right' });
  await page.getByRole('menuitem', { name: line, exact: true }).click();
}

async function nameIt(page, label) {
  const field = page.getByRole('textbox', { name: 'Name of the folder' });
  await field.fill(label);
  await field.press('Enter');
}

/** UID of the message with this subject. */
async function uidOf(other, subject) {
  return (await other.search('INBOX', `SUBJECT "${subject}"`)).at(-1);
}

async function moveAway(other, uid, target) {
  await other.command(`UID MOVE ${uid} "${target}"`).catch(async () => {
    await other.command(`UID COPY ${uid} "${target}"`);
    await other.command(`UID STORE ${uid} +FLAGS.SILENT (\\Deleted)`);
    await other.command('EXPUNGE');
  });
}

/** Everything that is measured, each with the two ways of doing it. */
async function measure(bench) {
  const { full, watcher } = bench;
  // The floor hears of other folders by NOTIFY only.
  const elsewhere = (pattern) => (watcher.notifies ? pattern : undefined);
  const subject = (at) => `Letter ${LETTERS - 1 - at}.`;
  let used = 0;
  const part = async (name, work) => {
    process.stderr.write(`   ${name} (load ${load()})\n`);
    try {
      for (let run = 0; run < RUNS; run += 1) await work(run);
    } catch (error) {
      process.stderr.write(`   ${name}: not measured to the end: ${error.message}\n`);
    }
  };

  for (const [name, key, command, attribute, flag] of [
    ['seen', ['U', 'u'], /STORE.*\\Seen/, 'data-seen', '\\Seen'],
    ['flag', ['s', 's'], /STORE.*\\Flagged/, 'data-flagged', '\\Flagged'],
  ]) {
    await part(name, async (run) => {
      const which = subject(used);
      for (const way of ['samma', 'foreign']) {
        // Both ways set it and take it away in turn, on two messages.
        const [on, target] = [run % 2 === 0, way === 'samma' ? which : subject(used + 1)];
        const uid = await uidOf(bench.other, target);
        const act =
          way === 'samma'
            ? bench.samma(command, (page) => press(page, target, key[on ? 0 : 1]))
            : bench.foreign((other) => other.store('INBOX', uid, on ? '+' : '-', flag));
        await bench.once(name, way, { deed: act, state: 'attribute', wanted: [target, attribute, String(on)], told: /FETCH/ });
      }
    });
  }
  used += 2;
  for (const [name, doIt, target] of [
    ['move', async (page, which) => {
      await press(page, which, 'v');
      await page.getByRole('combobox', { name: 'Find a folder' }).fill('Kept');
      await page.keyboard.press('Enter');
    }, 'Kept'],
    ['delete', (page, which) => press(page, which, '#'), 'Trash'],
  ]) {
    await part(name, async () => {
      for (const way of ['samma', 'foreign']) {
        const which = subject(used);
        used += 1;
        await bench.shows('row', which);
        const uid = await uidOf(bench.other, which);
        const act =
          way === 'samma'
            ? bench.samma(/^UID (MOVE|EXPUNGE)|^EXPUNGE/, (page) => doIt(page, which))
            : bench.foreign((other) => moveAway(other, uid, full(target)));
        await bench.once(name, way, { deed: act, state: 'noRow', wanted: which, told: /VANISHED|EXPUNGE/ });
      }
    });
  }
  await part('folders', async (run) => {
    for (const way of ['samma', 'foreign']) {
      const label = `F${run}${way}`;
      const [first, second] = [full(label), full(`${label} new`)];
      const by = (command, person, program) => (way === 'samma' ? bench.samma(command, person) : bench.foreign(program));
      await bench.once('folder made', way, {
        deed: by(
          /^CREATE/,
          async (page) => {
            await page.getByRole('button', { name: 'New folder', exact: true }).click();
            await nameIt(page, label);
          },
          (other) => other.command(`CREATE "${first}"`),
        ),
        state: 'folder',
        wanted: first,
        told: elsewhere(/LIST .*F\d/),
      });
      await folder(bench.a, first).waitFor();
      await bench.once('folder renamed', way, {
        deed: by(
          /^RENAME/,
          async (page) => {
            await menu(page, first, 'Rename…');
            await nameIt(page, `${label} new`);
          },
          (other) => other.command(`RENAME "${first}" "${second}"`),
        ),
        state: 'folder',
        wanted: second,
        told: elsewhere(/LIST .* new/),
      });
      await folder(bench.a, second).waitFor();
      await bench.once('folder deleted', way, {
        deed: by(
          /^DELETE/,
          async (page) => {
            await menu(page, second, 'Delete…');
            await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
          },
          (other) => other.command(`DELETE "${second}"`),
        ),
        state: 'noFolder',
        wanted: second,
        told: elsewhere(/NonExistent/i),
      });
    }
  });
  await part('count of another folder', async () => {
    const name = full('Lists');
    await bench.once('count of another folder', 'foreign', {
      deed: bench.foreign((other) => other.append(name, letter({ subject: 'To the list' }))),
      state: 'unread',
      wanted: [name, '1'],
      told: elsewhere(/STATUS .*Lists/),
    });
    await bench.a.locator(`[role=treeitem][data-mailbox="${name}"][data-unread="1"]`).waitFor();
    await bench.once('count of another folder', 'samma', {
      deed: bench.samma(/STORE.*\\Seen/, (page) => menu(page, name, 'Mark all as read')),
      state: 'unread',
      wanted: [name, '0'],
      told: elsewhere(/STATUS .*Lists/),
    });
  });
  // Last, as it pushes the letters down.
  await part('new message', (run) =>
    bench.once('new message', 'foreign', {
      deed: bench.foreign((other) => other.append('INBOX', letter({ subject: `News ${run}.` }))),
      state: 'row',
      wanted: `News ${run}.`,
      told: /EXISTS/,
    }),
  );
}

/** Median, 95th percentile and count. */
function summary(samples) {
  if (samples.length === 0) return '';
  const sorted = samples.toSorted((one, other) => one - other);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  const digits = (value) => value.toFixed(value < 10 ? 1 : 0);
  return `${digits(at(0.5))} / ${digits(at(0.95))} (${sorted.length})`;
}

function table(server, samples) {
  const head = [`${server}: ms, median / p95 (runs)`, 'made in Samma', 'by another program', 'raw IDLE is told'];
  const rows = [...samples].map(([name, one]) => [name, summary(one.samma), summary(one.foreign), summary(one.floor)]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((cells) => cells[column].length)));
  return [head, ...rows].map((cells) => `  ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')}`).join('\n');
}

/** Measures on each server and prints a table for each; says whether all could be measured. */
export async function live() {
  const all = {};
  let isWhole = true;
  for (const server of SERVERS) {
    process.stderr.write(`-> ${server} (load ${load()})\n`);
    const bench = new Bench();
    // Who has waited long enough sees what there is.
    const cutShort = () => {
      console.log(`\n${table(server, bench.samples)}\n  cut short; load ${load()}\n`);
      bench.stop().finally(() => process.exit(1));
    };
    process.once('SIGTERM', cutShort);
    try {
      await bench.start(server);
      await measure(bench);
    } catch (error) {
      isWhole = false;
      process.stderr.write(`   failed: ${error.stack}\n`);
    } finally {
      await bench.stop();
    }
    process.off('SIGTERM', cutShort);
    all[server] = Object.fromEntries(bench.samples);
    console.log(`\n${table(server, bench.samples)}\n  load ${load()} at the end\n`);
  }
  await mkdir(join(TARGET, 'bench'), { recursive: true });
  const results = join(TARGET, 'bench/live.json');
  await writeFile(results, `${JSON.stringify(all, null, 2)}\n`);
  console.log(`  All samples: ${results}`);
  return (await pokes()) && isWhole;
}

/** What poke channels cost the gateway, by its own benchmark. */
async function pokes() {
  const words = ['run', '--quiet', '--profile', 'native', '-p', 'samma-gateway', '--example', 'poke_bench'];
  try {
    const { stdout } = await promisify(execFile)('cargo', words, { cwd: ROOT });
    console.log(`\n${stdout}`);
    return true;
  } catch (error) {
    console.log(`  not measured: poke channels: ${error.message}`);
    return false;
  }
}
