// Playwright reporter: the tests that failed, and those that passed the second time only, once more at the very end,
// with the first lines of why. A log that is cut from the front still tells what is wrong.

import type { FullResult, Reporter, Suite, TestCase } from '@playwright/test/reporter';

/** Lines of each failure's message. */
const LINES = 6;

export default class Failures implements Reporter {
  #all: Suite | undefined;

  onBegin(_config: unknown, all: Suite): void {
    this.#all = all;
  }

  printsToStdio(): boolean {
    return false;
  }

  onExit(): Promise<void> {
    for (const test of this.#all?.allTests() ?? []) report(test);
    return Promise.resolve();
  }

  onEnd(_result: FullResult): void {}
}

function report(test: TestCase): void {
  const outcome = test.outcome();
  if (outcome !== 'unexpected' && outcome !== 'flaky') return;
  const word = outcome === 'flaky' ? 'PASSED THE SECOND TIME ONLY' : 'FAILED';
  console.log(`${word}: ${test.titlePath().filter(Boolean).join(' › ')}`);
  for (const { error } of test.results) {
    if (error?.message === undefined) continue;
    // Without its colours.
    const plain = error.message.replace(/\u001b\[[0-9;]*m/g, '');
    for (const line of plain.split('\n').filter(Boolean).slice(0, LINES)) console.log(`    ${line}`);
  }
}
