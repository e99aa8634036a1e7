// The servers behind a test: `cargo xtask serve`, a mail server and a gateway that serves `dist/`.
//
// SAMMA_XTASK names a program to be used in place of `cargo xtask`, for when Cargo's lock is somebody else's.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Imap } from './imap.mjs';

/** The repository. */
export const ROOT = join(import.meta.dirname, '../..');

/** Where ports begin: a block of ten for each stage, the first two of the second kind for the mail server. */
const HTTP_PORT = Number(process.env.SAMMA_TEST_HTTP_PORT ?? 18_300);
const IMAP_PORT = Number(process.env.SAMMA_TEST_IMAP_PORT ?? 12_300);
const BLOCK = 10;

/** Accounts that a stage has for tests, each with nothing in it. */
const USERS = 40;

/** How much of what the servers say is kept, in characters. */
const KEPT = 4_000;

export class Stage {
  #process;
  #answers;
  #said = '';
  #users = 0;
  /** How long the mail server's log was when an account was given out, by address. */
  #logBefore = new Map();
  #http;
  #lent = 0;

  /**
   * Starts number `number` of those that run at one time.
   *
   * @param {number} number
   * @param {{ server?: string, options?: string[] }} [wanted] another mail server, further options of `serve`
   */
  static async start(number, { server = 'dovecot', options = [] } = {}) {
    const stage = new Stage();
    const http = HTTP_PORT + BLOCK * number;
    stage.#http = http;
    await stage.#start([
      'serve',
      '--dir',
      join(tmpdir(), `samma-tests-${http}-${server}`),
      '--port',
      String(http),
      '--imap-base',
      String(IMAP_PORT + BLOCK * number),
      '--server',
      server,
      ...options,
    ]);
    return stage;
  }

  async #start(words) {
    const program = process.env.SAMMA_XTASK;
    const [command, before] = program === undefined ? ['cargo', ['xtask']] : [program, []];
    this.#process = spawn(command, [...before, ...words], { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process.stderr.on('data', (text) => {
      this.#said = (this.#said + text).slice(-KEPT);
    });
    this.#process.on('error', (error) => {
      this.#said += error.message;
    });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    const facts = await this.#answer();
    /** Where the app is. */
    this.url = facts.url;
    /** Port of the mail server, in clear or with STARTTLS. */
    this.imapPort = facts.imap_port;
    /** Port of the mail server, with TLS. */
    this.imapsPort = facts.imaps_port;
    /** Password of every account. */
    this.password = facts.password;
    /** Domain of every account. */
    this.domain = facts.domain;
    /** The folder that everything is in. */
    this.folder = facts.folder;
    /** Files of the mail server's certificate: the authority's, its own, its key. */
    this.tls = { ca: facts.ca, cert: join(facts.folder, 'tls/cert.pem'), key: join(facts.folder, 'tls/key.pem') };
  }

  async #answer() {
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`The servers did not start, or ended:\n${this.#said}`);
    return JSON.parse(value);
  }

  /** Gives an order, such as `mail stop`; see `xtask/src/serve.rs`. */
  async order(text) {
    this.#process.stdin.write(`${text}\n`);
    const answer = await this.#answer();
    if (answer.failed !== undefined) throw new Error(`${text}: ${answer.why}`);
  }

  /** Address of one of the accounts with a sample mailbox: `anna` or `bertil`. */
  address(name) {
    return `${name}@${this.domain}`;
  }

  /** An account with nothing in it; no other test has it at the same time. */
  async account() {
    this.#users = (this.#users % USERS) + 1;
    const name = `test-${this.#users}`;
    const other = await this.logIn(this.address(name));
    await other.clear();
    // Only Dovecot writes it.
    const log = await stat(this.#log).catch(() => undefined);
    this.#logBefore.set(this.address(name), log?.size ?? 0);
    return { name, address: this.address(name), password: this.password, other };
  }

  /** The other program, signed in to an account. */
  logIn(address) {
    return Imap.logIn(this.imapPort, address, this.password);
  }

  /** A port of this stage's, for as long as a test runs: later ones get it again. */
  port() {
    this.#lent = (this.#lent + 1) % (BLOCK - 1);
    return this.#http + 1 + this.#lent;
  }

  get #log() {
    return join(this.folder, 'dovecot.log');
  }

  /** How often the app has signed in since an account was given out: it uses TLS, and the other program does not. */
  async signIns(address) {
    const log = await readFile(this.#log);
    const lines = log.subarray(this.#logBefore.get(address)).toString().split('\n');
    return lines.filter((line) => line.includes('Login: ') && line.includes(`<${address}>`) && line.includes(', TLS')).length;
  }

  /** Ends both servers. */
  async stop() {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.stdin.end();
    await ended;
  }
}
