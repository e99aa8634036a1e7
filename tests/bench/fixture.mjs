// The servers, and mailboxes of known sizes in them. They are kept between runs, and made anew where they are not
// as they should be; then they are brought to the state of mail that nobody has opened yet.

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { letter } from '../support/letter.mjs';
import { ROOT, Stage } from '../support/stage.mjs';
import { RawImap } from './raw.mjs';

/** Where the results go. */
export const RESULTS = join(resolve(ROOT, process.env.CARGO_TARGET_DIR ?? 'target'), 'bench');

/** Where the mail server works; `cargo xtask bench` knows whether it can in the target folder. */
const FOLDER = process.env.SAMMA_BENCH_FOLDER ?? RESULTS;

const PORT = process.env.SAMMA_BENCH_HTTP_PORT ?? '18600';
const IMAP_PORT = process.env.SAMMA_BENCH_IMAP_PORT ?? '12600';

/** Messages in each inbox. */
export const INBOX = 1_000;
/** Messages in the large mailbox. */
export const BIG = 100_000;
/** Letters of each kind: as many as are opened for the first time in one session. */
export const LETTERS = 16;

/** Kinds of letters: name of their mailbox, and what makes one. */
export const KINDS = {
  Text: (mark) => ({ text: `${mark}\n\n${prose(5_000)}` }),
  Html: (mark) => ({ html: newsletter(mark, 100_000) }),
  Beside: (mark) => ({
    text: `${mark}\n\n${prose(1_500)}`,
    files: [{ name: 'drawings.bin', type: 'application/octet-stream', bytes: noise(10_000_000) }],
  }),
};

/** What stands in the text of a letter and nowhere else. `place` counts from the newest, from 1. */
export const mark = (kind, place) => `This is the ${kind} letter at place ${place}.`;

export class Fixture {
  /** Starts the servers and looks after the mailboxes. */
  static async start() {
    const fixture = new Fixture();
    const options = ['--dir', FOLDER, '--port', PORT, '--imap-base', IMAP_PORT];
    fixture.stage = await Stage.start(0, { options });
    fixture.url = fixture.stage.url;
    fixture.ca = await readFile(fixture.stage.tls.ca, 'utf8');
    await fixture.#prepare();
    return fixture;
  }

  /** An account: `plain` with an inbox, `large` with the large mailbox too, `letters` with the letters. */
  account(kind) {
    const user = { plain: 'test-1', large: 'test-2', letters: 'test-3' }[kind];
    return { user, address: this.stage.address(user), password: this.stage.password };
  }

  /** A raw client, signed in. */
  raw(kind) {
    const { address, password } = this.account(kind);
    return RawImap.logIn({ port: this.stage.imapsPort, ca: this.ca, host: `imap.${this.stage.domain}`, user: address, password });
  }

  stop() {
    return this.stage.stop();
  }

  async #prepare() {
    for (const kind of ['plain', 'large', 'letters']) {
      const { user, address } = this.account(kind);
      const client = await this.stage.logIn(address);
      if ((await count(client, 'INBOX')) !== INBOX) {
        await client.clear();
        await this.stage.order(`fill ${user} INBOX ${INBOX}`);
      }
      if (kind === 'large' && (await count(client, 'Big')) !== BIG) {
        process.stderr.write(`-> filling a mailbox with ${BIG} messages; they are kept for the next time\n`);
        await client.delete('Big').catch(() => {});
        await this.stage.order(`fill ${user} Big ${BIG}`);
      }
      if (kind === 'letters') {
        for (const [name, make] of Object.entries(KINDS)) await letters(client, name, make);
      }
      client.close();
    }
  }
}

async function count(client, mailbox) {
  return (await client.status(mailbox).catch(() => undefined))?.messages;
}

async function letters(client, mailbox, make) {
  if ((await count(client, mailbox)) !== LETTERS) {
    await client.delete(mailbox).catch(() => {});
    await client.create(mailbox);
    for (let place = LETTERS; place >= 1; place -= 1) {
      const date = new Date(Date.now() - place * 3_600_000);
      const message = letter({ subject: `${mailbox} no. ${place}`, ...make(mark(mailbox, place)), date });
      await client.append(mailbox, message, { date });
    }
  }
  await client.command(`SELECT "${mailbox}"`);
  await client.command('STORE 1:* -FLAGS.SILENT (\\Seen)');
  // What a mail client asks for is in the server's cache then, as in a mailbox that somebody uses.
  await client.command('FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)');
  await client.command('UNSELECT');
}

function prose(octets) {
  const sentence = 'The boathouse needs a new roof before the autumn, and somebody has to ask the carpenter what it would cost.\n';
  return sentence.repeat(Math.ceil(octets / sentence.length)).slice(0, octets);
}

/** A newsletter as they are: tables in tables, style attributes, a style sheet, pictures from elsewhere. */
function newsletter(mark, octets) {
  const rules = Array.from({ length: 40 }, (_, at) => `.c${at} { padding: ${at % 24}px; color: #33${at % 10}444 }`).join('\n');
  let html = `<html><head><style>${rules}\n@media (max-width: 600px) { .c1 { width: 100% !important } }</style></head><body bgcolor="#f4f4f4"><p>${mark}</p>`;
  for (let story = 0; html.length < octets; story += 1) {
    html += `<table width="600" cellpadding="0" cellspacing="0" align="center" style="margin: 0 auto; background-color: #ffffff; border-collapse: collapse">
<tr><td class="c${story % 40}" style="padding: ${story % 30}px 20px; font-family: Arial, Helvetica, sans-serif; font-size: 14px; line-height: 20px; color: #333333">
<a href="https://news.example.org/story?id=${story}" style="color: #0066cc; text-decoration: none; font-weight: bold">Story ${story}</a>
<img src="https://pictures.example.org/${story}.jpg" width="560" height="200" alt="Picture ${story}">
<p style="margin: 0 0 10px 0">${prose(160)}</p></td></tr></table>\n`;
  }
  return `${html}</body></html>`;
}

/** Octets that don't compress, the same each time. */
function noise(octets) {
  const bytes = Buffer.alloc(octets);
  let state = 1;
  for (let at = 0; at < octets; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}
