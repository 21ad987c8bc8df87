// What an operator does with the page, in Chromium, on the packaged demo.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { DESKTOP, PHONE, VIEWS, enter, launch, picture, seriousFindings, tab, view } from './harness/browser.mjs';
import { Demo, KEY } from './harness/demo.mjs';
import { BOT, SECRETS, SHOP, withApps } from './harness/keys.mjs';
import { below } from './harness/prefix.mjs';
import { Redis, hasRedis } from './harness/redis.mjs';

let demo;
let browser;

before(async () => {
  [demo, browser] = await Promise.all([Demo.start(), launch()]);
});
after(async () => {
  await browser?.close();
  await demo?.close();
});

/** Runs `use` in a tab of its own; the browser must have nothing against the page but what `expected` matches. */
async function inTab(options, use, expected = /^$/) {
  const { page, complaints, close } = await tab(browser, options);
  page.setDefaultTimeout(20_000);
  try {
    await use(page);
    assert.deepEqual(complaints.filter(complaint => !expected.test(complaint)), []);
  } catch (failure) {
    await picture(page, 'failed').catch(() => {});
    throw failure;
  } finally {
    await close();
  }
}

async function localIsUp(page) {
  await demo.local('up');
  await view(page, 'overview');
  // Nobody's request is needed for it: the gateway asks again by itself, and then counts the next answers.
  for (;;) {
    await demo.chat();
    if (await page.getByRole('article', { name: 'qwen3.5-local' }).getByText('Up', { exact: true }).first().isVisible()) return;
    await page.waitForTimeout(300);
  }
}

test('a wrong key is told, the right one opens the page, and a reload of the tab keeps it', () => inTab({}, async page => {
  await page.goto(`${demo.url}/`);
  assert.equal(new URL(page.url()).pathname, '/ui/');
  await page.getByLabel('Key').fill('sk-wrong');
  await page.getByRole('button', { name: 'Show me' }).click();
  await page.getByRole('alert').getByText('The gateway does not take this key').waitFor();
  await page.getByLabel('Key').fill(KEY);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Models and their deployments' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Models and their deployments' }).waitFor();
  assert.deepEqual(await page.evaluate(() => [localStorage.length, document.cookie, location.href.includes('sk-')]), [0, '', false]);
  await page.getByRole('button', { name: 'Forget the key' }).click();
  await page.getByLabel('Key').waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
}, /401 \(Unauthorized\)/));

test('the first paint has words in it before any script has come', () => inTab({}, async page => {
  await page.route('**/*.js', route => route.abort());
  await page.goto(`${demo.url}/ui/`);
  assert.match(await page.locator('main').innerText(), /What this gateway is doing/);
}, /ERR_FAILED/));

test('whoever takes local down sees what happened, to which request, why, and when it is tried again', () => inTab({}, async page => {
  await enter(page, demo.url);
  await localIsUp(page);
  await demo.local('down');
  for (let i = 0; i < 4; i++) assert.equal((await demo.chat()).status, 200);
  await page.getByRole('heading', { name: 'qwen3.5-local is left alone' }).waitFor();
  const news = await page.getByRole('region', { name: 'What there is to know' }).innerText();
  assert.match(news, /Since \d\d:\d\d:\d\d/);
  assert.match(news, /What failed: .+\./);
  assert.match(news, /tried again in (\d+ s|a moment)/);
  assert.match(news, /Meanwhile qwen3\.5 answers its requests/);
  await picture(page, 'fallback-overview');
  const happened = page.getByRole('region', { name: 'What happened' });
  await happened.getByRole('link', { name: 'Fallback' }).last().click();
  await page.getByText('answered in its place').waitFor();
  const attempts = await page.getByRole('region', { name: /attempts in/ }).innerText();
  assert.match(attempts, /It failed[\s\S]*Why it was chosen[\s\S]*What failed[\s\S]*Answered/);
  assert.match(await page.getByRole('region', { name: 'In full' }).innerText(), /x-litellm-attempted-fallbacks: 1/);
  await picture(page, 'fallback-request', { fullPage: true });
  await localIsUp(page);
  await page.getByRole('region', { name: 'What happened' }).getByText('is up again').waitFor();
}));

test('the first failure is told before any breaker opens: what failed, to which request, and what comes next', () => inTab({}, async page => {
  await enter(page, demo.url);
  await localIsUp(page);
  await demo.local('down');
  assert.equal((await demo.chat()).status, 200);
  await page.getByRole('heading', { name: 'qwen3.5-local failed when it was asked last' }).waitFor();
  const news = page.getByRole('region', { name: 'What there is to know' });
  assert.match(await news.innerText(), /What failed: .+\.[\s\S]*The next request asks it again[\s\S]*Where it fails, qwen3\.5 answers\./);
  await page.getByRole('article', { name: 'qwen3.5-local' }).getByText('Failed last', { exact: true }).first().waitFor();
  await picture(page, 'first-failure');
  await news.getByRole('link', { name: 'See the request' }).click();
  await page.getByText('answered in its place').waitFor();
  await localIsUp(page);
}));

test('a gateway that has gone silent is told, with since when what is shown is old', () => inTab({}, async page => {
  await enter(page, demo.url);
  await page.getByRole('heading', { name: 'Models and their deployments' }).waitFor();
  const told = page.getByText(/The gateway is not reached\. What is shown here is what it told at \d\d:\d\d:\d\d/);
  demo.process.kill('SIGSTOP'); // its connections stay, as those of a machine that is off
  try {
    await told.waitFor();
  } finally {
    demo.process.kill('SIGCONT');
  }
  await told.waitFor({ state: 'detached' });
  await page.getByText('Live', { exact: true }).waitFor();
}, /ERR_|Failed to load/));

test('the playground streams, tells first token and speed, and who answered', () => inTab({}, async page => {
  await enter(page, demo.url);
  await localIsUp(page);
  await view(page, 'playground');
  await page.getByRole('button', { name: 'Ask' }).click();
  const answer = page.getByRole('article', { name: 'Answer of qwen3.5-local' });
  await answer.getByText('Hello from the local demo upstream.').waitFor();
  await answer.getByText('Answered', { exact: true }).waitFor();
  const told = await answer.innerText();
  assert.match(told, /First token\s+\d+(\.\d)? m?s/);
  assert.match(told, /Tokens a second\s+\d/);
  assert.match(told, /It was the one that was asked/);
  await answer.getByText('Raw events').click();
  await answer.getByText('[DONE]').waitFor();
  await answer.getByRole('link', { name: 'See each attempt' }).click();
  await page.getByRole('heading', { name: /1 attempt in/ }).waitFor();
}));

test('two models answer side by side, an image goes along, and a run can be stopped', () => inTab({}, async page => {
  await enter(page, demo.url);
  await view(page, 'playground');
  await page.getByLabel('Two models side by side').check();
  await page.getByLabel('Second model').fill('qwen3.5');
  await page.getByText('System message and images').click();
  await page.getByLabel('Images').setInputFiles(fileURLToPath(new URL('dot.png', import.meta.url)));
  await page.getByAltText('Image 1').waitFor();
  const asked = page.waitForRequest(request => request.url().endsWith('/v1/chat/completions'));
  await page.getByRole('button', { name: 'Ask' }).click();
  assert.match((await asked).postData(), /"image_url":\{"url":"data:image\/png;base64,/);
  await page.getByRole('article', { name: 'Answer of qwen3.5', exact: true }).getByText('Hello from the cloud demo upstream.').waitFor();
  await picture(page, 'playground-two', { fullPage: true });
  await page.getByRole('button', { name: 'Ask' }).click();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('Stopped by you').first().waitFor();
}));

test('a change of the configuration that fails is told with file and line, and so is its mend', () => inTab({}, async page => {
  const file = join(demo.home, 'demo/litellm_config.yaml');
  const good = await readFile(file, 'utf8');
  await enter(page, demo.url);
  await view(page, 'configuration');
  try {
    await writeFile(file, good.replace('litellm_params', 'litellm_parms'));
    await page.getByText('Not taken', { exact: true }).waitFor();
    assert.match(await page.getByRole('region', { name: 'The last reload' }).innerText(), /litellm_config\.yaml:\d+/);
    await picture(page, 'reload-failed', { fullPage: true });
    await view(page, 'overview');
    await page.getByRole('heading', { name: 'The last change of the configuration was not taken' }).waitFor();
    assert.equal((await demo.chat()).status, 200);
  } finally {
    await writeFile(file, good);
  }
  await view(page, 'configuration');
  await page.getByText('Taken', { exact: true }).waitFor();
}));

test('the flow is drawn from the running routes, counts live, and has a team\'s own step in it', () => inTab({}, async page => {
  const file = join(demo.home, 'routes/gateway.camel.yaml');
  const good = await readFile(file, 'utf8');
  await enter(page, demo.url);
  await view(page, 'flow');
  const drawn = page.getByRole('region', { name: 'The flow, drawn' });
  const passed = async () => Number((await drawn.locator('.step', { hasText: 'plan-request' }).locator('text.n').textContent()).trim());
  const start = await passed();
  for (let i = 0; i < 3; i++) await demo.chat();
  await page.waitForFunction(from => Number([...document.querySelectorAll('.flow .step')]
    .find(step => step.textContent.includes('plan-request')).querySelector('text.n').textContent) >= from + 3, start);
  await drawn.getByRole('button', { name: 'model-router: show its steps' }).press('Enter');
  await page.getByRole('region', { name: 'model-router' }).getByText('plan-request').waitFor();
  try {
    await writeFile(file, good.replace(/( +)(- \w+:\n +id: read-request\n)/, (all, indent, step) =>
      `${indent}- log:\n${indent}    id: own-note\n${indent}    description: A step of a team's own\n${indent}    message: one more\n${indent}${step}`));
    await drawn.getByText('★ own-note', { exact: true }).waitFor();
  } finally {
    await writeFile(file, good);
  }
  await drawn.getByText('★ own-note', { exact: true }).waitFor({ state: 'detached' });
}));

test('each app\'s key is shown with what it has used of its limits, and whom the gateway refuses, but no key', () => inTab({ bypassCSP: true }, async page => {
  const without = await withApps(demo);
  try {
    const ask = async (key, body) => (await demo.chat(body, { authorization: `Bearer ${key}` })).status;
    const asked = [];
    for (let i = 0; i < 6; i++) asked.push(await ask(SHOP));
    // One of its four requests a minute is there again after 15 s.
    assert.deepEqual([asked.slice(0, 4), asked.includes(429)], [[200, 200, 200, 200], true]);
    assert.equal(await ask(SHOP, { model: 'qwen3.5' }), 403);
    // The answer before may not be paid yet: what it has reserved can be why the next one is refused, for a moment.
    let spent = false;
    for (let i = 0; i < 1000 && !spent; i++) {
      const answer = await demo.chat({}, { authorization: `Bearer ${BOT}` });
      spent = answer.text.includes('insufficient_quota');
    }
    assert.ok(spent, 'the budget of bot comes to its end');
    await enter(page, demo.url);
    await view(page, 'keys');
    const row = name => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
    assert.match(await row('shop').innerText(), /web[\s\S]*Open[\s\S]*requests a minute: \d of 4[\s\S]*all there again in[\s\S]*requests at a time: 0 of 8/);
    assert.match(await row('bot').innerText(), /2 values are taken[\s\S]*budget: \$0\.0\d+ of \$0\.02[\s\S]*More than the soft budget of \$0\.005 is spent/);
    for (const [name, state] of [['notebook', 'Blocked'], ['trial', 'Expired'], ['cron', 'Not set']]) {
      assert.match(await row(name).innerText(), new RegExp(state), name);
    }
    for (const [name, viewport] of [['1440', DESKTOP], ['390', PHONE]]) {
      await page.setViewportSize(viewport);
      assert.deepEqual(await seriousFindings(page), [], name);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `keys is wider than ${name} px`);
      await picture(page, `keys-of-apps-${name}`, { fullPage: true });
    }
    const shown = [await page.content()];
    await view(page, 'overview');
    const happened = page.getByRole('region', { name: 'What happened' });
    await happened.getByText('with the key shop. Why: a limit of its key, or of all keys, is reached').waitFor();
    await happened.getByText('with the key shop. Why: its key may not ask for this model').waitFor();
    await happened.getByText('with the key bot. Why: a budget of its key, or of all keys, is spent').waitFor();
    shown.push(await page.content());
    await happened.getByRole('link', { name: 'Failed 403' }).click();
    await page.getByText('The key was that of shop.').waitFor();
    shown.push(await page.content());
    assert.deepEqual(SECRETS.filter(secret => shown.join().includes(secret)), []);
  } finally {
    await without();
  }
}));

for (const [name, viewport] of [['1,440 px', DESKTOP], ['390 px', PHONE]]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`each view is sound at ${name}, ${colorScheme}: nothing overflows, and axe finds nothing serious`, async () => {
      await inTab({ viewport, colorScheme, bypassCSP: true }, async page => {
        await page.goto(`${demo.url}/ui/`);
        assert.deepEqual(await seriousFindings(page), [], 'the key');
        await enter(page, demo.url);
        for (const shown of VIEWS) {
          await view(page, shown);
          assert.deepEqual(await seriousFindings(page), [], shown);
          assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${shown} is wider than the window`);
          await picture(page, `${shown}-${viewport.width}-${colorScheme}`, { fullPage: true });
        }
      });
    });
  }
}

test('a Redis that is away is told while it is, with what holds limits then', { skip: !hasRedis() }, () => inTab({}, async page => {
  const redis = await Redis.prepare();
  redis.begin();
  const gateway = await Demo.start({ properties: { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(redis.port), GATEWAY_REHEARSAL_CPU: '0' } });
  const away = page.getByRole('heading', { name: 'Redis is away' });
  try {
    await enter(page, gateway.url);
    await page.getByRole('article', { name: 'qwen3.5-local' }).waitFor();
    while (!gateway.log.includes('Limits are held by all gateways together')) await page.waitForTimeout(100);
    await away.waitFor({ state: 'detached' });
    await redis.kill();
    await away.waitFor();
    const told = await page.getByRole('region', { name: 'What there is to know' }).innerText();
    assert.match(told, /Each gateway holds its share of the limits of keys by itself\./);
    assert.ok(told.includes(`127.0.0.1:${redis.port}`), told);
    await picture(page, 'redis-away');
    assert.equal((await gateway.chat()).status, 200);
    redis.begin();
    await away.waitFor({ state: 'detached' });
    await page.goto('about:blank'); // what it listens to ends with the gateway
  } finally {
    await gateway.close();
    if (redis.process) await redis.kill();
  }
}));

test('with reduced motion nothing moves by itself', () => inTab({ reducedMotion: 'reduce' }, async page => {
  await enter(page, demo.url);
  for (const shown of ['overview', 'flow']) {
    await view(page, shown);
    await demo.chat();
    await page.waitForTimeout(1200);
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  }
}));

test('all of it works with the keyboard: from the key to a view, and to the content', () => inTab({}, async page => {
  await page.goto(`${demo.url}/ui/`);
  await page.getByLabel('Key').waitFor();
  await page.keyboard.press('Tab');
  await page.getByLabel('Key').focus();
  await page.keyboard.type(KEY);
  await page.keyboard.press('Enter');
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Requests', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Requests', exact: true }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
}));

test('below a path that a proxy takes off, the page and all that it asks for work', () => inTab({}, async page => {
  const proxy = await below('/tools/llm', demo.port);
  try {
    await page.goto(`${proxy.url}/`);
    assert.equal(new URL(page.url()).pathname, '/tools/llm/ui/');
    for (const start of [`${proxy.url}/ui`, `${proxy.url}/ui/`]) {
      await page.goto(start);
      // As it goes, and not before: a page that has lost its key would ask without it.
      await page.evaluate(() => addEventListener('pagehide', () => sessionStorage.clear()));
      await page.reload();
      await page.getByLabel('Key').fill(KEY);
      await page.keyboard.press('Enter');
      await page.getByText('Live', { exact: true }).waitFor();
    }
    await view(page, 'playground');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('demo upstream.').waitFor();
  } finally {
    proxy.close();
  }
}));

test('text of a client is shown as text', () => inTab({}, async page => {
  const mark = '<img src=x onerror=alert(1)>';
  await demo.chat({ model: mark });
  await demo.chat({}, { 'x-litellm-call-id': `"${mark}` });
  await enter(page, demo.url);
  await view(page, 'requests');
  await page.locator('.request').first().waitFor();
  assert.equal(await page.locator('img[src=x]').count(), 0);
}));
