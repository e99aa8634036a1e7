// The floor: what a client that does nothing else needs for the same answers, straight to the mail server by TLS.
//
// Bytes are not parsed beyond the end of an answer. That is the tagged line, which is the last thing that the
// server sends for a command, so looking at the end of what came is enough.

import { connect } from 'node:tls';

/** What the app asks for about each message of a list. */
export const ROW_ITEMS = '(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)';

const TAIL = 512;

export class RawImap {
  #socket;
  #chunks = [];
  #tags = 0;
  #wanted = undefined;

  /** Connects, checks the certificate and logs in. */
  static async logIn({ port, ca, host, user, password }) {
    const client = new RawImap();
    const greeting = client.#until((tail) => tail.startsWith('* OK') && tail.endsWith('\r\n'));
    client.#socket = connect({ host: '127.0.0.1', port, servername: host, ca });
    client.#socket.setNoDelay(true);
    client.#socket.on('data', (bytes) => client.#received(bytes));
    client.#socket.on('error', (error) => client.#wanted?.reject(error));
    client.#socket.on('close', () => client.#wanted?.reject(new Error('The server closed')));
    await greeting;
    const secret = Buffer.from(`\0${user}\0${password}`).toString('base64');
    await client.command(`AUTHENTICATE PLAIN ${secret}`);
    return client;
  }

  #received(bytes) {
    this.#chunks.push(bytes);
    this.#look();
  }

  #look() {
    if (this.#wanted === undefined) return;
    // The end of the answer may lie across chunks.
    const last = this.#chunks.slice(-2);
    const tail = Buffer.concat(last).subarray(-TAIL).toString('latin1');
    if (!this.#wanted.ends(tail)) return;
    const { resolve } = this.#wanted;
    this.#wanted = undefined;
    resolve(Buffer.concat(this.#chunks.splice(0)).toString('latin1'));
  }

  #until(ends) {
    return new Promise((resolve, reject) => {
      this.#wanted = { ends, resolve, reject };
    });
  }

  /** Sends a command and returns its whole answer. */
  async command(text) {
    this.#tags += 1;
    const tag = `b${this.#tags}`;
    const line = new RegExp(`(?:^|\\r\\n)${tag} [^\\r\\n]*\\r\\n$`);
    const answer = this.#until((tail) => line.test(tail));
    this.#socket.write(`${tag} ${text}\r\n`);
    const whole = await answer;
    if (!whole.slice(whole.lastIndexOf(`${tag} `)).startsWith(`${tag} OK`)) {
      throw new Error(`${text.split(' ')[0]}: ${whole.slice(-TAIL)}`);
    }
    return whole;
  }

  /** Opens a mailbox; returns how many messages it has. */
  async select(mailbox) {
    return Number(/^\* (\d+) EXISTS/m.exec(await this.command(`SELECT "${mailbox}"`))[1]);
  }

  /** Rows of a list: places from the newest, counted from 1. */
  rows(total, first, last) {
    return this.command(`FETCH ${Math.max(1, total - last + 1)}:${total - first + 1} ${ROW_ITEMS}`);
  }

  /** One part of the message at a place, counted from the newest. */
  part(total, place, section) {
    return this.command(`FETCH ${total - place + 1} (UID BODY.PEEK[${section}])`);
  }

  close() {
    this.#wanted = undefined;
    this.#socket.destroy();
  }
}
