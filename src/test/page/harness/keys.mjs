// Keys of apps for the demo: as an operator would write them down.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const value = app => `sk-${app}-0123456789abcdef0123456789abcdef`;
const hash = app => createHash('sha256').update(value(app)).digest('hex');

export const SHOP = value('shop');
export const BOT = value('bot');
/** What must be shown nowhere. */
export const SECRETS = ['shop', 'bot', 'bot-new', 'notebook', 'trial'].flatMap(app => [value(app), hash(app)]);

const APPS = `
virtual_keys:
  - key_alias: shop
    key: sha256:${hash('shop')}
    models: [qwen3.5-local]
    rpm_limit: 4
    tpm_limit: 20000
    max_parallel_requests: 8
    metadata: {team: web}
  - key_alias: bot
    key: [sha256:${hash('bot')}, sha256:${hash('bot-new')}]
    models: [qwen3.5-local, qwen3.5]
    max_budget: 0.02
    budget_duration: 30d
    soft_budget: 0.005
    model_rpm_limit: {qwen3.5: 10}
  - key_alias: notebook
    key: sha256:${hash('notebook')}
    blocked: true
  - key_alias: trial
    key: sha256:${hash('trial')}
    expires: 2026-01-31
  - key_alias: cron
    key: os.environ/A_VARIABLE_THAT_IS_NOT_SET
`;

/** Gives the demo's models a price and adds the keys, until what it answers is called. */
export async function withApps(demo) {
  const file = join(demo.home, 'demo/litellm_config.yaml');
  const good = await readFile(file, 'utf8');
  const priced = good.replace(/^( +)id: (local|cloud)\b.*$/gm, (all, indent, id) =>
    `${indent}id: ${id}\n${indent}input_cost_per_token: 0.0001\n${indent}output_cost_per_token: 0.0004`);
  await writeFile(file, priced + APPS);
  const taken = async () => (await fetch(`${demo.url}/v1/models`, { headers: { authorization: `Bearer ${SHOP}` } })).status === 200;
  while (!await taken()) await sleep(200);
  return async () => {
    await writeFile(file, good);
    while (await taken()) await sleep(200);
  };
}
