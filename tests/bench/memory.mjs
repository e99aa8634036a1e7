// Memory of the renderers that hold page and worker, above that of a renderer with an empty page.
//
// By /proc/<pid>/smaps_rollup, so on Linux only. PSS shares what several processes have in common out among them;
// Private is what would be free if the process went. Chromium may put page and worker in one process or in two,
// and keeps one renderer in reserve: each counts with what it has above the empty one. Renderers of the browser's
// own pages do not count.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { launch, session } from './browser.mjs';
import { BIG, INBOX } from './fixture.mjs';

/** Browsers, each started anew. */
const RUNS = 3;

const MB = 1_000_000;

export async function memory(figures, fixture) {
  if (!existsSync('/proc/self/smaps_rollup')) throw new Error('This system has no /proc/<pid>/smaps_rollup');
  figures.figure(`memory with ${BIG} open`, {
    target: 45,
    unit: 'MB',
    note: 'PSS of the renderers of page and worker above that of one with about:blank, as it is after opening and two jumps',
  });
  figures.figure('of it private', { unit: 'MB' });
  figures.figure('the same, garbage collected', { unit: 'MB' });
  figures.figure('WebAssembly memory, page', { unit: 'MB' });
  figures.figure('WebAssembly memory, engine', { unit: 'MB' });
  figures.figure('JavaScript heap, page', { unit: 'MB' });
  figures.figure('JavaScript heap, engine', { unit: 'MB' });
  for (let run = 0; run < RUNS; run += 1) {
    const browser = await launch();
    try {
      const blankPage = await (await browser.newContext()).newPage();
      await blankPage.goto('about:blank');
      const before = await renderers(browser);
      const [blank] = [...before.keys()].toSorted((one, other) => before.get(other).pss - before.get(one).pss);
      await session(browser, fixture.url, `memory-${run}`, async (person) => {
        await person.signIn(fixture.account('large'), INBOX);
        await person.openMailbox('Big', BIG);
        await person.live();
        await person.jump(1);
        await person.quiet();
        await person.jump(0.5);
        await person.quiet();
        const loose = above(await renderers(browser), blank);
        const page = await person.page.context().newCDPSession(person.page);
        const heaps = { page: await look(page.send.bind(page)), engine: await person.withEngine(look) };
        const kept = above(await renderers(browser), blank);
        figures.add(`memory with ${BIG} open`, loose.pss / MB, { processes: loose.processes });
        figures.add('of it private', loose.own / MB);
        figures.add('the same, garbage collected', kept.pss / MB, { processes: kept.processes });
        figures.add('WebAssembly memory, page', heaps.page.wasm / MB);
        figures.add('WebAssembly memory, engine', heaps.engine.wasm / MB);
        figures.add('JavaScript heap, page', heaps.page.script / MB);
        figures.add('JavaScript heap, engine', heaps.engine.script / MB);
      });
    } finally {
      await browser.close();
    }
  }
}

/** Collects garbage; then what scripts hold, and what WebAssembly holds. */
async function look(send) {
  await send('HeapProfiler.enable');
  await send('HeapProfiler.collectGarbage');
  const { usedSize } = await send('Runtime.getHeapUsage');
  const { result: prototype } = await send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
  const { objects } = await send('Runtime.queryObjects', { prototypeObjectId: prototype.objectId });
  const { result } = await send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: 'function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }',
    returnByValue: true,
  });
  await send('HeapProfiler.disable');
  return { script: usedSize, wasm: result.value };
}

/** PSS and private memory of the renderers of pages from elsewhere, in bytes, by process. */
async function renderers(browser) {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  await cdp.detach();
  const all = new Map();
  for (const { id } of processInfo.filter(({ type }) => type === 'renderer')) {
    if ((await readFile(`/proc/${id}/cmdline`, 'utf8')).includes('--top-chrome-webui')) continue;
    const text = await readFile(`/proc/${id}/smaps_rollup`, 'utf8');
    const value = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1_024;
    all.set(id, { pss: value('Pss'), own: value('Private_Clean') + value('Private_Dirty') });
  }
  return all;
}

/** What all other renderers have above the empty one. */
function above(all, blank) {
  const empty = all.get(blank);
  const others = [...all].filter(([id]) => id !== blank).map(([, memory]) => memory);
  const sum = (key) => others.reduce((sum, memory) => sum + Math.max(0, memory[key] - empty[key]), 0);
  return { pss: sum('pss'), own: sum('own'), processes: { empty, others } };
}
