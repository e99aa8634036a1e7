// Figures: samples of a measured thing, with its target and its floor; one table and one file of all.

import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { dirname } from 'node:path';

/** What was measured. Units are milliseconds unless said. */
export class Figures {
  #all = new Map();
  #failures = [];

  /**
   * A figure that samples can be added to.
   *
   * @param {string} name
   * @param {{ target?: number, unit?: string, times?: number, atLeast?: boolean, note?: string }} about `times`: at most
   *   that many times the floor; `atLeast`: more is better
   */
  figure(name, { target, unit = 'ms', times, atLeast = false, note } = {}) {
    if (!this.#all.has(name)) {
      this.#all.set(name, { name, unit, target, times, atLeast, note, samples: [], floor: [], details: [] });
    }
    return this.#all.get(name);
  }

  /** Adds one sample, and what a client that does nothing else needed in the same run. */
  add(name, sample, { floor, ...details } = {}) {
    const figure = this.#all.get(name);
    figure.samples.push(sample);
    if (floor !== undefined) figure.floor.push(floor);
    if (Object.keys(details).length > 0) figure.details.push(details);
  }

  /** Does a part of the benchmark; what fails there does not keep the rest from being measured. */
  async part(title, work) {
    process.stderr.write(`-> ${title} (load ${load()})\n`);
    try {
      await work();
    } catch (error) {
      this.#failures.push(`${title}: ${error.message}`);
      process.stderr.write(`   failed: ${error.stack}\n`);
    }
  }

  get failures() {
    return this.#failures;
  }

  /** The table, for a person. */
  table() {
    const head = ['figure', 'target', 'measured: median (min..max)', 'runs', 'raw IMAP', 'ratio', ''];
    const rows = [...this.#all.values()].filter((figure) => figure.samples.length > 0).map((figure) => {
      const measured = summary(figure.samples);
      const floor = figure.floor.length > 0 ? summary(figure.floor) : undefined;
      return [
        figure.name,
        figure.target === undefined ? '' : number(figure.target, figure.unit) + (figure.times === undefined ? '' : `, ${figure.times}x`),
        `${number(measured.median, figure.unit)} (${number(measured.min)}..${number(measured.max)})`,
        String(figure.samples.length),
        floor === undefined ? '' : `${number(floor.median, figure.unit)} (${number(floor.min)}..${number(floor.max)})`,
        floor === undefined ? '' : `${(measured.median / floor.median).toFixed(1)}x`,
        verdict(figure, measured, floor),
      ];
    });
    const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
    const line = (row) => `  ${row.map((cell, column) => (column === 0 || column === 6 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ')}`.trimEnd();
    const notes = [...this.#all.values()].filter((figure) => figure.note !== undefined && figure.samples.length > 0);
    return [line(head), ...rows.map(line), '', ...notes.map((figure) => `  ${figure.name}: ${figure.note}`)].join('\n');
  }

  /** Writes all samples to a file. */
  async save(path, about) {
    await mkdir(dirname(path), { recursive: true });
    const figures = [...this.#all.values()].map((figure) => ({
      ...figure,
      ...summary(figure.samples),
      floorMedian: figure.floor.length > 0 ? summary(figure.floor).median : undefined,
    }));
    await writeFile(path, `${JSON.stringify({ ...about, figures, failures: this.#failures }, null, 2)}\n`);
  }
}

/** The machine's load average now, over one minute, and its processors. */
export function load() {
  return `${loadavg()[0].toFixed(1)} on ${cpus().length} processors`;
}

function summary(samples) {
  const sorted = samples.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

function verdict({ target, atLeast, times }, { median }, floor) {
  if (target === undefined) return '';
  const misses = [];
  if (atLeast ? median < target : median > target) misses.push(`by ${Math.round(Math.abs(median / target - 1) * 100)} %`);
  if (times !== undefined && floor !== undefined && median > times * floor.median) misses.push(`over ${times} x floor`);
  return misses.length === 0 ? 'reached' : `missed ${misses.join(', ')}`;
}

function number(value, unit) {
  const digits = value < 10 && !Number.isInteger(value) ? 1 : 0;
  return value.toFixed(digits).replace(/\B(?=(\d{3})+$)/g, ' ') + (unit === undefined ? '' : ` ${unit}`);
}
