// A member's desk: a browser of the size of an office machine, in Japanese or English. Every screen
// that a story reaches is looked at: a screenshot is kept at desk and at phone width, axe finds
// nothing in it, light or dark, nothing sticks out, nothing came from elsewhere, its policy is
// strict and its console is empty.
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { examine, SHOTS, watch } from './phone.ts';

export interface Desk {
  readonly page: Page;
  /** Signs in by mail address and password, up to the first screen of a shop. */
  signIn(mail: string, password: string): Promise<void>;
  /** Looks at the screen that is shown, as said above. */
  look(name: string): Promise<void>;
  close(): Promise<void>;
}

const OFFICE = { width: 1366, height: 768 };
const PHONE = { width: 390, height: 844 };
const TIMEOUT_MS = 10_000;

export async function openDesk(options: {
  readonly browser: Browser;
  readonly url: string;
  readonly story: string;
  readonly locale: 'ja' | 'en';
}): Promise<Desk> {
  const { browser, url, story, locale } = options;
  const context = await browser.newContext({
    viewport: OFFICE,
    locale: locale === 'ja' ? 'ja-JP' : 'en-GB',
    timezoneId: 'America/New_York',
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  const faults: string[] = [];
  watch(context, new URL(url).origin, faults);
  const page = await context.newPage();
  page.on('dialog', (dialog) => faults.push(`dialog: ${dialog.message()}`));
  let looks = 0;
  const shoot = async (name: string, size: typeof OFFICE) => {
    await page.setViewportSize(size);
    const number = `${looks}`.padStart(2, '0');
    const path = join(SHOTS, story, `${locale}-${number}-${name}-${size.width}.png`);
    await page.screenshot({ path, fullPage: true });
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width, `width of ${name}`).toBeLessThanOrEqual(size.width);
  };
  return {
    page,
    async signIn(mail, password) {
      await page.goto(`${url}/console`);
      await page.locator('input[type=email]').fill(mail);
      await page.locator('input[type=password]').fill(password);
      await page.locator('button[type=submit]').click();
      await page.waitForURL(/\/console\/shp_/);
    },
    async look(name) {
      looks += 1;
      await shoot(name, PHONE);
      await shoot(name, OFFICE);
      await examine(page, name);
      expect(faults, name).toEqual([]);
    },
    async close() {
      await context.close();
      expect(faults).toEqual([]);
    },
  };
}
