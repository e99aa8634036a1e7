// `node tests/bench/run.mjs live`: how soon another device shows what was done (`live.mjs`).
// `node tests/bench/run.mjs open [part ...]`: figures of the release build in a real browser on a real mail server.
//
// Started by `cargo xtask bench`, which builds before. Prints one table: each figure with its target, the median
// and the ends of its samples, and beside it what a client that does nothing else (`raw.mjs`) needed in the same
// run. All samples go to `target/bench/results.json`. A missed target is no failure, a figure that could not be
// measured is one. Parts: startup, first, large, letters, memory, gateway.
//
// SAMMA_BENCH_FOLDER, SAMMA_BENCH_HTTP_PORT and SAMMA_BENCH_IMAP_PORT say where the servers are; with
// SAMMA_BENCH_TRACE=<folder> each session is traced, which costs time of its own.

import { join } from 'node:path';
import { launch } from './browser.mjs';
import { Figures, load } from './figures.mjs';
import { Fixture, RESULTS } from './fixture.mjs';
import { gateway } from './gateway.mjs';
import { letters } from './letters.mjs';
import { live } from './live.mjs';
import { firstRows, large } from './lists.mjs';
import { memory } from './memory.mjs';
import { startup } from './startup.mjs';

const PARTS = {
  startup: ['Sign-in page', startup],
  first: ['First rows', firstRows],
  large: ['A large mailbox', large],
  letters: ['Messages', letters],
  memory: ['Memory', (figures, _, fixture) => memory(figures, fixture)],
  gateway: ['Gateway', gateway],
};

const [kind = 'open', ...names] = process.argv.slice(2);
if (kind === 'live' && names.length === 0) process.exit((await live()) ? 0 : 1);
const unknown = names.find((name) => PARTS[name] === undefined);
if (kind !== 'open' || unknown !== undefined) {
  console.error(`There is no benchmark \`${unknown ?? kind}\`; there are: live, open [${Object.keys(PARTS).join('] [')}]`);
  process.exit(2);
}

const figures = new Figures();
const begun = { at: new Date().toISOString(), load: load() };
const fixture = await Fixture.start();
let version;
try {
  const browser = await launch();
  version = browser.version();
  try {
    for (const name of names.length > 0 ? names : Object.keys(PARTS)) {
      const [title, work] = PARTS[name];
      await figures.part(title, () => work(figures, browser, fixture));
    }
  } finally {
    await browser.close();
  }
} finally {
  await fixture.stop();
}

const ended = load();
console.log(`\n${figures.table()}\n  Chromium ${version}; load ${begun.load} at the start, ${ended} at the end.\n`);
for (const failure of figures.failures) console.log(`  not measured: ${failure}`);
const results = join(RESULTS, 'results.json');
await figures.save(results, { begun, ended, chromium: version });
console.log(`  All samples: ${results}`);
process.exitCode = figures.failures.length > 0 ? 1 : 0;
