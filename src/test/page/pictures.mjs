// Makes the pictures of docs/images: the demo as docs/page.md shows it, and three stories on scripted upstreams.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { DESKTOP, PHONE, enter, launch, tab, view } from './harness/browser.mjs';
import { Demo, KEY, ROOT } from './harness/demo.mjs';
import { BOT, SHOP, withApps } from './harness/keys.mjs';
import { Upstream } from './harness/upstream.mjs';

const IMAGES = join(ROOT, 'docs/images');
const SMALL = { width: 1180, height: 820 };
const TALL = { width: 1180, height: 1040 };

const config = (local, cloud) => `
model_list:
  - model_name: qwen3.5-local
    litellm_params: {model: openai/qwen3.5, api_base: "${local}", api_key: none, stream_timeout: 2, cooldown_time: 30}
    model_info: {id: local, input_cost_per_token: 0, output_cost_per_token: 0}
  - model_name: qwen3.5
    litellm_params: {model: openai/qwen3.5-cloud, api_base: "${cloud}", api_key: none}
    model_info: {id: cloud, input_cost_per_token: 0.0000004, output_cost_per_token: 0.0000024}
litellm_settings:
  fallbacks: [{qwen3.5-local: [qwen3.5]}]
  num_retries: 0
general_settings:
  master_key: ${KEY}
`;

const browser = await launch();

/** A picture of what the window shows, or of one part of it. */
async function shoot(page, name, options = {}) {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(IMAGES, `${name}.png`), ...options });
  console.log(`docs/images/${name}.png`);
}

async function inTab(url, options, use) {
  const { page, close } = await tab(browser, options);
  page.setDefaultTimeout(60_000);
  await enter(page, url);
  await use(page);
  await close();
}

/** A gateway on two scripted upstreams, for one story. */
async function story(name, use) {
  const [local, cloud] = [await Upstream.start(), await Upstream.start()];
  const home = await mkdtemp(join(tmpdir(), 'dromedary-story-'));
  await writeFile(join(home, 'litellm_config.yaml'), config(local.url, cloud.url));
  const gateway = spawn(join(ROOT, 'target/dromedary/bin/dromedary'), ['--config', 'litellm_config.yaml', '--host', '127.0.0.1', '--port', '0'], {
    cwd: home, env: { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: home, GATEWAY_LOG_FORMAT: 'text', ...(process.env.JAVA_HOME && { JAVA_HOME: process.env.JAVA_HOME }) } });
  let log = '';
  for (const out of [gateway.stdout, gateway.stderr]) out.on('data', data => { log += data; });
  process.on('exit', () => gateway.kill('SIGKILL'));
  while (!/Listening on (http:\S+)/.test(log)) await sleep(50);
  const [, url] = /Listening on (http:\S+)/.exec(log);
  const ask = async (body = {}, signal) => {
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST', signal, headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'qwen3.5-local', stream: true, messages: [{ role: 'user', content: 'hello' }], ...body }) });
    return answer.text();
  };
  await use({ url, ask, local, cloud });
  await writeFile(join(ROOT, `target/page/story-${name}.log`), log);
  for (const path of ['metrics', 'usage']) {
    const told = await fetch(`${url}/${path}`, { headers: { authorization: `Bearer ${KEY}` } });
    await writeFile(join(ROOT, `target/page/story-${name}.${path}`), await told.text());
  }
  gateway.kill('SIGKILL');
  local.close();
  cloud.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}

await mkdir(IMAGES, { recursive: true });

const demo = await Demo.start();
for (let i = 0; i < 20; i++) await demo.chat({ stream: i % 3 !== 0, model: i % 4 === 3 ? 'qwen3.5' : 'qwen3.5-local' });
await inTab(demo.url, { viewport: SMALL }, async page => {
  await demo.local('down');
  for (let i = 0; i < 6; i++) await demo.chat({ stream: i % 2 === 0 });
  await page.getByRole('heading', { name: 'qwen3.5-local is left alone' }).waitFor();
  await sleep(1500);
  await shoot(page, 'overview');
  await page.getByRole('region', { name: 'What happened' }).getByRole('link', { name: 'Fallback' }).last().click();
  await page.getByText('answered in its place').waitFor();
  await shoot(page, 'request');
});
await inTab(demo.url, { viewport: DESKTOP }, async page => {
  await view(page, 'flow');
  await page.locator('.flow').waitFor();
  await demo.chat();
  await sleep(1500);
  await shoot(page, 'flow', { fullPage: true });
});
await inTab(demo.url, { viewport: PHONE, colorScheme: 'dark' }, async page => {
  for (let i = 0; i < 3; i++) await demo.chat();
  await sleep(1500);
  await shoot(page, 'phone');
});
await inTab(demo.url, { viewport: SMALL }, async page => {
  await view(page, 'playground');
  await page.getByLabel('Two models side by side').check();
  await page.getByLabel('Second model').fill('qwen3.5');
  await page.getByRole('button', { name: 'Ask' }).click();
  await page.getByText('See each attempt').nth(1).waitFor();
  await sleep(1200);
  await shoot(page, 'playground');
});
await withApps(demo);
for (let i = 0; i < 5; i++) await demo.chat({}, { authorization: `Bearer ${SHOP}` });
for (let i = 0; i < 12; i++) await demo.chat({ model: i % 2 ? 'qwen3.5' : 'qwen3.5-local' }, { authorization: `Bearer ${BOT}` });
await inTab(demo.url, { viewport: { width: 1180, height: 560 } }, async page => {
  await view(page, 'keys');
  await page.getByText('used up').first().waitFor();
  await shoot(page, 'keys');
});
await demo.close();

await story('slow', async ({ url, ask, local }) => {
  for (let i = 0; i < 12; i++) await ask();
  local.firstMs = 900;
  for (let i = 0; i < 8; i++) await ask();
  await inTab(url, { viewport: TALL }, async page => {
    local.firstMs = 8000;
    await Promise.all(Array.from({ length: 8 }, () => ask()));
    await page.getByRole('heading', { name: /is left alone/ }).waitFor();
    await ask();
    await page.waitForFunction(() => document.querySelector('.charts').innerText.includes('Fallbacks: 9')); // a step of the charts is over
    await shoot(page, 'story-slow');
    await page.setViewportSize(SMALL);
    await view(page, 'requests');
    await page.waitForFunction(() => [...document.querySelectorAll('.request .line-of-time')].every(line => line.children.length > 0));
    await shoot(page, 'story-slow-requests');
  });
});

await story('429', async ({ url, ask, cloud }) => {
  for (let i = 0; i < 6; i++) await ask({ model: 'qwen3.5' });
  await inTab(url, { viewport: TALL }, async page => {
    cloud.refusal = { status: 429, message: 'Rate limit reached for requests', headers: { 'retry-after': '40' } };
    for (let i = 0; i < 4; i++) await ask({ model: 'qwen3.5' });
    await page.getByRole('heading', { name: /is left alone/ }).waitFor();
    await page.waitForFunction(() => document.querySelector('.charts').innerText.includes('Failed: 4'));
    await shoot(page, 'story-429');
    await page.setViewportSize(SMALL);
    await view(page, 'requests');
    await page.locator('.request').nth(3).getByRole('link').click();
    await page.getByRole('heading', { name: /attempt/ }).first().waitFor();
    await shoot(page, 'story-429-request');
  });
});

await story('left', async ({ url, ask, local }) => {
  for (let i = 0; i < 4; i++) await ask();
  local.repeats = 40;
  await inTab(url, { viewport: SMALL }, async page => {
    await view(page, 'requests');
    const leaving = new AbortController();
    const all = Promise.allSettled(Array.from({ length: 3 }, () => ask({}, leaving.signal)));
    await page.locator('tbody tr').nth(2).waitFor();
    await sleep(2500);
    await shoot(page, 'story-left-in-flight');
    leaving.abort();
    await all;
    await page.getByText('Client left').nth(2).waitFor();
    await sleep(1200);
    await shoot(page, 'story-left');
  });
});

await browser.close();
process.exit(0);
