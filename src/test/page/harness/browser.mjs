// Chromium, and pages in it that note whatever they complain about.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

import { KEY, ROOT } from './demo.mjs';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
export const VIEWS = ['overview', 'requests', 'flow', 'usage', 'keys', 'configuration', 'playground'];

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
});

/** A tab of its own, as a new visitor has it. `complaints` holds what the browser says against the page. */
export async function tab(browser, { viewport = DESKTOP, colorScheme = 'light', reducedMotion = 'no-preference', bypassCSP = false } = {}) {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion, bypassCSP, timezoneId: 'UTC', locale: 'en-GB' });
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', error => complaints.push(`error: ${error.stack}`));
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('request', request => {
    if (!/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(request.url())) complaints.push(`asks outside: ${request.url()}`);
  });
  await page.addInitScript(() => addEventListener('securitypolicyviolation', event =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)));
  return { page, complaints, close: () => context.close() };
}

/** Opens the page and shows the key. */
export async function enter(page, url, key = KEY) {
  await page.goto(`${url}/ui/`);
  await page.getByLabel('Key').fill(key);
  await page.getByRole('button', { name: 'Show me' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
}

/** Goes to a view by its link, and waits until it has what it shows. */
export async function view(page, name) {
  await page.evaluate(hash => { location.hash = hash; }, `#/${name}`);
  await page.waitForFunction(() => !document.querySelector('main')?.innerText.match(/Asking the gateway …|Drawing …/));
}

/** What axe finds that is serious or worse. */
export async function seriousFindings(page) {
  await page.addScriptTag({ content: AXE });
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations.filter(one => one.impact === 'serious' || one.impact === 'critical')
    .map(one => `${one.id}: ${one.help}: ${one.nodes.map(node => node.html.slice(0, 160)).join(' | ')}`);
}

/** Keeps a picture in target/page, for whoever wants to look. */
export const picture = (page, name, options = {}) => page.screenshot({ path: join(ROOT, 'target/page', `${name}.png`), ...options });
