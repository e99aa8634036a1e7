// Lists: the inbox from the form that is sent, a mailbox of 100,000, and jumps in it.

import { session } from './browser.mjs';
import { BIG, INBOX } from './fixture.mjs';

/** Sessions, each with an engine of its own and nothing cached. */
const SESSIONS = 15;

/** Times that the large mailbox is opened again, in one session. */
const AGAIN = 15;

/** Milliseconds that `work` takes. */
async function timed(work) {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

export async function firstRows(figures, browser, fixture) {
  const name = `submit to first rows of ${INBOX}`;
  figures.figure(name, { target: 120, times: 3, note: 'engine loaded, as it is when somebody has typed; new connection, TLS, login, SELECT, FETCH' });
  figures.figure('the same, sent at once', { note: 'filled in by a program as soon as the page could be used: waits for the engine too' });
  const account = fixture.account('plain');

  // How many rows the floor is to fetch.
  const rows = await session(browser, fixture.url, 'rows', async (person) => {
    await person.signIn(account, INBOX);
    return person.rows();
  });
  for (let run = 0; run < SESSIONS; run += 1) {
    const floor = await timed(async () => {
      const raw = await fixture.raw('plain');
      await raw.rows(await raw.select('INBOX'), 1, rows);
      raw.close();
    });
    await session(browser, fixture.url, `submit-${run}`, async (person) => {
      await person.open();
      await person.engine();
      await person.type(account);
      const { shown, painted } = await person.submit(INBOX);
      figures.add(name, painted, { floor, shown });
    });
    await session(browser, fixture.url, `at-once-${run}`, async (person) => {
      await person.open();
      await person.type(account);
      const { painted } = await person.submit(INBOX);
      figures.add('the same, sent at once', painted, { floor });
    });
  }
}

export async function large(figures, browser, fixture) {
  const first = `open a folder of ${BIG}: first rows`;
  figures.figure(first, { target: 120, note: 'first time in a session' });
  figures.figure('open it again', { target: 50 });
  figures.figure('jump to its end', { target: 60, note: 'first time in a session' });
  figures.figure('jump to its middle', { target: 60, note: 'first time in a session' });
  figures.figure('jump elsewhere in it', { note: 'places not seen before' });
  const account = fixture.account('large');

  for (let run = 0; run < SESSIONS; run += 1) {
    const raw = await fixture.raw('large');
    await raw.select('INBOX');
    await session(browser, fixture.url, `large-${run}`, async (person) => {
      await person.signIn(account, INBOX);
      const rows = await person.rows();
      const open = async (figure) => {
        const floor = await timed(async () => raw.rows(await raw.select('Big'), 1, rows));
        const { shown, painted } = await person.openMailbox('Big', BIG);
        figures.add(figure, painted, { floor, shown });
        await person.live();
      };
      const jump = async (figure, fraction) => {
        // Where the app will be; a few more than on screen, as it asks for.
        const last = Math.max(rows, Math.round(fraction * BIG));
        const floor = await timed(() => raw.rows(BIG, last - rows + 1, last));
        const { shown, painted } = await person.jump(fraction);
        figures.add(figure, painted, { floor, shown });
        await person.quiet();
      };
      await open(first);
      await jump('jump to its end', 1);
      await jump('jump to its middle', 0.5);
      if (run > 0) return;
      for (let place = 0; place < AGAIN; place += 1) await jump('jump elsewhere in it', (place + 0.7) / (AGAIN + 1));
      for (let time = 0; time < AGAIN; time += 1) {
        await raw.select('INBOX');
        await person.openMailbox('INBOX', INBOX);
        await person.live();
        await open('open it again');
      }
    });
    raw.close();
  }
}

export { timed };
