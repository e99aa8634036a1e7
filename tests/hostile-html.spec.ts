// Hostile HTML against the two walls of `src/pages/mail/html_frame.js`, one wall at a time: what the sanitiser
// lets through is put into an ordinary frame that may run everything, and what was never sanitised into
// the frame for mail. Neither may run a script, ask for anything, open a dialog or change the page.
//
// No mail server, no build: the modules come from the sources, on an origin that only this test knows.
// Further payloads come from `html/payloads.jsonl` in the folder that SAMMA_CORPORA names.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, type CDPSession, expect, type Page, type Request, test } from '@playwright/test';

const ROOT = join(import.meta.dirname, '..');
const CORPUS = join(process.env.SAMMA_CORPORA ?? join(ROOT, '../shared/corpora'), 'html/payloads.jsonl');
const ORIGIN = 'http://hostile-html.invalid';

const FILES: Record<string, [string, string]> = {
  '/': ['text/html', '<!doctype html><meta charset="utf-8"><title>Page</title><main id="page">untouched</main><div id="mail"></div>'],
  '/html_frame.js': ['text/javascript', readFileSync(join(ROOT, 'src/pages/mail/html_frame.js'), 'utf8')],
  '/html_links.js': ['text/javascript', readFileSync(join(ROOT, 'src/pages/mail/html_links.js'), 'utf8')],
  '/purify.es.mjs': ['text/javascript', readFileSync(join(ROOT, 'node_modules/dompurify/dist/purify.es.mjs'), 'utf8')],
  '/settled': ['text/plain', ''],
};

interface Payload {
  id: string;
  html: string;
}

const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';

const OWN: Payload[] = [
  { id: 'script element', html: '<p>one</p><script>alert(1)</script>' },
  { id: 'event handler', html: `<img src="${PIXEL}" onload="alert(1)"><img src="data:," onerror="alert(1)">` },
  { id: 'script address', html: '<a href="java&#9;script:alert(1)">x</a><a target="_blank" href="javascript:alert(1)">y</a>' },
  { id: 'picture', html: '<img src="https://remote.invalid/a.png" srcset="https://remote.invalid/b.png 2x">' },
  { id: 'background', html: '<table background="https://remote.invalid/a.png"><tr><td>x</table>' },
  { id: 'style attribute', html: '<p style="background:u\\72l(https://remote.invalid/a);list-style:url(//remote.invalid/b)">x</p>' },
  { id: 'custom property', html: '<p style="--a:url(https://remote.invalid/a);background:var(--a)">x</p>' },
  { id: 'image-set', html: '<p style="background-image:image-set(\'https://remote.invalid/a\' 1x)">x</p>' },
  { id: 'style sheet', html: '<style>@import "https://remote.invalid/a"; @font-face{font-family:x;src:url(https://remote.invalid/f)} p{font-family:x;cursor:url(https://remote.invalid/c),auto}</style><p>x' },
  { id: 'style breakout', html: '<style>p::after{content:"</sty' + 'le><img src=x onerror=alert(1)>"}</style><p>x' },
  { id: 'link elements', html: '<link rel="stylesheet" href="https://remote.invalid/a"><link rel="prefetch" href="https://remote.invalid/b"><link rel="dns-prefetch" href="//remote.invalid">' },
  { id: 'refresh and base', html: '<meta http-equiv="refresh" content="0;url=https://remote.invalid/a"><base href="https://remote.invalid/"><img src="b.png">' },
  { id: 'frames', html: '<iframe src="https://remote.invalid/a"></iframe><iframe srcdoc="<script>alert(1)</script>"></iframe><object data="https://remote.invalid/b"></object><embed src="https://remote.invalid/c">' },
  { id: 'form', html: '<form action="https://remote.invalid/a"><input name="q" autofocus onfocus="alert(1)"><button formaction="https://remote.invalid/b">Send</button></form>' },
  { id: 'drawing', html: '<svg onload="alert(1)"><image href="https://remote.invalid/a"/><animate onbegin="alert(1)" attributeName="x" dur="1s"/></svg>' },
  { id: 'media', html: '<video poster="https://remote.invalid/a" src="https://remote.invalid/b" autoplay></video><audio src="https://remote.invalid/c" autoplay></audio>' },
  { id: 'changing namespaces', html: '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">' },
  { id: 'cover', html: '<div style="position:fixed;inset:0;z-index:2147483647;background:red"><a href="https://remote.invalid/">x</a></div>' },
];

function corpus(): Payload[] {
  return readFileSync(CORPUS, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Payload);
}

/** What went wrong while some payloads were on screen. */
class Watch {
  readonly seen: string[] = [];
  private readonly frames = new Map<number, string>();
  private constructor(readonly page: Page, readonly context: BrowserContext) {}

  static async over(page: Page): Promise<Watch> {
    const watch = new Watch(page, page.context());
    await watch.context.route('**/*', async (route) => {
      const url = new URL(route.request().url());
      const file = url.origin === ORIGIN ? FILES[url.pathname] : undefined;
      if (file !== undefined) {
        await route.fulfill({ contentType: file[0], body: file[1] });
        return;
      }
      // A link that was clicked opens its own tab: what that asks for is what the reader wanted.
      if (watch.isOwn(route.request())) watch.seen.push(`asked for ${route.request().url()}`);
      await route.abort();
    });
    page.on('dialog', async (dialog) => {
      watch.seen.push(`dialog ${dialog.message()}`);
      await dialog.dismiss();
    });
    watch.context.on('page', async (other) => {
      if (other !== page) {
        if (other.url().startsWith('javascript:')) watch.seen.push(`opened ${other.url()}`);
        await other.close();
      }
    });
    await page.goto(`${ORIGIN}/`);
    const session = await watch.context.newCDPSession(page);
    await watch.watchScripts(session);
    return watch;
  }

  private isOwn(request: Request): boolean {
    try {
      return this.page.frames().includes(request.frame());
    } catch {
      // The first request of a new tab, which has no frame yet.
      return false;
    }
  }

  /** All scripts that the browser compiles for the page's frames, whatever they then do. */
  private async watchScripts(session: CDPSession): Promise<void> {
    const { frameTree } = await session.send('Page.getFrameTree');
    const main = frameTree.frame.id;
    session.on('Runtime.executionContextCreated', ({ context }) => {
      const data = context.auxData as { frameId: string; isDefault: boolean };
      if (data.isDefault && data.frameId !== main) this.frames.set(context.id, data.frameId);
    });
    session.on('Debugger.scriptParsed', (script) => {
      if (this.frames.has(script.executionContextId) && !/^(?:__playwright|chrome-error:)/.test(script.url)) {
        this.seen.push(`script in a frame, ${script.length} characters, ${script.url}`);
      }
    });
    await session.send('Runtime.enable');
    await session.send('Debugger.enable');
  }

  take(): string[] {
    return this.seen.splice(0);
  }
}

type Wall = 'sanitiser' | 'frame' | 'both';

/** Puts payloads on screen, clicks all there is to click, and waits for what that sets off. */
async function open(page: Page, wall: Wall, payloads: Payload[]): Promise<string[]> {
  return page.evaluate(
    async ({ wall, htmls }) => {
      const wrong: string[] = [];
      const { sanitise, Frame } = await import(`${location.origin}/html_frame.js`);
      const mail = document.getElementById('mail') as HTMLElement;
      mail.replaceChildren();
      const shown = htmls.map((html) => {
        const host = document.createElement('div');
        mail.append(host);
        if (wall === 'frame') {
          const done = new Promise((resolve) => host.addEventListener('shown', resolve, { once: true }));
          new Frame(host, { body: html, css: '', remote: 0, trackers: 0, coloured: false }, false, 'Message body');
          return done;
        }
        if (wall === 'both') {
          const done = new Promise((resolve) => host.addEventListener('shown', resolve, { once: true }));
          new Frame(host, sanitise(html, false), false, 'Message body');
          return done;
        }
        const { body, css } = sanitise(html, false);
        const frame = document.createElement('iframe');
        frame.srcdoc = `<!doctype html><style>${css}</style>${body}`;
        const done = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
        host.append(frame);
        return done;
      });
      await Promise.all(shown);
      for (const frame of mail.querySelectorAll('iframe')) {
        const inner = frame.contentDocument;
        if (inner?.URL.replace(/#.*/, '') !== 'about:srcdoc') {
          wrong.push('the frame went elsewhere');
          continue;
        }
        for (const element of inner.querySelectorAll<HTMLElement>('*')) {
          if (wall === 'sanitiser') {
            const style = inner.defaultView?.getComputedStyle(element);
            if (style?.position === 'fixed' || style?.position === 'sticky') wrong.push('something fixed');
          }
          for (const name of ['mouseover', 'focus', 'pointerdown', 'toggle']) element.dispatchEvent(new Event(name));
          element.click?.();
          element.focus?.();
        }
        const box = frame.getBoundingClientRect();
        const host = (frame.parentElement as HTMLElement).getBoundingClientRect();
        if (box.width > host.width + 5 && wall !== 'sanitiser') wrong.push('the frame is wider than its place');
      }
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      await fetch('/settled');
      for (const frame of mail.querySelectorAll('iframe')) {
        if (frame.contentDocument?.URL.replace(/#.*/, '') !== 'about:srcdoc') wrong.push('the frame went elsewhere');
      }
      if (document.getElementById('page')?.textContent !== 'untouched' || document.title !== 'Page') wrong.push('the page was changed');
      if (document.body.children.length !== 2) wrong.push('something was added to the page');
      if (document.cookie !== '' || localStorage.length !== 0) wrong.push('something was kept');
      return wrong;
    },
    { wall, htmls: payloads.map((payload) => payload.html) },
  );
}

/** Names of the payloads that got through, and what they did. */
async function broken(page: Page, wall: Wall, payloads: Payload[]): Promise<string[]> {
  const watch = await Watch.over(page);
  const found: string[] = [];
  const run = async (some: Payload[]): Promise<string[]> => {
    const wrong = await open(page, wall, some);
    return [...wrong, ...watch.take()];
  };
  for (let first = 0; first < payloads.length; first += 30) {
    const some = payloads.slice(first, first + 30);
    if ((await run(some)).length === 0) continue;
    for (const one of some) {
      const wrong = await run([one]);
      if (wrong.length > 0) found.push(`${one.id}: ${[...new Set(wrong)].join('; ')}`);
    }
  }
  return found;
}

test('the watch sees what gets through where there is no wall', async ({ page }) => {
  const watch = await Watch.over(page);
  await page.evaluate((html) => {
    const frame = document.createElement('iframe');
    frame.srcdoc = html;
    const done = new Promise((resolve) => frame.addEventListener('load', resolve));
    document.getElementById('mail')?.append(frame);
    return done;
  }, '<script>window.ran = 1</script><img src="https://remote.invalid/a">');
  const seen = watch.take().join('\n');
  expect(seen).toContain('script in a frame');
  expect(seen).toContain('https://remote.invalid/a');
});

for (const wall of ['sanitiser', 'frame', 'both'] as const) {
  test(`own payloads do nothing: ${wall}`, async ({ page }) => {
    expect(await broken(page, wall, OWN)).toEqual([]);
  });

  test(`collected payloads do nothing: ${wall}`, async ({ page }) => {
    if (!existsSync(CORPUS)) {
      console.log(`Skipped: there is no ${CORPUS}`);
      test.skip();
    }
    test.setTimeout(180_000);
    expect(await broken(page, wall, corpus())).toEqual([]);
  });
}
