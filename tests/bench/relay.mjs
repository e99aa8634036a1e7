// A relay between a gateway and a mail server that speaks in clear: it notes when the server's answers pass.

import { connect, createServer } from 'node:net';

/** Now, in milliseconds of Unix time with their fractions, as pages have it too. */
export const now = () => performance.timeOrigin + performance.now();

export class Relay {
  #server;
  #sockets = new Set();
  /** Commands that were answered with OK, oldest first: `{ command, at }`. */
  answered = [];

  static async to(port) {
    const relay = new Relay();
    relay.#server = createServer((near) => relay.#carry(near, connect({ host: '127.0.0.1', port, noDelay: true })));
    await new Promise((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get port() {
    return this.#server.address().port;
  }

  #carry(near, far) {
    near.setNoDelay(true);
    const open = new Map();
    for (const [from, to] of [[near, far], [far, near]]) {
      this.#sockets.add(from);
      from.on('data', (bytes) => {
        to.write(bytes);
        if (from === near) {
          for (const [, tag, command] of bytes.toString('latin1').matchAll(/^(A\d+) (.*)\r$/gm)) open.set(tag, command);
        } else {
          const at = now();
          for (const [, tag] of bytes.toString('latin1').matchAll(/^(A\d+) OK/gm)) {
            this.answered.push({ command: open.get(tag) ?? '', at });
            open.delete(tag);
          }
        }
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }

  /** When the last command that looks so was answered, of those since `since`. */
  lastOk(command, since) {
    return this.answered.findLast((one) => one.at >= since && command.test(one.command))?.at;
  }

  stop() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
