// A mail server that does what it is told to, wrong things included.
//
// By itself it has the simplest mailbox there is, speaks RFC 3501 and offers IDLE. A test changes `greeting`, or
// takes commands over with `instead`, and changes that while the server runs.

import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** Files of a certificate. */
export interface Certificate {
  cert: string;
  key: string;
}

/** What a server does with a command: text to send, nothing at all, or the end of the connection. */
export type Deed = { say: string | Buffer } | 'silence' | 'close';

/** A command, upper case, without its tag; arguments as they came. */
export interface Command {
  tag: string;
  name: string;
  rest: string;
}

const MESSAGE = 'From: Fake <fake@example.org>\r\nSubject: The only one\r\n\r\nStill here.\r\n';

export class FakeServer {
  greeting: Deed = { say: '* OK [CAPABILITY IMAP4rev1 IDLE] Ready\r\n' };
  /** Takes over a command where it returns something. */
  instead: (command: Command) => Deed | undefined = () => undefined;
  /** Commands as they came, newest last. */
  readonly heard: Command[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  /** Starts it on a free port; with a certificate it speaks TLS from the first octet. */
  static async start(certificate?: Certificate): Promise<FakeServer> {
    let fake: FakeServer;
    const welcome = (socket: Socket): void => fake.welcome(socket);
    const server: Server =
      certificate === undefined
        ? createServer(welcome)
        : createTlsServer({ cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) }, welcome);
    fake = new FakeServer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends all connections; new ones are taken as before. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Says something on all connections. */
  say(text: string): void {
    for (const socket of this.sockets) socket.write(text);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }

  private welcome(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    // The other end may be gone at any time, which is what some tests are about.
    socket.on('error', () => socket.destroy());
    let buffer = '';
    socket.on('data', (bytes) => {
      buffer += bytes.toString('latin1');
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        this.take(socket, line);
      }
    });
    this.carryOut(socket, this.greeting);
  }

  private take(socket: Socket, line: string): void {
    if (line.toUpperCase() === 'DONE') {
      const idle = this.heard.findLast((command) => command.name === 'IDLE');
      socket.write(`${idle?.tag} OK Done\r\n`);
      return;
    }
    const [tag = '', first = '', ...words] = line.split(' ');
    const byUid = first.toUpperCase() === 'UID';
    const command = {
      tag,
      name: (byUid ? `UID ${words.shift() ?? ''}` : first).toUpperCase(),
      rest: words.join(' '),
    };
    this.heard.push(command);
    this.carryOut(socket, this.instead(command) ?? { say: answer(command) });
    if (command.name === 'LOGOUT') socket.end();
  }

  private carryOut(socket: Socket, deed: Deed): void {
    if (deed === 'close') socket.destroy();
    else if (deed !== 'silence') socket.write(deed.say);
  }
}

/** What a server with one message answers. */
function answer({ tag, name, rest }: Command): string {
  switch (name) {
    case 'CAPABILITY':
      return `* CAPABILITY IMAP4rev1 IDLE\r\n${tag} OK Done\r\n`;
    case 'LIST':
      return `* LIST () "/" INBOX\r\n* LIST () "/" Other\r\n${tag} OK Done\r\n`;
    case 'STATUS':
      return `* STATUS ${rest.split(' ')[0]} (MESSAGES 1 UNSEEN 0 UIDNEXT 2 UIDVALIDITY 1)\r\n${tag} OK Done\r\n`;
    case 'SELECT':
    case 'EXAMINE':
      return `* FLAGS (\\Seen \\Flagged)\r\n* 1 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 2] ok\r\n${tag} OK [READ-WRITE] Open\r\n`;
    case 'UID SEARCH':
      return `* SEARCH${/UNSEEN/.test(rest) ? '' : ' 1'}\r\n${tag} OK Done\r\n`;
    case 'UID FETCH':
    case 'FETCH':
      return `${fetched(rest)}${tag} OK Done\r\n`;
    case 'IDLE':
      return '+ idling\r\n';
    case 'LOGOUT':
      return `* BYE See you\r\n${tag} OK Done\r\n`;
    default:
      return `${tag} OK Done\r\n`;
  }
}

function fetched(rest: string): string {
  const items = [
    'UID 1',
    'FLAGS (\\Seen)',
    'INTERNALDATE "01-Nov-2026 10:00:00 +0000"',
    `RFC822.SIZE ${MESSAGE.length}`,
  ];
  if (/ENVELOPE/i.test(rest)) {
    items.push('ENVELOPE ("Sun, 1 Nov 2026 10:00:00 +0000" "The only one" (("Fake" NIL "fake" "example.org")) NIL NIL NIL NIL NIL NIL NIL)');
  }
  if (/BODYSTRUCTURE/i.test(rest)) {
    items.push('BODYSTRUCTURE ("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 13 1 NIL NIL NIL NIL)');
  }
  for (const [, section, from] of rest.matchAll(/BODY(?:\.PEEK)?\[([^\]]*)\](?:<(\d+)\.\d+>)?/gi)) {
    const whole = section === '' ? MESSAGE : section === '1' ? 'Still here.\r\n' : '';
    const octets = whole.slice(Number(from ?? 0));
    items.push(`BODY[${section}]${from === undefined ? '' : `<${from}>`} {${octets.length}}\r\n${octets}`);
  }
  return `* 1 FETCH (${items.join(' ')})\r\n`;
}
