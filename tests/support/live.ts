// Two devices of one person side by side, and another program at the same account: what is done on one is seen on
// the others. The same for every mail server; a file for each calls `sideBySide`, as a server is a worker's.

import { copy, Device, move, type Naming, namingOf } from './device.ts';
import type { Imap } from './imap.mjs';
import { Stage } from './stage.mjs';
import { type Account, expect, letter, test as base } from './test.ts';

export type Server = 'dovecot' | 'cyrus' | 'courier';

interface Pair {
  /** Where something is done. */
  here: Device;
  /** Where it is seen. */
  there: Device;
  other: Imap;
  /** How the server writes a folder's name. */
  full: Naming;
  account: Account;
}

/** What is there before, what is done, and what is then seen. */
interface Deed {
  about: string;
  /** Before the devices sign in. */
  before?: (pair: Pick<Pair, 'other' | 'full'>) => Promise<unknown>;
  /** By a person at a device. */
  here?: (pair: Pair) => Promise<unknown>;
  /** The same by another program. */
  foreign?: (pair: Pair) => Promise<unknown>;
  seen: (device: Device, full: Naming) => Promise<unknown>;
}

const inInbox =
  (...subjects: string[]) =>
  async ({ other }: Pick<Pair, 'other'>): Promise<void> => {
    for (const subject of subjects) await other.append('INBOX', letter({ subject }));
  };

/** With a folder beside it. */
const withFolder =
  (folder: string, ...subjects: string[]) =>
  async (pair: Pick<Pair, 'other' | 'full'>): Promise<void> => {
    await inInbox(...subjects)(pair);
    await pair.other.create(pair.full(folder));
  };

/** Puts a message into the trash, which some servers do not have from the beginning. */
async function toTrash({ other, full }: Pick<Pair, 'other' | 'full'>, subject: string): Promise<void> {
  await other.create(full('Trash')).catch(() => {});
  await other.append(full('Trash'), letter({ subject }));
}

/** The UID of the newest message of a mailbox. */
async function newest(other: Imap, mailbox = 'INBOX'): Promise<number> {
  return (await other.search(mailbox, 'ALL')).at(-1) ?? 0;
}

const isGone = async (device: Device): Promise<void> => expect(device.row('The one')).toHaveCount(0);

/** The one is gone from INBOX, and in that folder. */
const isMoved =
  (folder: string, unread = 1) =>
  async (device: Device, full: Naming): Promise<void> => {
    await isGone(device);
    await device.showsUnread(full(folder), unread);
    await device.finds(full(folder), 'The one');
  };

const DEEDS: Deed[] = [
  {
    about: 'a message that is opened is read',
    before: inInbox('The one', 'Another'),
    here: ({ here }) => here.row('The one').click(),
    foreign: async ({ other }) => other.store('INBOX', (await newest(other)) - 1, '+', '\\Seen'),
    seen: async (device) => {
      await expect(device.row('The one')).toHaveAttribute('data-seen', 'true');
      await device.showsUnread('INBOX', 1);
    },
  },
  {
    about: 'a message is marked as unread',
    before: async ({ other }) => other.append('INBOX', letter({ subject: 'The one' }), { flags: ['\\Seen'] }),
    here: ({ here }) => here.press('The one', 'u'),
    foreign: async ({ other }) => other.store('INBOX', await newest(other), '-', '\\Seen'),
    seen: async (device) => {
      await expect(device.row('The one')).toHaveAttribute('data-seen', 'false');
      await device.showsUnread('INBOX', 1);
    },
  },
  {
    about: 'a message is flagged',
    before: inInbox('The one'),
    here: ({ here }) => here.press('The one', 's'),
    foreign: async ({ other }) => other.store('INBOX', await newest(other), '+', '\\Flagged'),
    seen: (device) => expect(device.row('The one')).toHaveAttribute('data-flagged', 'true'),
  },
  {
    about: 'a message gets a tag',
    before: inInbox('The one'),
    here: async ({ here }) => {
      await here.press('The one', 'l');
      await here.app.menuItem('To do').click();
    },
    foreign: async ({ other }) => other.store('INBOX', await newest(other), '+', '$Label4'),
    seen: (device) => expect(device.row('The one').locator('.chip')).toHaveText('To do'),
  },
  {
    about: 'a message is moved to a folder',
    before: withFolder('Kept', 'The one'),
    here: ({ here }) => here.send('The one', 'v', 'Kept'),
    foreign: async ({ other, full }) => move(other, 'INBOX', await newest(other), full('Kept')),
    seen: isMoved('Kept'),
  },
  {
    about: 'a message is copied to a folder',
    before: withFolder('Kept', 'The one'),
    here: ({ here }) => here.send('The one', 'c', 'Kept'),
    foreign: async ({ other, full }) => copy(other, 'INBOX', await newest(other), full('Kept')),
    seen: async (device, full) => {
      await device.showsUnread(full('Kept'), 1);
      await expect(device.row('The one')).toBeVisible();
      await device.finds(full('Kept'), 'The one');
    },
  },
  {
    about: 'a message is archived',
    before: inInbox('The one'),
    here: ({ here }) => here.press('The one', 'e'),
    seen: isMoved('Archive'),
  },
  {
    about: 'a message is deleted',
    before: inInbox('The one'),
    here: ({ here }) => here.press('The one', '#'),
    seen: isMoved('Trash'),
  },
  {
    about: 'a message is junk',
    before: inInbox('The one'),
    here: ({ here }) => here.press('The one', '!'),
    seen: isMoved('Junk'),
  },
  {
    about: 'a message is deleted for good',
    before: async (pair) => {
      await toTrash(pair, 'The one');
      await toTrash(pair, 'Another');
    },
    here: async ({ here, there, full }) => {
      for (const device of [here, there]) await device.finds(full('Trash'), 'The one');
      await here.press('The one', '#');
      await here.confirm(/for good/, 'Delete for good');
    },
    foreign: async ({ here, there, full, other }) => {
      for (const device of [here, there]) await device.finds(full('Trash'), 'The one');
      await other.expunge(full('Trash'), (await newest(other, full('Trash'))) - 1);
    },
    seen: async (device, full) => {
      await isGone(device);
      await expect(device.row('Another')).toBeVisible();
      await device.showsUnread(full('Trash'), 1);
    },
  },
  {
    about: 'what was archived is brought back',
    before: inInbox('The one'),
    here: async ({ here, there }) => {
      await here.press('The one', 'e');
      await expect(here.app.told('Archived')).toBeVisible();
      await isGone(there);
      await here.page.keyboard.press('z');
    },
    seen: async (device, full) => {
      await expect(device.row('The one')).toBeVisible();
      await device.showsUnread(full('Archive'), 0);
    },
  },
  {
    about: 'a folder is made',
    here: async ({ here }) => {
      await here.page.getByRole('button', { name: 'New folder', exact: true }).click();
      await here.name('Åre & co');
    },
    foreign: ({ other, full }) => other.create(full('Åre & co')),
    seen: (device, full) => expect(device.app.folder(full('Åre & co'))).toBeVisible(),
  },
  {
    about: 'a folder is renamed while it is open on the other device',
    before: async ({ other, full }) => {
      await other.create(full('Old'));
      await other.append(full('Old'), letter({ subject: 'Inside' }));
    },
    here: async ({ here, there, full }) => {
      await there.finds(full('Old'), 'Inside');
      await here.menu(full('Old'), 'Rename…');
      await here.name('New');
    },
    seen: async (device, full) => {
      await expect(device.app.folder(full('New'))).toBeVisible();
      await expect(device.app.folder(full('Old'))).toHaveCount(0);
      await device.finds(full('New'), 'Inside');
    },
  },
  {
    about: 'a folder is renamed by another program',
    before: ({ other, full }) => other.create(full('Old')),
    foreign: ({ other, full }) => other.rename(full('Old'), full('New')),
    seen: async (device, full) => {
      await expect(device.app.folder(full('New'))).toBeVisible();
      await expect(device.app.folder(full('Old'))).toHaveCount(0);
    },
  },
  {
    about: 'a folder is moved into another one',
    before: async ({ other, full }) => {
      await other.create(full('Outer'));
      await other.create(full('Inner'));
    },
    here: async ({ here, full }) => {
      await here.menu(full('Inner'), 'Move to…');
      await here.app.pick('Outer');
    },
    foreign: ({ other, full }) => other.rename(full('Inner'), full('Outer/Inner')),
    seen: async (device, full) => {
      await expect(device.app.folder(full('Outer/Inner'))).toBeVisible();
      await expect(device.app.folder(full('Inner'))).toHaveCount(0);
    },
  },
  {
    about: 'a folder is deleted',
    before: ({ other, full }) => other.create(full('Short')),
    here: async ({ here, full }) => {
      await here.menu(full('Short'), 'Delete…');
      await here.confirm(/Delete the folder/, 'Delete');
    },
    foreign: ({ other, full }) => other.delete(full('Short')),
    seen: (device, full) => expect(device.app.folder(full('Short'))).toHaveCount(0),
  },
  {
    about: 'a folder is not subscribed any more',
    before: ({ other, full }) => other.create(full('Lists')),
    here: ({ here, full }) => here.menu(full('Lists'), 'Unsubscribe'),
    foreign: ({ other, full }) => other.command(`UNSUBSCRIBE "${full('Lists')}"`),
    seen: async (device, full) => {
      // The tree shows it all the same: only its menu tells.
      await expect(async () => {
        await device.app.folderMenu(full('Lists'));
        try {
          await expect(device.app.menuItem('Subscribe')).toBeVisible({ timeout: 500 });
        } finally {
          await device.page.keyboard.press('Escape');
        }
      }).toPass();
    },
  },
  {
    about: 'the trash is emptied',
    before: (pair) => toTrash(pair, 'The one'),
    here: async ({ here, there, full }) => {
      await there.finds(full('Trash'), 'The one');
      await here.menu(full('Trash'), 'Empty Trash…');
      await here.confirm(/Empty Trash/, 'Empty');
    },
    seen: async (device, full) => {
      await device.showsUnread(full('Trash'), 0);
      await isGone(device);
    },
  },
  {
    about: 'all of a folder is marked as read',
    before: async ({ other, full }) => {
      await other.create(full('Lists'));
      for (const subject of ['One', 'Two', 'Three']) await other.append(full('Lists'), letter({ subject }));
    },
    here: async ({ here, there, full }) => {
      await there.showsUnread(full('Lists'), 3);
      await here.menu(full('Lists'), 'Mark all as read');
    },
    foreign: async ({ other, there, full }) => {
      await there.showsUnread(full('Lists'), 3);
      await other.search(full('Lists'), 'ALL');
      await other.command('STORE 1:* +FLAGS.SILENT (\\Seen)');
    },
    seen: (device, full) => device.showsUnread(full('Lists'), 0),
  },
  {
    about: 'mail comes to another folder',
    before: ({ other, full }) => other.create(full('Lists')),
    foreign: ({ other, full }) => other.append(full('Lists'), letter({ subject: 'News of the list' })),
    seen: (device, full) => device.showsUnread(full('Lists'), 1),
  },
  {
    about: 'mail comes',
    foreign: ({ other }) => other.append('INBOX', letter({ subject: 'News' })),
    seen: async (device) => {
      await expect(device.row('News')).toBeVisible();
      await device.showsUnread('INBOX', 1);
    },
  },
];

const test = base.extend<{ pairOf: (before?: Deed['before']) => Promise<Pair> }, { server: Server }>({
  server: ['dovecot', { option: true, scope: 'worker' }],
  stage: [
    async ({ server }, use, info) => {
      // Courier counts connections from one address, whoever they are of.
      const stage = await Stage.start(info.parallelIndex, { server, options: ['--connections', '60'] });
      await use(stage);
      await stage.stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  pairOf: async ({ browser, stage, server, account, other }, use) => {
    const devices: Device[] = [];
    await use(async (before) => {
      const full = namingOf(server);
      await before?.({ other, full });
      for (const _ of ['here', 'there']) devices.push(await Device.signIn(browser, stage.url, account));
      const [here, there] = devices as [Device, Device];
      return { here, there, other, full, account };
    });
    for (const device of devices) await device.close();
  },
});

/** The tests, on one kind of server. */
export function sideBySide(server: Server): void {
  test.use({ server });
  test.skip(({ isMobile }) => isMobile, 'what is shown live is the same at both sizes');

  for (const { about, before, here, foreign, seen } of DEEDS) {
    if (here !== undefined) {
      test(`${about}: seen on the other device (${server})`, async ({ pairOf }) => {
        const pair = await pairOf(before);
        await here(pair);
        await seen(pair.there, pair.full);
      });
    }
    if (foreign !== undefined) {
      test(`${about}, by another program: seen on both devices (${server})`, async ({ pairOf }) => {
        const pair = await pairOf(before);
        await foreign(pair);
        await Promise.all([seen(pair.here, pair.full), seen(pair.there, pair.full)]);
      });
    }
  }

  test(`what two devices do at once to one message is done once (${server})`, async ({ pairOf }) => {
    const pair = await pairOf(inInbox('The one', 'Another'));
    const { here, there, other, full } = pair;
    for (const device of [here, there]) await device.select('The one');
    await Promise.all([here.page.keyboard.press('e'), there.page.keyboard.press('#')]);
    for (const device of [here, there]) await isGone(device);
    // Opened and counted: Courier's STATUS goes by its index, which is behind after such a race.
    const count = async (): Promise<number> => {
      let sum = 0;
      for (const folder of ['INBOX', full('Archive'), full('Trash')]) sum += (await other.search(folder, 'ALL')).length;
      return sum;
    };
    if (server === 'courier') {
      // It has no test-and-set: both may get their way, in two folders. Never is the message lost.
      await expect.poll(count).toBeGreaterThanOrEqual(2);
      expect(await count()).toBeLessThanOrEqual(3);
    } else {
      await expect.poll(count).toBe(2);
    }
  });
}
