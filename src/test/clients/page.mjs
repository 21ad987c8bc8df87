// Writes the table of docs/clients.md from what the tests have done, and fails if the page had another one.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ROOT } from './harness/gateway.mjs';

const PAGE = join(ROOT, 'docs/clients.md');
const BEGIN = '<!-- What src/test/clients/run has seen, written by it. -->\n';
const END = '<!-- The end of what it has seen. -->';

/** Each client of the tests, the package that its version is of, and the path that it asks. */
const CLIENTS = [
  ['AI SDK openai()', '@ai-sdk/openai', 'responses'],
  ['AI SDK openai.chat()', '@ai-sdk/openai', 'chat/completions'],
  ['AI SDK openai-compatible', '@ai-sdk/openai-compatible', 'chat/completions'],
  ['AI SDK anthropic()', '@ai-sdk/anthropic', 'messages'],
  ['openai responses', 'openai', 'responses'],
  ['openai chat.completions', 'openai', 'chat/completions'],
  ['@anthropic-ai/sdk', '@anthropic-ai/sdk', 'messages'],
  ['@openai/agents', '@openai/agents', 'responses'],
  ['@langchain/openai useResponsesApi', '@langchain/openai', 'responses'],
  ['Claude Code', '@anthropic-ai/claude-code', 'messages'],
  ['Codex', '@openai/codex', 'responses'],
];

const COLUMNS = ['text', 'stream', 'tools', 'tools, streamed', 'structured output', 'image', 'reasoning', 'next turn by id',
  'error shown', 'broken stream told', 'abort', 'local down', 'models listed', 'tokens counted'];

const { dependencies } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));
const passed = (await readFile(join(ROOT, 'target/clients/passed.jsonl'), 'utf8')).trim().split('\n').map(line => JSON.parse(line));

const stranger = passed.find(({ client }) => !CLIENTS.some(([name]) => name === client));
if (stranger) throw new Error(`page.mjs has no row for ${stranger.client}`);

const row = cells => `| ${cells.join(' | ')} |\n`;
const rows = CLIENTS.map(([client, of, path]) => {
  const features = passed.filter(one => one.client === client).map(one => one.feature);
  const others = features.filter(feature => !COLUMNS.includes(feature)).sort();
  const cells = COLUMNS.map(column => (features.includes(column) ? 'yes' : ''));
  return row([`${client.replace('AI SDK', `AI SDK ${dependencies.ai}`)}, ${dependencies[of]}`, `\`/v1/${path}\``, ...cells, others.join('; ')]);
});
const heads = ['client', 'asks', ...COLUMNS, 'and'];
const table = row(heads) + row(heads.map(() => '---')) + rows.join('');

const page = await readFile(PAGE, 'utf8');
const from = page.indexOf(BEGIN) + BEGIN.length;
const to = page.indexOf(END);
if (from < BEGIN.length || to < from) throw new Error('docs/clients.md has lost the lines around its table');
const written = page.slice(0, from) + table + page.slice(to);
if (written !== page) {
  await writeFile(PAGE, written);
  console.error('docs/clients.md did not have the table that these tests make. It has now: look at it, and commit it.');
  process.exit(1);
}
