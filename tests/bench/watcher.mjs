// The floor of what is shown live: a client that does nothing but IDLE in INBOX, and NOTIFY where there is such a
// thing, and notes when the server tells something.

import { connect } from 'node:net';
import { now } from './relay.mjs';

const NOTIFY =
  'NOTIFY SET (selected (MessageNew (UID FLAGS) MessageExpunge FlagChange)) (personal (MailboxName SubscriptionChange MessageNew MessageExpunge FlagChange))';

export class Watcher {
  #socket;
  #text = '';
  #wanted;

  static async start({ port, user, password }) {
    const watcher = new Watcher();
    watcher.#socket = connect({ host: '127.0.0.1', port, noDelay: true });
    watcher.#socket.on('data', (bytes) => watcher.#heard(bytes.toString('latin1')));
    watcher.#socket.on('error', (error) => watcher.#wanted?.reject(error));
    await watcher.#until(/^\* OK/);
    await watcher.#ask(`LOGIN "${user}" "${password}"`);
    const can = await watcher.#ask('CAPABILITY');
    if (/ QRESYNC/.test(can)) await watcher.#ask('ENABLE QRESYNC');
    await watcher.#ask('SELECT INBOX');
    /** It is told of other folders and of the folders themselves, too. */
    watcher.notifies = / NOTIFY/.test(can);
    if (watcher.notifies) await watcher.#ask(NOTIFY);
    watcher.#socket.write('w IDLE\r\n');
    await watcher.#until(/^\+/m);
    return watcher;
  }

  #heard(text) {
    this.#text += text;
    if (this.#wanted?.ends.test(this.#text)) {
      const { resolve } = this.#wanted;
      this.#wanted = undefined;
      resolve({ at: now(), text: this.#text });
      this.#text = '';
    }
  }

  #until(ends) {
    return new Promise((resolve, reject) => {
      this.#wanted = { ends, resolve, reject };
      this.#heard('');
    });
  }

  async #ask(command) {
    this.#socket.write(`w ${command}\r\n`);
    const { text } = await this.#until(/^w (OK|NO|BAD) .*\r\n/m);
    return text;
  }

  /** When the server next tells something that looks so; nothing if it does not within the time. */
  async told(pattern, withinMs) {
    this.#text = '';
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    const told = await Promise.race([this.#until(pattern), late]);
    clearTimeout(timer);
    this.#wanted = undefined;
    return told?.at;
  }

  stop() {
    this.#socket.destroy();
  }
}
