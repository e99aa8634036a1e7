// The browser tests: a person at a screen, a gateway, and a real mail server behind it.
//
// `npx playwright test --config tests/playwright.config.ts` after `cargo xtask build`. Each worker has its own
// servers (`support/stage.mjs`), so tests of different workers never meet; tests of one worker have accounts of
// their own. What differs by size runs at both sizes, all else once.

import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

const ROOT = join(import.meta.dirname, '..');

/** Where size makes no difference: what servers, lines and messages do wrong, what HTML may do in its frame, what
 * tabs share, and how soon another device shows what was done. */
const ONCE = [
  '**/hostile-*.spec.ts',
  '**/html-frame.spec.ts',
  '**/server-trouble.spec.ts',
  '**/live*.spec.ts',
  '**/faults.spec.ts',
  '**/connection.spec.ts',
  '**/tabs.spec.ts',
  '**/cards.spec.ts',
];

export default defineConfig({
  testDir: '.',
  outputDir: join(ROOT, 'test-results'),
  forbidOnly: process.env.CI !== undefined,
  // A test that passes the second time only has found a fault of its own or of the app's: it is named as flaky. CI
  // repeats once all the same, as its machines are shared.
  retries: process.env.CI === undefined ? 0 : 1,
  workers: Number(process.env.SAMMA_TEST_WORKERS ?? 2),
  timeout: 150_000,
  // Courier's folders are asked for every 15 s, and these machines are slow at times.
  expect: { timeout: 35_000 },
  reporter: [['list'], ['./support/failures.ts']],
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: process.env.SAMMA_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
    locale: 'en-GB',
    timezoneId: 'Europe/Stockholm',
    screenshot: 'only-on-failure',
    trace: process.env.SAMMA_TRACE === undefined ? 'off' : 'retain-on-failure',
  },
  projects: [
    { name: 'desktop', use: { viewport: { width: 1440, height: 900 } } },
    {
      name: 'phone',
      testIgnore: ONCE,
      use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    },
  ],
});
