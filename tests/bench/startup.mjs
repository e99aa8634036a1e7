// From an address to the sign-in page: bytes and time, with nothing cached.

import { get } from 'node:http';
import { session } from './browser.mjs';

/** Sessions with nothing cached. */
const RUNS = 5;

/** A line of 40 ms there and back, and 10 Mbit/s. */
const SLOW = { offline: false, latency: 40, downloadThroughput: 10_000_000 / 8, uploadThroughput: 10_000_000 / 8 };

export async function startup(figures, browser, fixture) {
  const { url } = fixture;
  figures.figure('brotli bytes, sign-in page', { target: 200_000, unit: 'B', note: 'received until it could be used, with headers' });
  figures.figure('brotli bytes, engine', { target: 380_000, unit: 'B', note: 'bodies; loaded beside the page, not before it' });
  figures.figure('sign-in page, loopback', { target: 300, note: 'from navigation until the address can be typed; each run with nothing cached' });
  figures.figure('sign-in page, 40 ms and 10 Mbit/s', {
    target: 650,
    note: "shaped by the browser's own emulation, which gives each request its latency, and shapes neither workers nor WebSockets",
  });

  for (let run = 0; run < RUNS; run += 1) {
    await session(browser, url, `start-${run}`, async (person) => {
      const bytes = await counted(person.page);
      const { shown, painted } = await person.open();
      figures.add('sign-in page, loopback', shown, { painted });
      await person.engine();
      const page = await bytes(shown);
      figures.add('brotli bytes, sign-in page', page.sum, { files: page.files });
      const engine = await engineBytes(person);
      figures.add('brotli bytes, engine', engine.sum, { files: engine.files });
    });
  }
  for (let run = 0; run < RUNS; run += 1) {
    await session(browser, url, `start-slow-${run}`, async (person) => {
      const cdp = await person.page.context().newCDPSession(person.page);
      await cdp.send('Network.enable');
      await cdp.send('Network.emulateNetworkConditions', SLOW);
      const { shown, painted } = await person.open();
      figures.add('sign-in page, 40 ms and 10 Mbit/s', shown, { painted });
    });
  }
}

/** Counts what the page receives; the function that it returns says what had come until a moment. */
async function counted(page) {
  const cdp = await page.context().newCDPSession(page);
  const requests = new Map();
  let begin;
  cdp.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
    begin ??= timestamp;
    requests.set(requestId, { url: request.url });
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength, timestamp }) => {
    const request = requests.get(requestId);
    if (request !== undefined) Object.assign(request, { octets: encodedDataLength, after: (timestamp - begin) * 1_000 });
  });
  await cdp.send('Network.enable');
  return async (until) => {
    await cdp.detach();
    const done = [...requests.values()].filter(({ after }) => after !== undefined && after <= until);
    return { sum: done.reduce((sum, { octets }) => sum + octets, 0), files: done };
  };
}

/** What the worker fetched, by its own clock and counts; and its first script, which is not among that. */
async function engineBytes(person) {
  const fetched = await person.inEngine(
    "performance.getEntriesByType('resource').map(({ name, encodedBodySize }) => ({ url: name, octets: encodedBodySize }))",
  );
  const loader = await person.inEngine('location.href');
  const files = [{ url: loader, octets: await brotliLength(loader) }, ...fetched.filter(({ url }) => url.startsWith('http'))];
  return { sum: files.reduce((sum, { octets }) => sum + octets, 0), files };
}

function brotliLength(url) {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { 'accept-encoding': 'br' } }, (response) => {
      let octets = 0;
      response.on('data', (bytes) => {
        octets += bytes.length;
      });
      response.on('end', () => resolve(octets));
    });
    request.on('error', reject);
  });
}
