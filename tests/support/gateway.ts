// A gateway of a test's own, for what the stage's is not configured for: other certificates, several servers,
// a mail server that misbehaves.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ROOT, type Stage } from './stage.mjs';

const PROGRAM = join(resolve(ROOT, process.env.CARGO_TARGET_DIR ?? 'target'), 'release/samma-gateway');

/** A `[[server]]` entry. */
export interface Entry {
  id: string;
  name?: string;
  domains?: string[];
  /** The name that its certificate must be for. */
  host?: string;
  tls?: 'implicit' | 'starttls' | 'none';
  /** Port on this machine. */
  port: number;
  /** A PEM file. */
  ca?: string;
}

export class Gateway {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(stage: Stage, entries: Entry[]): Promise<Gateway> {
    const port = stage.port();
    const folder = await mkdtemp(join(tmpdir(), 'samma-gateway-'));
    const config = join(folder, 'gateway.toml');
    const text = JSON.stringify;
    const servers = entries.map(({ id, name = id, domains = [], host = 'imap.samma.test', tls = 'implicit', port, ca }) => {
      // Towards the machine itself in clear, the host is the machine.
      const endpoint = tls === 'none' ? `host = "127.0.0.1", port = ${port}` : `host = ${text(host)}, port = ${port}, dial = "127.0.0.1:${port}"`;
      return [
        '[[server]]',
        `id = ${text(id)}`,
        `name = ${text(name)}`,
        `domains = ${text(domains)}`,
        `imap = { ${endpoint}, tls = ${text(tls)} }`,
        ca === undefined ? '' : `ca = ${text(ca)}`,
      ].join('\n');
    });
    await writeFile(config, [`listen = "127.0.0.1:${port}"`, `assets = ${text(join(ROOT, 'dist'))}`, ...servers].join('\n'));
    const child = spawn(PROGRAM, ['--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr?.on('data', (words: Buffer) => {
      said += words.toString();
    });
    const gateway = new Gateway(`http://127.0.0.1:${port}`, child, folder);
    for (;;) {
      if (child.exitCode !== null) throw new Error(`The gateway ended: ${said}`);
      const answer = await fetch(`${gateway.url}/healthz`).catch(() => undefined);
      if (answer?.ok === true) return gateway;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await ended;
    }
    await rm(this.folder, { recursive: true });
  }
}
