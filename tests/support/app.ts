// The app as a person finds it: by roles, names and the attributes that stand for what is true of a row.

import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';

/** What is needed to sign in. */
export interface Credentials {
  address: string;
  password: string;
}

/** Below this width one pane shows at a time. */
const SINGLE_PANE = 640;

/** What the live state says. */
const LIVE = /^(Live|Connecting…|Offline)/;

export class App {
  constructor(
    readonly page: Page,
    readonly url: string,
  ) {}

  /** Opens a place. */
  async open(path = '/'): Promise<void> {
    await this.page.goto(this.url + path);
  }

  get isPhone(): boolean {
    return (this.page.viewportSize()?.width ?? SINGLE_PANE) < SINGLE_PANE;
  }

  // Signing in.

  get address(): Locator {
    return this.page.getByRole('textbox', { name: 'Email address' });
  }

  get password(): Locator {
    return this.page.getByLabel('Password', { exact: true });
  }

  get keep(): Locator {
    return this.page.getByRole('checkbox', { name: 'Keep me signed in on this device' });
  }

  get submit(): Locator {
    return this.page.getByRole('button', { name: 'Open mailbox' });
  }

  /** What stands in the way: said aloud to who can't see it. */
  get alert(): Locator {
    return this.page.getByRole('alert').filter({ hasText: /\S/ });
  }

  /** Fills the form and sends it. */
  async enter({ address, password }: Credentials, keep = false): Promise<void> {
    await this.address.fill(address);
    await this.password.fill(password);
    if (keep) await this.keep.check();
    await this.submit.click();
  }

  /** Opens the app and signs in, as far as the folders and the live state. */
  async signIn(credentials: Credentials, path = '/', keep = false): Promise<void> {
    await this.open(path);
    await this.enter(credentials, keep);
    await this.isOpen();
  }

  /** Waits for the open mailbox, up to date. */
  async isOpen(): Promise<void> {
    await expect(this.live).toHaveText('Live');
    await expect(this.submit).toBeHidden();
  }

  async signOut(): Promise<void> {
    await this.showAccount();
    await this.page.getByRole('button', { name: 'Sign out' }).click();
    await expect(this.submit).toBeVisible();
  }

  /** The account's menu, or its pane on a phone. */
  async showAccount(): Promise<void> {
    if (this.isPhone) {
      await this.bar('Account').click();
    } else {
      await this.page.getByRole('button', { name: /^Account: / }).click();
    }
  }

  /** The server's own words, which are folded away below what went wrong. */
  async serverWords(): Promise<string> {
    await this.page.getByText('Details', { exact: true }).first().click();
    return this.page.getByText('The server said:').first().innerText();
  }

  // The mailbox.

  get live(): Locator {
    return this.page.getByRole('status').filter({ hasText: LIVE, visible: true });
  }

  /** A place in the bar at the foot of a phone's screen. */
  bar(name: string): Locator {
    const bar = this.page.getByRole('navigation', { name: 'Main' });
    return bar.getByRole('link', { name, exact: true }).or(bar.getByRole('button', { name, exact: true }));
  }

  get tree(): Locator {
    return this.page.getByRole('tree', { name: 'Folders' });
  }

  /** Brings the folders on screen. */
  async showFolders(): Promise<void> {
    // On a tablet they lie over the list, and the list's head leads to them.
    const button = this.isPhone ? this.bar('Folders') : this.page.getByRole('link', { name: 'Folders', exact: true });
    // Either is there once the page has drawn itself.
    await expect(this.tree.or(button).filter({ visible: true }).first()).toBeVisible();
    if (!(await this.tree.isVisible())) await button.click();
    await expect(this.tree).toBeVisible();
  }

  /** A folder, by its full name. */
  folder(name: string): Locator {
    return this.tree.locator(`[role=treeitem][data-mailbox=${JSON.stringify(name)}]`);
  }

  async openFolder(name: string): Promise<void> {
    await this.showFolders();
    await this.folder(name).click();
    await expect(this.pane).toBeVisible();
  }

  /** The pane with the list, whatever is in it. */
  get pane(): Locator {
    return this.page.getByRole('region', { name: 'Messages' });
  }

  get list(): Locator {
    return this.page.getByRole('listbox', { name: 'Messages' });
  }

  get rows(): Locator {
    return this.list.getByRole('option');
  }

  /** A row, by words of its name. */
  row(words: string | RegExp): Locator {
    return this.list.getByRole('option', { name: words });
  }

  /** A row, by its UID. */
  rowOf(uid: number): Locator {
    return this.list.locator(`[role=option][data-uid="${uid}"]`);
  }

  /** Opens a message of the list. */
  async read(words: string | RegExp): Promise<void> {
    await this.backToList();
    await this.row(words).click();
  }

  /** Leaves a message for its list, where one pane shows at a time. */
  async backToList(): Promise<void> {
    if (this.isPhone && !(await this.pane.isVisible())) {
      await this.page.getByRole('toolbar', { name: 'Message actions' }).getByRole('link').first().click();
    }
    await expect(this.list).toBeVisible();
  }

  /** The open message, by its subject. */
  article(subject: string): Locator {
    return this.page.getByRole('article', { name: subject, exact: true });
  }

  /** Something that can be done with the open message. */
  action(name: string): Locator {
    return this.page.getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name });
  }

  /** Does something with the open message: by its bar, or by the menu at the bar's end. */
  async act(name: string): Promise<void> {
    const button = this.action(name);
    if (await button.isVisible()) {
      await button.click();
    } else {
      await this.action('More').click();
      await this.menuItem(name).click();
    }
  }

  /** A line of the open menu. */
  menuItem(name: string): Locator {
    const menu = this.page.getByRole('menu');
    return menu.getByRole('menuitem', { name, exact: true }).or(menu.getByRole('menuitemcheckbox', { name, exact: true }));
  }

  /** What is told in passing at the foot of the window. */
  told(words: string | RegExp): Locator {
    return this.page.locator('.toast').filter({ hasText: words });
  }

  /** What can be done with what is selected: in the head of the list, at the foot of a phone's screen. */
  ofSelection(name: string): Locator {
    return this.page.getByRole('toolbar', { name: 'Selected messages' }).getByRole('button', { name, exact: true }).filter({ visible: true });
  }

  dialog(name: string | RegExp): Locator {
    return this.page.getByRole('dialog', { name });
  }

  /** Chooses a folder in the picker that is open. */
  async pick(words: string): Promise<void> {
    await this.page.getByRole('combobox', { name: 'Find a folder' }).fill(words);
    await this.page.keyboard.press('Enter');
  }

  /** Opens the menu of a folder. */
  async folderMenu(name: string): Promise<void> {
    await this.showFolders();
    if (this.isPhone) {
      await this.folder(name).locator('.tree-more').click();
    } else {
      await this.folder(name).click({ button: 'right' });
    }
    await expect(this.page.getByRole('menu')).toBeVisible();
  }

  /** Draws a finger over a row, sideways. */
  async swipe(row: Locator, distance: number): Promise<void> {
    const box = await row.boundingBox();
    if (box === null) throw new Error('The row is not on screen');
    const session = await this.page.context().newCDPSession(this.page);
    const y = box.y + box.height / 2;
    const from = box.x + box.width / 2 - distance / 2;
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number): Promise<unknown> =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: x === undefined ? [] : [{ x, y }] });
    // In one go: a finger that stays selects.
    const start = touch('touchStart', from);
    const moves = Array.from({ length: 8 }, (_, step) => touch('touchMove', from + (distance * (step + 1)) / 8));
    await Promise.all([start, ...moves, touch('touchEnd')]);
    await session.detach();
  }

  /** The HTML of the open message. */
  get html(): FrameLocator {
    return this.page.frameLocator('iframe[title="Message body"]');
  }

  get search(): Locator {
    return this.page.getByRole('searchbox', { name: 'Search mail' });
  }
}
