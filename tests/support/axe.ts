// What axe-core finds serious on a page.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** The dark page is the light one in other colours: only these are looked at again. */
const ABOUT_COLOURS = ['color-contrast', 'link-in-text-block'];

/** Serious and critical findings, a line each. */
export async function findings(page: Page, colorScheme: 'light' | 'dark'): Promise<string[]> {
  // The frame shows what somebody else wrote, with scripts off, so axe can't look into it and need not.
  const builder = new AxeBuilder({ page }).exclude('iframe[title="Message body"]');
  if (colorScheme === 'dark') builder.withRules(ABOUT_COLOURS);
  const { violations } = await builder.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`));
}
