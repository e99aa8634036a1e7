// In Swedish, from the browser's language, and from one language to the other.

import { expect, letter, test } from './support/test.ts';

test.use({ locale: 'sv-SE' });

test('a Swedish browser gets Swedish, with its dates and its words for folders', async ({ page, stage, account, other }) => {
  const date = new Date(Date.UTC(2025, 4, 17, 10, 0));
  await other.append('INBOX', letter({ subject: 'Båten', text: 'Hej!', date }), { date });
  await page.goto(stage.url);
  await expect(page.locator('html')).toHaveAttribute('lang', 'sv');
  await page.getByLabel('E-postadress').fill(account.address);
  await page.getByLabel('Lösenord').fill('fel');
  await page.getByRole('button', { name: 'Öppna brevlådan' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /\S/ })).not.toContainText(/password|server said/i);
  await page.getByLabel('Lösenord').fill(account.password);
  await page.getByRole('button', { name: 'Öppna brevlådan' }).click();
  const row = page.getByRole('option', { name: 'Båten' });
  await expect(row).toHaveAccessibleName(/Båten, .*2025.*, oläst/);
  await expect(page.getByRole('status').filter({ hasText: 'Direkt', visible: true })).toBeVisible();
  await row.click();
  await expect(page.getByRole('article', { name: 'Båten' })).toContainText('17 maj 2025');
});

test('the language is changed on the sign-in page and in the account, and is remembered', async ({ page, stage, account, app }) => {
  await page.goto(stage.url);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(app.submit).toBeVisible();
  await page.reload();
  await app.enter(account);
  await app.isOpen();
  await app.showAccount();
  await page.getByRole('combobox', { name: 'Language' }).selectOption('Svenska');
  await expect(page.getByRole('status').filter({ hasText: 'Direkt', visible: true }).or(page.getByRole('combobox', { name: 'Språk' })).first()).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'sv');
});
