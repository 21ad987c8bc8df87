// The packaged gateway in front of two scripted upstreams, all on this machine.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { Upstream } from './upstream.mjs';

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
export const KEY = 'sk-clients';
/** An app's key that has thirty requests a minute: one more comes every two seconds. */
export const SLOW_KEY = 'sk-slow-0123456789abcdef';
/** An app's key whose budget is spent. */
export const SPENT_KEY = 'sk-spent-0123456789abcdef';

const config = (local, cloud) => `
model_list:
  - model_name: local
    litellm_params: {model: openai/local-model, api_base: "${local}", api_key: none}
  - model_name: cloud
    litellm_params: {model: openai/cloud-model, api_base: "${cloud}", api_key: none}
  - model_name: alone
    litellm_params: {model: openai/local-model, api_base: "${local}", api_key: none}
  - model_name: priced
    litellm_params: {model: openai/local-model, api_base: "${local}", api_key: none, input_cost_per_token: 1, output_cost_per_token: 1}
  - model_name: claude-*
    litellm_params: {model: openai/claude-model, api_base: "${local}", api_key: none}
router_settings:
  model_group_alias: {claude-opus-4-5: local}
  num_retries: 0          # so that requests can be counted
  disable_cooldowns: true # one test's failures are not the next one's
litellm_settings:
  fallbacks: [{local: [cloud]}]
general_settings:
  master_key: ${KEY}
virtual_keys:
  - {key_alias: slow, key: ${SLOW_KEY}, rpm_limit: 30}
  - {key_alias: spent, key: ${SPENT_KEY}, models: [priced], max_budget: 0}
`;

/** What a process may see: nothing of the machine's own settings, and a proxy that lets nothing out. */
export const environment = (proxy, more) => ({
  PATH: process.env.PATH, LANG: 'C.UTF-8', ...(process.env.JAVA_HOME && { JAVA_HOME: process.env.JAVA_HOME }),
  HTTP_PROXY: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy, http_proxy: proxy, https_proxy: proxy, all_proxy: proxy,
  NO_PROXY: '127.0.0.1,localhost', no_proxy: '127.0.0.1,localhost', ...more,
});

/** A proxy that lets nothing out, and remembers the first line of each request. */
async function proxy() {
  const wanted = [];
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', data => {
      wanted.push(data.toString('latin1').split('\r\n')[0]);
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    });
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  server.unref();
  return { url: `http://127.0.0.1:${server.address().port}`, wanted };
}

/** A folder of its own, gone after the file's tests. */
export async function folder() {
  const made = await mkdtemp(join(tmpdir(), 'dromedary-clients-'));
  after(() => rm(made, { recursive: true, force: true, maxRetries: 5 }));
  return made;
}

/** The address that the gateway's log names, once it listens. */
async function address(gateway, log) {
  for (;;) {
    const told = /Listening on (http:\S+)/.exec(log());
    if (told) return told[1];
    if (gateway.exitCode !== null) throw new Error(`the gateway has ended: ${log()}`);
    await sleep(50);
  }
}

/** Starts all for one file of tests, and ends it after them. */
export async function start() {
  const local = await Upstream.start('Hello from local.');
  const cloud = await Upstream.start('Hello from the cloud.');
  const outside = await proxy();
  const home = await folder();
  await writeFile(join(home, 'litellm_config.yaml'), config(local.url, cloud.url));
  let log = '';
  const gateway = spawn(join(ROOT, 'target/dromedary/bin/dromedary'),
    ['--config', 'litellm_config.yaml', '--host', '127.0.0.1', '--port', '0'],
    { cwd: home, env: environment(outside.url, { HOME: home, GATEWAY_REHEARSAL_CPU: '0', GATEWAY_LOG_FORMAT: 'text' }) });
  gateway.stdout.on('data', data => { log += data; });
  gateway.stderr.on('data', data => { log += data; });
  process.on('exit', () => gateway.kill('SIGKILL'));
  after(async () => {
    const gone = new Promise(done => gateway.on('exit', done));
    gateway.kill('SIGKILL');
    await gone;
    local.close();
    cloud.close();
  });
  return { url: await address(gateway, () => log), local, cloud, outside };
}
