// From a click on a row to the text on screen, for messages that were not opened before.

import { session } from './browser.mjs';
import { INBOX, LETTERS, mark } from './fixture.mjs';
import { timed } from './lists.mjs';

const FIGURES = [
  { kind: 'Text', name: 'open a message: 5 KB text', target: 30, state: 'text' },
  { kind: 'Html', name: 'open a message: 100 KB HTML', target: 90, state: 'html' },
  { kind: 'Beside', name: 'open a message: text beside 10 MB', target: 40, state: 'text' },
];

export async function letters(figures, browser, fixture) {
  for (const { name, target } of FIGURES) {
    figures.figure(name, { target });
    figures.figure(`${name}, first of all`, { note: 'the first message of a session, which loads what reading needs' });
  }
  for (const { kind, name, state } of FIGURES) {
    const raw = await fixture.raw('letters');
    await raw.select(kind);
    await session(browser, fixture.url, kind, async (person) => {
      await person.signIn(fixture.account('letters'), INBOX);
      await person.openMailbox(kind, LETTERS);
      await person.live();
      for (let place = 1; place <= LETTERS; place += 1) {
        const floor = await timed(() => raw.part(LETTERS, place, '1'));
        const { shown, painted } = await person.openMessage(place, state, mark(kind, place));
        figures.add(place === 1 ? `${name}, first of all` : name, painted, { floor, shown });
        // It gets marked as read, which is the next thing on the connection.
        await person.page.locator(`[role=option][aria-posinset="${place}"][data-seen=true]`).waitFor();
      }
    });
    raw.close();
  }
}
