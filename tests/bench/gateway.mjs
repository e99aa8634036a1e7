// What a tunnel costs the gateway: the figures of its own benchmark, `gateway/examples/bench.rs`.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from '../support/stage.mjs';

const WORDS = ['run', '--quiet', '--profile', 'native', '-p', 'samma-gateway', '--example', 'bench'];

export async function gateway(figures) {
  figures.figure('gateway: idle tunnel', { target: 12, unit: 'KB' });
  figures.figure('gateway: one tunnel, down', { target: 500, unit: 'MB/s', atLeast: true });
  figures.figure('gateway: one tunnel, up', { unit: 'MB/s' });
  const { stdout } = await promisify(execFile)('cargo', WORDS, { cwd: ROOT });
  const value = (name) => {
    const found = new RegExp(`^gateway ${name}: ([\\d.]+) `, 'm').exec(stdout);
    if (found === null) throw new Error(`It does not say its ${name}`);
    return Number(found[1]);
  };
  figures.add('gateway: idle tunnel', value('idle tunnel'));
  figures.add('gateway: one tunnel, down', value('throughput'));
  figures.add('gateway: one tunnel, up', value('throughput up'));
}
