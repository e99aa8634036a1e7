// What the frame for HTML mail keeps, beside what it keeps out (hostile-html.spec.ts): the look of a letter, its
// pictures, its links. The module comes from the sources, with no mail server and no build.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';

const ROOT = join(import.meta.dirname, '..');
const ORIGIN = 'http://html-frame.invalid';
const FILES: Record<string, [string, string]> = {
  '/': ['text/html', '<!doctype html><meta charset="utf-8"><style>:root{color-scheme:light dark}body{margin:0}</style><div id="mail" style="width:600px"></div>'],
  '/html_frame.js': ['text/javascript', readFileSync(join(ROOT, 'src/pages/mail/html_frame.js'), 'utf8')],
  '/html_links.js': ['text/javascript', readFileSync(join(ROOT, 'src/pages/mail/html_links.js'), 'utf8')],
  '/purify.es.mjs': ['text/javascript', readFileSync(join(ROOT, 'node_modules/dompurify/dist/purify.es.mjs'), 'utf8')],
};
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');

let asked: string[] = [];

test.beforeEach(async ({ page }) => {
  asked = [];
  await page.route('**/*', async (route) => {
    const url = new URL(route.request().url());
    const file = url.origin === ORIGIN ? FILES[url.pathname] : undefined;
    if (file !== undefined) {
      await route.fulfill({ contentType: file[0], body: file[1] });
      return;
    }
    asked.push(url.href);
    await route.fulfill({ contentType: 'image/gif', body: PIXEL });
  });
  await page.goto(`${ORIGIN}/`);
});

async function show(page: Page, html: string, pictures = false): Promise<{ remote: number; trackers: number }> {
  return page.evaluate(
    async ({ html, pictures }) => {
      const { show } = await import(`${location.origin}/html_frame.js`);
      const host = document.getElementById('mail') as HTMLElement;
      const shown = new Promise((resolve) => host.addEventListener('shown', resolve, { once: true }));
      const frame = show(host, html, pictures, 'Message body');
      (globalThis as unknown as { frame: unknown }).frame = frame;
      await shown;
      return { remote: frame.remote as number, trackers: frame.trackers as number };
    },
    { html, pictures },
  );
}

const frame = (page: Page) => page.frameLocator('iframe[title="Message body"]');

test('a letter keeps its look: style sheets, wrapped in comments or not, attributes and body colours', async ({ page }) => {
  await show(
    page,
    `<html><head><style><!-- .note { color: rgb(1, 2, 3); padding: 7px } #top { font-size: 30px } --></style></head>
     <body bgcolor="#eeeeff"><h1 id="top">Hi</h1><p class="note" style="background: rgba(4, 5, 6, 0.5); --x: 1; margin-left: calc(1px + 2px)">x</p></body></html>`,
  );
  const note = frame(page).locator('.note');
  await expect(note).toHaveCSS('color', 'rgb(1, 2, 3)');
  await expect(note).toHaveCSS('padding-top', '7px');
  await expect(note).toHaveCSS('background-color', 'rgba(4, 5, 6, 0.5)');
  await expect(note).toHaveCSS('margin-left', '3px');
  await expect(frame(page).locator('h1')).toHaveCSS('font-size', '30px');
  await expect(frame(page).locator('body')).toHaveCSS('background-color', 'rgb(238, 238, 255)');
});

test('pictures from elsewhere are counted and load only when asked for, never in the clear; hidden ones never', async ({ page }) => {
  const html = `<img src="http://pictures.invalid/a.png" width="50" height="50"><img src="https://pictures.invalid/a.png">
    <table background="https://pictures.invalid/b.png"><tr><td style="background-image:url(https://pictures.invalid/c.png)">x</table>
    <style>p { background: red url('https://pictures.invalid/d.png') no-repeat }</style><p>x</p>
    <img src="https://tracker.invalid/1" width="1" height="1"><img src="https://tracker.invalid/2" style="display:none">`;
  expect(await show(page, html)).toEqual({ remote: 5, trackers: 2 });
  await expect(frame(page).locator('p')).toHaveCSS('background-color', 'rgb(255, 0, 0)');
  expect(asked).toEqual([]);

  await show(page, html, true);
  await expect.poll(() => [...new Set(asked)].sort()).toEqual([
    'https://pictures.invalid/a.png',
    'https://pictures.invalid/b.png',
    'https://pictures.invalid/c.png',
    'https://pictures.invalid/d.png',
  ]);
});

test('a picture of the message itself is named until it is there, then shown', async ({ page }) => {
  await show(page, '<img src="cid:one%40mail" alt="One"><img src="CID:one@mail">');
  expect(await page.evaluate(() => (globalThis as unknown as { frame: { wanted: string[] } }).frame.wanted)).toEqual(['one@mail']);
  await page.evaluate((bytes) => {
    const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: 'image/gif' }));
    (globalThis as unknown as { frame: { fill(id: string, url: string): void } }).frame.fill('one@mail', url);
  }, [...PIXEL]);
  const images = frame(page).locator('img');
  await expect(images).toHaveCount(2);
  for (const image of await images.all()) await expect(image).toHaveJSProperty('naturalWidth', 1);
});

test('links open outside and tell nobody where from; those within the message stay in it', async ({ page, context }) => {
  await context.route('https://elsewhere.invalid/**', (route) => route.fulfill({ contentType: 'text/html', body: 'there' }));
  await show(page, '<a href="https://elsewhere.invalid/x">out</a> <a href="#end">down</a> <a href="page.html">nowhere</a><p style="height:3000px">x</p><h2 id="end">End</h2>');
  const out = frame(page).getByText('out');
  await expect(out).toHaveAttribute('rel', 'noopener noreferrer');
  await expect(out).toHaveAttribute('target', '_blank');
  await expect(frame(page).getByText('nowhere')).not.toHaveAttribute('href');
  const [tab] = await Promise.all([context.waitForEvent('page'), out.click()]);
  await tab.waitForLoadState();
  expect(await tab.evaluate(() => [location.href, document.referrer, window.opener])).toEqual(['https://elsewhere.invalid/x', '', null]);
  await tab.close();
  await frame(page).getByText('down').click();
  await expect(frame(page).getByRole('heading', { name: 'End' })).toBeInViewport();
  expect(page.url()).toBe(`${ORIGIN}/`);
});

test('the frame is as high as its content, and follows it', async ({ page }) => {
  await show(page, '<div style="height:700px">x</div><details><summary>more</summary><div style="height:400px">y</div></details>');
  const height = () => page.locator('iframe').evaluate((element) => element.clientHeight);
  const before = await height();
  expect(before).toBeGreaterThan(700);
  expect(before).toBeLessThan(800);
  await frame(page).getByText('more').click();
  await expect.poll(height).toBeGreaterThan(before + 390);
});

test('a message that asks for the height of the window does not grow for ever', async ({ page }) => {
  await show(page, '<style>div { min-height: 100vh; padding: 10px } body { height: 100% }</style><div style="height:120vh">x</div>');
  const height = await page.locator('iframe').evaluate((element) => element.clientHeight);
  expect(height).toBeLessThan(200);
});

test('what was made for a wider pane is shrunk to fit', async ({ page }) => {
  await show(page, '<table width="800" style="background:#eee"><tr><td>left<td align="right">right</table>');
  const right = await frame(page).getByText('right').boundingBox();
  expect((right?.x ?? 0) + (right?.width ?? 0)).toBeLessThanOrEqual(600);
});

test('keys that are pressed in the message reach the page', async ({ page }) => {
  await show(page, '<p>text</p>');
  await page.evaluate(() => {
    document.addEventListener('keydown', (event) => {
      document.title = event.key;
    });
  });
  await frame(page).getByText('text').click();
  await page.keyboard.press('j');
  await expect(page).toHaveTitle('j');
});

test('in the dark, a message without colours takes those of the page, and one with colours its paper', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.evaluate(() => {
    document.body.style.color = 'rgb(236, 235, 231)';
  });
  await show(page, '<p>plain</p>');
  await expect(frame(page).getByText('plain')).toHaveCSS('color', 'rgb(236, 235, 231)');
  await show(page, '<p style="color: rgb(20, 20, 20)">printed</p>');
  await expect(frame(page).getByText('printed')).toHaveCSS('color', 'rgb(20, 20, 20)');
  await expect(frame(page).locator('html')).toHaveCSS('background-color', 'rgb(255, 255, 255)');
});
