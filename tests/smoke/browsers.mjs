// The browsers, all from Debian's packages, behind one small surface:
//
//   open(address), reload(), close()
//   run(script, ...arguments)   runs a function in the page and returns what it returns, as JSON has it
//   element(script, ...)        the same for a function that returns an element, or nothing
//   click(element), type(element, text)
//
// Chromium and Firefox are driven by puppeteer-core (CDP and WebDriver BiDi), WebKitGTK by its own WebDriver.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';

const CHROMIUM = process.env.SAMMA_CHROMIUM ?? '/usr/bin/chromium';
const FIREFOX = process.env.SAMMA_FIREFOX ?? '/usr/bin/firefox-esr';
const WEBKIT_DRIVER = '/usr/bin/WebKitWebDriver';
const XVFB = '/usr/bin/Xvfb';
const MINI_BROWSERS = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-4.1/MiniBrowser`);

/** How long a browser may take to start or to do as told, in milliseconds: CI machines are slow. */
const PATIENCE_MS = 120_000;

const SIZE = { width: 1280, height: 800 };

/** What takes part, by name: the files that each needs, and how it starts. */
export const BROWSERS = {
  chromium: { needs: [CHROMIUM], start: () => startPuppeteer('chrome', CHROMIUM) },
  // As browsers without SharedWorker are: each tab runs an engine of its own.
  'chromium, no SharedWorker': { needs: [CHROMIUM], start: () => startPuppeteer('chrome', CHROMIUM, true) },
  firefox: { needs: [FIREFOX], start: () => startPuppeteer('firefox', FIREFOX) },
  webkit: { needs: [WEBKIT_DRIVER, XVFB, MINI_BROWSERS.find(existsSync) ?? MINI_BROWSERS[0]], start: startWebKit },
};

async function startPuppeteer(browser, executablePath, alone = false) {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const running = await launch({
    browser,
    executablePath,
    headless: true,
    args: browser === 'chrome' ? [...args, '--lang=en'] : [],
    extraPrefsFirefox: { 'intl.accept_languages': 'en' },
    defaultViewport: SIZE,
    timeout: PATIENCE_MS,
    protocolTimeout: PATIENCE_MS,
  });
  const page = await running.newPage();
  if (alone) await page.evaluateOnNewDocument(() => Reflect.deleteProperty(globalThis, 'SharedWorker'));
  return {
    version: await running.version(),
    open: (address) => page.goto(address, { timeout: PATIENCE_MS }),
    reload: () => page.reload({ timeout: PATIENCE_MS }),
    run: (script, ...words) => page.evaluate(script, ...words),
    element: async (script, ...words) => (await page.evaluateHandle(script, ...words)).asElement() ?? undefined,
    click: (element) => element.click(),
    type: (element, text) => element.type(text),
    close: () => running.close(),
  };
}

async function startWebKit() {
  const screen = spawn(XVFB, ['-displayfd', '1', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [display] = await Promise.race([once(screen.stdout, 'data'), once(screen, 'exit').then(() => ['none'])]);
  const home = await mkdtemp(join(tmpdir(), 'samma-webkit-'));
  const port = await freePort();
  const driver = spawn(WEBKIT_DRIVER, [`--port=${port}`, '--host=127.0.0.1'], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: `:${String(display).trim()}`,
      LANG: 'C.UTF-8',
      LANGUAGE: 'en',
      HOME: home,
      XDG_RUNTIME_DIR: home,
      LIBGL_ALWAYS_SOFTWARE: '1',
      // Its sandbox does not start as root, nor in most containers; what it shows here is our own.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
  });
  const close = async () => {
    for (const child of [driver, screen]) {
      if (child.exitCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const call = await webDriver(`http://127.0.0.1:${port}`);
    const { capabilities } = await call('POST', '', {
      capabilities: {
        alwaysMatch: {
          'webkitgtk:browserOptions': { binary: BROWSERS.webkit.needs[2], args: ['--automation'] },
          timeouts: { pageLoad: PATIENCE_MS, script: PATIENCE_MS },
        },
      },
    });
    await call('POST', '/window/rect', SIZE);
    const run = (script, ...words) => call('POST', '/execute/sync', { script: `return (${script})(...arguments)`, args: words });
    return {
      version: `${capabilities.browserName} ${capabilities.browserVersion}`,
      open: (url) => call('POST', '/url', { url }),
      reload: () => call('POST', '/refresh', {}),
      run,
      element: async (script, ...words) => Object.values((await run(script, ...words)) ?? {})[0],
      click: (element) => call('POST', `/element/${element}/click`, {}),
      type: (element, text) => call('POST', `/element/${element}/value`, { text }),
      close: async () => {
        await call('DELETE', '').catch(() => undefined);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A caller of one WebDriver session's commands; the first call makes the session. */
async function webDriver(base) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await fetch(`${base}/status`).then((answer) => answer.ok, () => false))) {
    if (Date.now() > deadline) throw new Error('WebKitWebDriver does not answer');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  let session = `${base}/session`;
  return async (method, path, body) => {
    const answer = await fetch(session + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { value } = await answer.json();
    if (value?.error !== undefined) throw new Error(`${value.error}: ${value.message}`);
    if (value?.sessionId !== undefined) session += `/${value.sessionId}`;
    return value;
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
