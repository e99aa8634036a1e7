// The list of messages: what its rows say, what others do to it, and how far it reaches.

import { expect, letter, test } from './support/test.ts';

test('rows say who wrote, about what, when, and what is up with the message', async ({ app, account, other }) => {
  const day = (ago: number): Date => new Date(Date.now() - ago * 86_400_000);
  await other.append('INBOX', letter({ subject: 'Old and read', from: 'Göran Öberg <goran@example.org>', date: day(400) }), { flags: ['\\Seen'], date: day(400) });
  await other.append('INBOX', letter({ subject: 'Flagged and answered' }), { flags: ['\\Seen', '\\Flagged', '\\Answered'], date: day(3) });
  await other.append('INBOX', letter({ subject: 'With a file', files: [{ name: 'a.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.4') }] }), { flags: ['\\Seen'] });
  await other.append('INBOX', letter({ subject: 'Fresh', from: 'no-name@example.org' }));
  await app.signIn(account);
  await expect(app.rows).toHaveCount(4);
  await expect(app.rows.nth(0)).toHaveAccessibleName(/^no-name@example\.org, Fresh, .*, unread$/);
  await expect(app.row('With a file')).toHaveAccessibleName(/^Karin Lund, With a file, .*, attachment$/);
  await expect(app.row('Flagged and answered')).toHaveAccessibleName(/, flagged, answered$/);
  await expect(app.row('Old and read')).toHaveAccessibleName(new RegExp(`^Göran Öberg, Old and read, .*${day(400).getFullYear()}`));
  const facts = await app.rows.evaluateAll((rows) => rows.map((row) => [row.dataset.seen, row.dataset.flagged, Number(row.dataset.uid) > 0]));
  expect(facts).toEqual([
    ['false', 'false', true],
    ['true', 'false', true],
    ['true', 'true', true],
    ['true', 'false', true],
  ]);
  // Newest first, whatever the order in which the document has them.
  const places = await app.rows.evaluateAll((rows) => rows.map((row) => [row.getAttribute('aria-posinset'), row.getAttribute('aria-setsize')]));
  expect(places).toEqual([['1', '4'], ['2', '4'], ['3', '4'], ['4', '4']]);
});

test('rows show the first words of their messages', async ({ app, account, other }) => {
  await other.append('INBOX', letter({ subject: 'Plain', text: 'The ferry leaves at nine.' }));
  await other.append('INBOX', letter({ subject: 'Marked up', html: '<style>p{color:red}</style><p>Coffee &amp; cake at&nbsp;three</p>' }));
  await app.signIn(account);
  await expect(app.row('Plain')).toContainText('The ferry leaves at nine.');
  await expect(app.row('Marked up')).toContainText('Coffee & cake at three');
});

test('new mail shows by itself, on top', async ({ app, account, other }) => {
  await other.append('INBOX', letter({ subject: 'Here before' }));
  await app.signIn(account);
  await expect(app.rows).toHaveCount(1);
  const uid = await other.append('INBOX', letter({ subject: 'Just came' }));
  await expect(app.rowOf(uid)).toHaveAttribute('aria-posinset', '1');
  await expect(app.row('Here before')).toHaveAttribute('aria-posinset', '2');
  await expect(app.rowOf(uid)).toHaveAccessibleName(/Just came, .*, unread$/);
});

test('the first message of an empty folder shows by itself', async ({ app, account, other, page }) => {
  await app.signIn(account);
  await expect(page.getByText('Nothing in the inbox')).toBeVisible();
  await other.append('INBOX', letter({ subject: 'The very first' }));
  await expect(app.row('The very first')).toBeVisible();
});

test('flags that another program sets and takes show by themselves', async ({ app, account, other }) => {
  const uid = await other.append('INBOX', letter({ subject: 'Changed elsewhere' }));
  await app.signIn(account);
  const row = app.rowOf(uid);
  await expect(row).toHaveAttribute('data-seen', 'false');
  await other.store('INBOX', uid, '+', '\\Seen', '\\Flagged');
  await expect(row).toHaveAttribute('data-seen', 'true');
  await expect(row).toHaveAttribute('data-flagged', 'true');
  await expect(row).toHaveAccessibleName(/flagged/);
  await other.store('INBOX', uid, '-', '\\Seen', '\\Flagged');
  await expect(row).toHaveAttribute('data-seen', 'false');
  await expect(row).toHaveAttribute('data-flagged', 'false');
  await expect(row).toHaveAccessibleName(/unread/);
});

test('what another program removes or moves leaves the list', async ({ app, account, other }) => {
  const uids: number[] = [];
  for (const subject of ['Stays', 'Is moved', 'Is removed', 'Stays too']) uids.push(await other.append('INBOX', letter({ subject })));
  await app.signIn(account);
  await expect(app.rows).toHaveCount(4);
  await other.move('INBOX', uids[1], 'Archive');
  await expect(app.rowOf(uids[1])).toHaveCount(0);
  await other.expunge('INBOX', uids[2]);
  await expect(app.rowOf(uids[2])).toHaveCount(0);
  await expect(app.rows).toHaveCount(2);
  await expect(app.row('Stays too')).toHaveAttribute('aria-posinset', '1');
  await expect(app.row(/Stays,/)).toHaveAttribute('aria-posinset', '2');
  await app.openFolder('Archive');
  await expect(app.row('Is moved')).toBeVisible();
});

test('a search finds by header and text, in any script, and its address keeps it', async ({ app, account, other, page }) => {
  await other.append('INBOX', letter({ subject: 'Räkningen för åkturen', text: 'Betala senast fredag.' }));
  await other.append('INBOX', letter({ subject: 'Something else', text: 'The åkturen was nice.' }));
  await other.append('INBOX', letter({ subject: 'Not meant' }));
  await app.signIn(account);
  await expect(app.rows).toHaveCount(3);
  await app.search.fill('åkturen');
  await app.search.press('Enter');
  await expect(app.rows).toHaveCount(2);
  await expect(app.pane).toContainText('2 found');
  expect(new URL(page.url()).searchParams.get('q')).toBe('åkturen');
  await page.reload();
  await expect(app.rows).toHaveCount(2);
  await app.search.fill('zebra "quoted" {1}');
  await app.search.press('Enter');
  await expect(page.getByText('Nothing found for')).toBeVisible();
  await app.search.press('Escape');
  await expect(app.rows).toHaveCount(3);
  expect(new URL(page.url()).search).toBe('');
});

test('a folder of thousands is there at once, at its end and in its middle', async ({ app, account, other, stage }) => {
  test.setTimeout(240_000);
  const count = 5_000;
  await stage.order(`fill ${account.name} Big ${count}`);
  await app.signIn(account, '/mail/Big');
  const first = app.row(new RegExp(`No\\. \\d+: `)).first();
  await expect(first).toBeVisible();
  await expect(app.pane).toContainText('of 5,000');
  await expect(app.rows.first()).toHaveAttribute('aria-setsize', String(count));

  const uids = await other.search('Big', 'ALL');
  expect(uids).toHaveLength(count);
  /** The rows on screen, by place, once none is a blank. */
  const onScreen = async (): Promise<[number, number][]> =>
    app.rows.evaluateAll((rows) => rows.map((row) => [Number(row.getAttribute('aria-posinset')), Number(row.dataset.uid)]));
  const isRight = async (place: number): Promise<void> => {
    // Newest first: place 1 is the last of the folder.
    await expect(app.rowOf(uids[count - place])).toHaveAttribute('aria-posinset', String(place));
    for (const [place, uid] of await onScreen()) expect(uid).toBe(uids[count - place]);
  };
  await isRight(1);
  const scroll = (share: number): Promise<void> => app.list.evaluate((list, share) => list.scrollTo(0, list.scrollHeight * share), share);
  await scroll(1);
  await isRight(count);
  await expect(app.rowOf(uids[0])).toBeInViewport();
  await scroll(0.5);
  await isRight(count / 2 + 1);
  // Flung through: what is on screen at rest is what belongs there.
  for (let step = 0; step <= 20; step += 1) await scroll(step / 20);
  await isRight(count);

  await scroll(0);
  await isRight(1);
  const uid = await other.append('Big', letter({ subject: 'On top of thousands' }));
  await expect(app.rowOf(uid)).toHaveAttribute('aria-posinset', '1');
});

test('new mail does not move what somebody reads further down', async ({ app, account, other, stage }) => {
  await stage.order(`fill ${account.name} Big 200`);
  await app.signIn(account, '/mail/Big');
  await expect(app.rows.first()).toHaveAttribute('aria-setsize', '200');
  await app.list.evaluate((list) => list.scrollTo(0, list.scrollHeight / 2));
  const uids = await other.search('Big', 'ALL');
  // Place 104: below the top of the second half, and on the smallest screen.
  const row = app.rowOf(uids[96]);
  await expect(row).toBeInViewport();
  const before = await row.boundingBox();
  await other.append('Big', letter({ subject: 'Above' }));
  await expect(row).toHaveAttribute('aria-setsize', '201');
  await expect(async () => expect((await row.boundingBox())?.y).toBe(before?.y)).toPass();
});
