// A device of a person who has several: a browser of its own, signed in, and what is done and seen on it.

import { type Browser, type BrowserContext, type Locator, expect } from '@playwright/test';
import { App, type Credentials } from './app.ts';
import type { Imap } from './imap.mjs';

/** How names of folders are written on a server. */
export interface Naming {
  /** Its full name there, of one that is written with `/` here. */
  (path: string): string;
}

/** All below INBOX, with dots. */
const courier: Naming = (path) => (path === 'INBOX' ? path : `INBOX.${path.replaceAll('/', '.')}`);

export function namingOf(server: string): Naming {
  return server === 'courier' ? courier : (path) => path;
}

export class Device {
  private constructor(
    readonly app: App,
    private readonly context: BrowserContext,
  ) {}

  /** Opens the app in a browser of its own and signs in, as far as the folders. */
  static async signIn(browser: Browser, url: string, account: Credentials): Promise<Device> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
    const app = new App(await context.newPage(), url);
    await app.open();
    await app.enter(account);
    await expect(app.submit).toBeHidden();
    await expect(app.folder('INBOX')).toBeVisible();
    await expect(app.pane).toBeVisible();
    return new Device(app, context);
  }

  close(): Promise<void> {
    return this.context.close();
  }

  get page(): App['page'] {
    return this.app.page;
  }

  /** Selects a message without opening it. */
  async select(subject: string): Promise<void> {
    const row = this.row(subject);
    await row.click({ modifiers: ['ControlOrMeta'] });
    await expect(row).toHaveAttribute('aria-selected', 'true');
  }

  row(subject: string): Locator {
    return this.app.row(subject);
  }

  /** Does by key something to a message that stays closed. */
  async press(subject: string, key: string): Promise<void> {
    await this.select(subject);
    await this.page.keyboard.press(key);
  }

  /** Moves (`v`) or copies (`c`) to a folder that is found by typing. */
  async send(subject: string, key: 'v' | 'c', folder: string): Promise<void> {
    await this.press(subject, key);
    await this.app.pick(folder);
  }

  /** Chooses a line of a folder's menu. */
  async menu(folder: string, line: string): Promise<void> {
    await this.app.folderMenu(folder);
    await this.app.menuItem(line).click();
  }

  /** Writes the name that is asked for. */
  async name(label: string): Promise<void> {
    const field = this.page.getByRole('textbox', { name: 'Name of the folder' });
    await field.fill(label);
    await field.press('Enter');
  }

  /** Says yes to a question. */
  async confirm(question: RegExp, button: string): Promise<void> {
    await this.app.dialog(question).getByRole('button', { name: button, exact: true }).click();
  }

  /** How many unread messages the tree says that a folder has. */
  async showsUnread(folder: string, count: number): Promise<void> {
    await expect(this.app.folder(folder)).toHaveAttribute('data-unread', String(count));
  }

  /** Looks into a folder. */
  async finds(folder: string, subject: string): Promise<void> {
    await this.app.openFolder(folder);
    await expect(this.row(subject)).toBeVisible();
  }
}

/** Moves a message as a program does that has no MOVE, where the server has none. */
export async function move(other: Imap, mailbox: string, uid: number, target: string): Promise<void> {
  try {
    await other.move(mailbox, uid, target);
  } catch {
    await copy(other, mailbox, uid, target);
    await other.expunge(mailbox, uid);
  }
}

/** Copies a message. */
export async function copy(other: Imap, mailbox: string, uid: number, target: string): Promise<void> {
  await other.search(mailbox, 'ALL');
  await other.command(`UID COPY ${uid} "${target}"`);
}
