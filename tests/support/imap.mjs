// The other program: a small IMAP client (RFC 3501) that does to a mailbox what another device would do.
//
// One command at a time, in clear, to a server on loopback. It shares nothing with the product, so that the two
// judge each other. Names of mailboxes are decoded names with `/` between their levels.

import { connect } from 'node:net';

/** Longest wait for an answer, in milliseconds. */
const PATIENCE_MS = 60_000;

export class Imap {
  #socket;
  #buffer = Buffer.alloc(0);
  #tags = 0;
  #wake = () => {};
  #gone = false;
  #busy = Promise.resolve();
  #selected = '';

  /** Connects to a port of this machine and logs in. */
  static async logIn(port, user, password) {
    const client = new Imap();
    await client.#open(port);
    await client.command(`LOGIN ${quoted(user)} ${quoted(password)}`);
    return client;
  }

  async #open(port) {
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true });
    this.#socket.on('data', (bytes) => {
      this.#buffer = Buffer.concat([this.#buffer, bytes]);
      this.#wake();
    });
    for (const event of ['close', 'error']) {
      this.#socket.on(event, () => {
        this.#gone = true;
        this.#wake();
      });
    }
    const greeting = await this.#response();
    if (!greeting.startsWith('* OK')) throw new Error(`The server greets with ${greeting}`);
  }

  /** Ends the connection. */
  close() {
    this.#socket.destroy();
  }

  /**
   * Sends one command; the answer is its untagged responses, as text in which each octet is a character, and last
   * the tagged OK. A `Buffer` among the parts goes as a literal.
   */
  command(...parts) {
    const answer = this.#busy.then(() => this.#run(parts));
    this.#busy = answer.catch(() => {});
    return answer;
  }

  async #run(parts) {
    this.#tags += 1;
    const tag = `t${this.#tags}`;
    this.#socket.write(`${tag} `);
    for (const part of parts) {
      if (typeof part === 'string') {
        this.#socket.write(part);
        continue;
      }
      this.#socket.write(`{${part.length}}\r\n`);
      let go = await this.#response();
      while (go.startsWith('* ')) go = await this.#response();
      if (!go.startsWith('+')) throw new Error(`A literal was refused: ${go}`);
      this.#socket.write(part);
    }
    this.#socket.write('\r\n');
    const answers = [];
    for (;;) {
      const response = await this.#response();
      answers.push(response);
      if (response.startsWith(`${tag} OK`)) return answers;
      if (response.startsWith(`${tag} `)) throw new Error(`${parts[0]}: ${response}`);
    }
  }

  /** One response with its literals, without the last CRLF. */
  async #response() {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const end = responseEnd(this.#buffer);
      if (end !== undefined) {
        const response = this.#buffer.subarray(0, end - 2).toString('latin1');
        this.#buffer = this.#buffer.subarray(end);
        return response;
      }
      const left = deadline - Date.now();
      if (this.#gone || left <= 0) throw new Error(this.#gone ? 'The server closed' : 'The server is silent');
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async #select(mailbox) {
    if (this.#selected === mailbox) {
      // Some servers look for others' changes only now.
      await this.command('NOOP');
      return;
    }
    await this.command(`SELECT ${wireName(mailbox)}`);
    this.#selected = mailbox;
  }

  /** Appends a message and returns its UID. */
  async append(mailbox, message, { flags = [], date } = {}) {
    const when = date === undefined ? '' : ` "${dateTime(date)}"`;
    const answers = await this.command(`APPEND ${wireName(mailbox)} (${flags.join(' ')})${when} `, Buffer.from(message));
    // UIDPLUS, RFC 4315.
    return Number(/\[APPENDUID \d+ (\d+)\]/.exec(answers.at(-1))[1]);
  }

  async create(mailbox) {
    await this.command(`CREATE ${wireName(mailbox)}`);
    await this.command(`SUBSCRIBE ${wireName(mailbox)}`);
  }

  async delete(mailbox) {
    if (this.#selected === mailbox) await this.#select('INBOX');
    await this.command(`DELETE ${wireName(mailbox)}`);
    await this.command(`UNSUBSCRIBE ${wireName(mailbox)}`);
  }

  async rename(from, to) {
    await this.command(`RENAME ${wireName(from)} ${wireName(to)}`);
  }

  /** Adds (`+`) or removes (`-`) flags. */
  async store(mailbox, uid, sign, ...flags) {
    await this.#select(mailbox);
    await this.command(`UID STORE ${uid} ${sign}FLAGS.SILENT (${flags.join(' ')})`);
  }

  async move(mailbox, uid, target) {
    await this.#select(mailbox);
    await this.command(`UID MOVE ${uid} ${wireName(target)}`);
  }

  /** Removes a message for good. */
  async expunge(mailbox, uid) {
    await this.store(mailbox, uid, '+', '\\Deleted');
    await this.command('EXPUNGE');
  }

  /** The flags of a message, lower case; nothing if it is not there. */
  async flags(mailbox, uid) {
    await this.#select(mailbox);
    const answers = await this.command(`UID FETCH ${uid} (FLAGS)`);
    const answer = answers.find((line) => line.includes(`UID ${uid}`));
    return answer === undefined ? undefined : /FLAGS \(([^)]*)\)/.exec(answer)[1].toLowerCase().split(' ').filter(Boolean);
  }

  /** The octets of a message. */
  async fetch(mailbox, uid) {
    await this.#select(mailbox);
    const answers = await this.command(`UID FETCH ${uid} (BODY.PEEK[])`);
    for (const answer of answers) {
      const literal = /\{(\d+)\}\r\n/.exec(answer);
      if (literal !== null) {
        const begin = literal.index + literal[0].length;
        return Buffer.from(answer.slice(begin, begin + Number(literal[1])), 'latin1');
      }
    }
    throw new Error(`There is no message ${uid} in ${mailbox}`);
  }

  /** UIDs that match a SEARCH key, ascending. */
  async search(mailbox, ...key) {
    await this.#select(mailbox);
    const answers = await this.command('UID SEARCH ', ...key);
    const numbers = answers.find((line) => line.startsWith('* SEARCH')) ?? '';
    return numbers.split(' ').slice(2).filter(Boolean).map(Number);
  }

  /** What STATUS says of a mailbox. */
  async status(mailbox) {
    const answers = await this.command(`STATUS ${wireName(mailbox)} (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)`);
    const answer = answers.find((line) => line.startsWith('* STATUS'));
    const value = (name) => Number(new RegExp(`${name} (\\d+)`).exec(answer)[1]);
    return {
      messages: value('MESSAGES'),
      unseen: value('UNSEEN'),
      uidNext: value('UIDNEXT'),
      uidValidity: value('UIDVALIDITY'),
    };
  }

  /** Makes the mailbox as a new account has it: nothing in it, no folders of its own. */
  async clear() {
    const answers = await this.command('LIST "" "*"');
    const entries = answers.map((line) => /^\* LIST \([^)]*\) \S+ "?(.*?)"?$/.exec(line)).filter((entry) => entry !== null);
    // Children before their parents.
    const names = entries.map(([, name]) => name).sort((one, other) => other.length - one.length);
    this.#selected = '';
    for (const name of names) {
      if (/^(?:INBOX[./])?(?:INBOX|Drafts|Sent|Archive|Junk|Trash)$/.test(name)) {
        await this.command(`SELECT "${name}"`);
        // Servers refuse to number what is not there.
        await this.command('STORE 1:* +FLAGS.SILENT (\\Deleted)').catch(() => []);
        await this.command('EXPUNGE');
      } else {
        await this.command(`DELETE "${name}"`).catch(() => []);
        await this.command(`UNSUBSCRIBE "${name}"`).catch(() => []);
      }
    }
  }
}

/** Where the first response in `buffer` ends, behind its CRLF; nothing if it is not whole. */
function responseEnd(buffer) {
  let at = 0;
  for (;;) {
    const end = buffer.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const literal = /\{(\d+)\}$/.exec(buffer.subarray(at, end).toString('latin1'));
    if (literal === null) return end + 2;
    at = end + 2 + Number(literal[1]);
    if (at > buffer.length) return undefined;
  }
}

export function quoted(text) {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** Modified UTF-7, RFC 3501 5.1.3, quoted. */
export function wireName(name) {
  const encoded = name.replace(/&|[^\x20-\x7e]+/g, (run) => {
    if (run === '&') return '&-';
    const octets = Buffer.from(run, 'utf16le').swap16();
    return `&${octets.toString('base64').replaceAll('/', ',').replace(/=+$/, '')}-`;
  });
  return quoted(encoded);
}

/** `date-time` of RFC 3501, in UTC. */
function dateTime(date) {
  const [, day, month, year, time] = date.toUTCString().match(/, (\d\d) (\w+) (\d+) ([\d:]+)/);
  return `${day}-${month}-${year} ${time} +0000`;
}
