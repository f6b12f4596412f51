// A recipient's phone: a browser of its own, the size of a phone, with scripts or without, in
// Japanese or English. Every page that a story reaches is looked at: a screenshot is kept, axe
// finds nothing in it, light or dark, nothing sticks out at 320 px, nothing came from elsewhere,
// its policy is strict and its console is empty.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page, Response } from 'playwright-core';
import { expect } from 'vitest';

export interface PhoneOptions {
  readonly browser: Browser;
  /** Where the recipient's pages are: what is shown from there is held to the rules above. */
  readonly origin: string;
  /** Names the screenshots. */
  readonly story: string;
  readonly locale: 'ja' | 'en';
  readonly hasScripts: boolean;
}

export interface Phone extends Omit<PhoneOptions, 'browser'> {
  readonly context: BrowserContext;
  readonly page: Page;
  /** The same phone, now looking at another of its tabs. */
  withPage(page: Page): Phone;
  /** Presses what leads to another page, and waits for that. */
  press(target: Locator): Promise<void>;
  /** Looks at the page that is shown, as said above. */
  look(name: string): Promise<void>;
  close(): Promise<void>;
}

const PHONE = { width: 390, height: 844 };
const NARROW = { width: 320, height: 640 };
const TIMEOUT_MS = 10_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Screenshots, kept as artefacts of CI: `<story>/<locale>[-plain]-<nn>-<page>.png`. */
export const SHOTS = process.env.KAWASE_SHOTS ?? join(import.meta.dirname, '../../tmp/screenshots');

export async function openPhone(options: PhoneOptions): Promise<Phone> {
  const { browser, origin, locale, hasScripts, story } = options;
  const context = await browser.newContext({
    viewport: PHONE,
    isMobile: true,
    hasTouch: true,
    javaScriptEnabled: hasScripts,
    locale: locale === 'ja' ? 'ja-JP' : 'en-GB',
    timezoneId: 'Asia/Tokyo',
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  const faults: string[] = [];
  watch(context, origin, faults);
  let looks = 0;
  let besides: Promise<Page> | undefined;
  const desk = () => (besides ??= browser.newPage({ viewport: PHONE }));

  async function look(page: Page, name: string): Promise<void> {
    looks += 1;
    const number = `${looks}`.padStart(2, '0');
    const kind = hasScripts ? locale : `${locale}-plain`;
    const path = join(SHOTS, story, `${kind}-${number}-${name}.png`);
    await page.screenshot({ path, fullPage: true });
    if (hasScripts) await examine(page, name);
    else await examineCopy(await desk(), page, name);
    await page.setViewportSize(NARROW);
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width, `width of ${name}`).toBeLessThanOrEqual(NARROW.width);
    await page.setViewportSize(PHONE);
    expect(faults, name).toEqual([]);
  }

  const phoneOf = (page: Page): Phone => ({
    ...{ context, page, origin, locale, hasScripts, story },
    withPage: phoneOf,
    async press(target) {
      const shown = page.waitForEvent('load');
      await Promise.all([shown, target.click()]);
    },
    look: (name) => look(page, name),
    async close() {
      await context.close();
      await (await besides)?.context().close();
      expect(faults).toEqual([]);
    },
  });
  return phoneOf(await context.newPage());
}

/** Notes down whatever a page of ours must not do. */
export function watch(context: BrowserContext, origin: string, faults: string[]): void {
  const isOurs = (url: string) => new URL(url).origin === origin;
  context.on('page', (page) =>
    page.on('request', (request) => {
      // Leading on to another page is for the person to choose; fetching from there is not.
      const isFetched = page.url().startsWith(origin) && !request.isNavigationRequest();
      const isHere = isOurs(request.url()) || /^(data|blob|about):/.test(request.url());
      if (isFetched && !isHere) faults.push(`asked elsewhere: ${request.url()}`);
    }),
  );
  context.on('response', (response) => {
    if (isOurs(response.url())) faults.push(...faultsOf(response));
  });
  context.on('console', (message) => {
    // A form that is not taken comes back as 422, a link that is over as 410, nobody signed in as
    // 401: no fault of a page.
    const isAnswer = /status of 4(01|03|04|09|10|22|23|29) /.test(message.text());
    const page = message.page()?.url() ?? '';
    const isNoted = ['error', 'warning'].includes(message.type());
    if (isNoted && !isAnswer && page.startsWith(origin)) faults.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => {
    if (error.page()?.url().startsWith(origin)) faults.push(`error: ${error.error().message}`);
  });
}

function faultsOf(response: Response): string[] {
  const headers = response.headers();
  const faults: string[] = [];
  if (response.status() >= 500) faults.push(`${response.status()} from ${response.url()}`);
  if (!headers['content-type']?.startsWith('text/html')) return faults;
  const policy = headers['content-security-policy'] ?? '';
  const isStrict =
    policy.includes("default-src 'none'") &&
    policy.includes("frame-ancestors 'none'") &&
    policy.includes("base-uri 'none'") &&
    !/unsafe|https?:\/\/\*|script-src[^;]* \*/.test(policy);
  if (!isStrict) faults.push(`not strict: ${policy}`);
  if (headers['cache-control'] !== 'no-store') faults.push(`kept: ${headers['cache-control']}`);
  return faults;
}

export async function examine(page: Page, name: string): Promise<void> {
  await page.evaluate(AXE);
  expect(await violations(page, []), name).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violations(page, ['color-contrast']), `${name}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: null });
}

/**
 * axe is a script, which a phone without scripts does not run: it looks at the same page on a desk
 * beside it, where the page's own scripts are kept from running.
 */
async function examineCopy(desk: Page, page: Page, name: string): Promise<void> {
  const url = page.url();
  const body = (await page.content()).replaceAll(/<\/?noscript>/g, '');
  const headers = { 'content-security-policy': "script-src 'none'" };
  await desk.route(url, (route) => route.fulfill({ body, headers, contentType: 'text/html' }));
  await desk.goto(url);
  await desk.evaluate(AXE);
  expect(await violations(desk, []), name).toEqual([]);
  await desk.unroute(url);
}

/** By the rules named, or by all. */
function violations(page: Page, rules: readonly string[]): Promise<string[]> {
  const options = JSON.stringify(rules.length === 0 ? {} : { runOnly: rules });
  return page.evaluate<string[]>(
    `axe.run(${options}).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
  );
}
