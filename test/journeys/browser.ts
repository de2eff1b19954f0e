// Chromium for the journeys, where the machine has one, and an eye on all that a page loads, says and complains about.
import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Locator, type Page, type Response } from 'playwright-core';
import { expect, type TestContext, test } from 'vitest';
import { office } from '../world.ts';

const EXECUTABLE = process.env.CHROMIUM || '/usr/bin/chromium';
/** WCAG 2.0 to 2.2, levels A and AA (design §4.8), and what axe calls best practice (design language, §6). */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
type RunOptions = Parameters<AxeBuilder['options']>[0];
const LOOKING: RunOptions = { runOnly: { type: 'tag', values: RULES }, resultTypes: ['violations'] };
/** What can differ between light and dark, in a page where all else was looked at. */
export const COLOURS: RunOptions = { runOnly: { type: 'tag', values: ['cat.color'] }, resultTypes: ['violations'] };

/** Why the journeys cannot be made on this machine; null where they can. */
export const NO_BROWSER = existsSync(EXECUTABLE)
  ? null
  : `skipped: there is no Chromium at ${EXECUTABLE}; install it, or name one in CHROMIUM`;

if (NO_BROWSER !== null) process.stdout.write(`${NO_BROWSER}\n`);

/** One journey: a test that is skipped, with the reason in its name, where there is no browser. */
export function journey(name: string, walk: (context: TestContext) => void | Promise<void>, timeout?: number): void {
  test.skipIf(NO_BROWSER !== null)(NO_BROWSER === null ? name : `${name} (${NO_BROWSER})`, walk, timeout);
}

/** The two kinds of visitors: every page must work for both (design §4.8). */
export const SCRIPT = [
  { scripts: 'with JavaScript', javaScriptEnabled: true },
  { scripts: 'without JavaScript', javaScriptEnabled: false },
] as const;

export async function openChromium(): Promise<Browser> {
  return await chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A visitor in a browser of their own: no cookies, no cache. */
export interface Visitor {
  page: Page;
  /** Everything that was wrong so far: complaints on the console, failed loads, answers without their headers. */
  faults: string[];
  /** Opens a page and gives its status. */
  open(address: string): Promise<number>;
  leave(): Promise<void>;
}

/** Opens a browser window that watches the node at `origin`. */
export async function openVisitor(
  browser: Browser,
  { origin, javaScriptEnabled = true, width = 1280 }: { origin: string; javaScriptEnabled?: boolean; width?: number },
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: origin,
    javaScriptEnabled,
    viewport: { width, height: 900 },
    locale: 'th-TH',
    timezoneId: 'Asia/Bangkok',
  });
  context.setDefaultTimeout(5_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    // Chromium reports the status of the page itself, too; the journeys look at that one themselves.
    if (message.location().url === page.url() && /the server responded with a status of 4\d\d/.test(message.text()))
      return;
    faults.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // What a visitor no longer waits for, because they left the page.
    if (why !== 'net::ERR_ABORTED') faults.push(`${request.url()}: ${why}`);
  });
  page.on('response', (response) => {
    if (new URL(response.url()).origin === origin) faults.push(...missingHeaders(response));
  });
  return {
    page,
    faults,
    open: async (address) => (await page.goto(address))?.status() ?? 0,
    leave: () => context.close(),
  };
}

/** What every answer must carry, whatever door it left by (security.md T50, T52). */
const HEADERS: [string, RegExp][] = [
  ['content-security-policy', /^(?!.*unsafe)(?=.*default-src 'none')(?=.*frame-ancestors 'none')(?=.*base-uri 'none')/],
  ['x-content-type-options', /^nosniff$/],
  ['x-frame-options', /^DENY$/],
  ['referrer-policy', /^same-origin$/],
  ['permissions-policy', /camera=\(\)/],
  ['cross-origin-opener-policy', /^same-origin$/],
  ['cross-origin-resource-policy', /^(?:same|cross)-origin$/],
];

function missingHeaders(response: Response): string[] {
  const headers = response.headers();
  return HEADERS.filter(([name, value]) => !value.test(headers[name] ?? '')).map(
    ([name]) => `${response.status()} ${response.url()}: ${name} is ${headers[name] ?? 'missing'}`,
  );
}

/** Presses a button or follows a link that leads to another page, and waits for that page. @returns its status. */
export async function press(within: Page | Locator, name: string): Promise<number> {
  const [page, part] = 'goto' in within ? [within, within.locator('main')] : [within.page(), within];
  const target = part.getByRole('button', { name }).or(part.getByRole('link', { name }));
  const [response] = await Promise.all([
    page.waitForResponse((response) => response.request().isNavigationRequest() && !isRedirect(response)),
    target.first().click(),
  ]);
  await page.waitForLoadState();
  return response.status();
}

/** Signs the named world's author in, from the sign-in page; ends on the desk, or where that page leads. */
export async function signIn({ page, open }: Visitor): Promise<void> {
  if (!page.url().includes('/sign-in')) await open('/sign-in');
  await page.getByLabel('ชื่อผู้ใช้').fill(office.person.username);
  await page.getByLabel('รหัสผ่าน').fill(office.person.password);
  expect(await press(page, 'เข้าสู่ระบบ')).toBe(200);
}

function isRedirect(response: Response): boolean {
  return response.status() >= 300 && response.status() < 400;
}

/** The violations that axe finds, one line each; of all rules unless told. */
export async function violations(page: Page, looking: RunOptions = LOOKING): Promise<string[]> {
  // axe stays in the page, and putting it there again takes as long as looking does.
  const { violations } = (await page.evaluate(() => 'axe' in window))
    ? await page.evaluate((options) => (window as unknown as AxeWindow).axe.run(document, options), looking)
    : await new AxeBuilder({ page }).setLegacyMode().options(looking).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, target }) => `${id}: ${target.join(' ')} ${html}`));
}

type Found = Awaited<ReturnType<AxeBuilder['analyze']>>;
type AxeWindow = { axe: { run(context: Document, options: RunOptions): Promise<Found> } };

/** Whether the page is wider than the window, and by what. */
export async function sidewaysScroll(page: Page, width: number): Promise<string[]> {
  await page.setViewportSize({ width, height: 900 });
  return await page.evaluate((width) => {
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .map((element) => `${width} px: ${element.outerHTML.slice(0, 100)}`)
      .concat(`${width} px: the page is ${document.documentElement.scrollWidth} px wide`);
  }, width);
}

/** What stands alone to be pressed or filled in and is lower than 44 px (design language, §6); links in sentences may be. */
export async function smallTargets(page: Page): Promise<string[]> {
  return await page.evaluate(() =>
    [...document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden])')]
      .filter((element) => element.checkVisibility() && element.closest('.skip, .prose, .text, .notice p') === null)
      .filter((element) => Math.round(element.getBoundingClientRect().height) < 44)
      .map((element) => `small target: ${element.outerHTML.slice(0, 100)}`),
  );
}

/** The words that the page shows in its main part, white space folded. */
export async function wordsOf(page: Page): Promise<string> {
  return (await page.locator('main').innerText()).replace(/\s+/g, ' ');
}

/** What a field's error says, by the field's label; fails when the field is not marked. */
export async function errorOn(page: Page, label: string): Promise<string> {
  const field = page.getByLabel(label, { exact: true });
  expect(await field.getAttribute('aria-invalid'), label).toBe('true');
  const ids = (await field.getAttribute('aria-describedby'))?.split(' ') ?? [];
  const error = page.locator(`[id="${ids.find((id) => id.endsWith('-error'))}"]`);
  return await error.innerText();
}
