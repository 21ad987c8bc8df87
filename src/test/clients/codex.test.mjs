// Codex without its window: `codex exec`.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { feature, until } from './harness/feature.mjs';
import { folder, KEY, start } from './harness/gateway.mjs';
import { run } from './harness/headless.mjs';
import { PICTURE, pictureIn, textOf } from './harness/prompts.mjs';
import { calls, cut, endless, reasoning, status, text } from './harness/upstream.mjs';

const CLIENT = 'Codex';
const codex = join(dirname(createRequire(import.meta.url).resolve('@openai/codex/package.json')), 'bin/codex.js');
const { url, local, cloud, outside } = await start();
const home = await folder();
const work = join(home, 'work');
await mkdir(work);
await writeFile(join(home, 'config.toml'), `
model = "local"
model_provider = "dromedary"
model_context_window = 100000
check_for_update_on_startup = false
analytics.enabled = false
features = { plugins = false, remote_plugin = false } # which ask other hosts
model_providers.dromedary = { name = "Dromedary", base_url = "${url}/v1", env_key = "DROMEDARY_KEY", wire_api = "responses", request_max_retries = 1, stream_max_retries = 1 }
`);

async function ask(name, prompt, { model = 'local', more = [], leave } = {}) {
  const given = ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '-m', model, ...more, prompt];
  const ended = await run(`${CLIENT}: ${name}`, codex, given, {
    cwd: work, proxy: outside.url, leave, env: { HOME: home, CODEX_HOME: home, DROMEDARY_KEY: KEY },
  });
  assert.deepEqual(outside.wanted, [], 'it wants to leave this machine');
  return ended;
}

const twoCalls = () => calls(
  ['exec_command', { cmd: 'echo from-a-shell > made.txt; cat made.txt' }], ['exec_command', { cmd: 'cat note.txt' }]);

const told = request => request.messages.filter(message => message.role === 'tool').map(textOf);

feature(CLIENT, 'tools, streamed', async () => {
  await writeFile(join(work, 'note.txt'), 'written on paper\n');
  local.script(twoCalls(), text('Both are done.'));
  const { code, out, shown } = await ask('two tool calls', 'make a file and read the note');
  assert.equal(code, 0, shown);
  assert.match(out, /Both are done\./);
  assert.equal(await readFile(join(work, 'made.txt'), 'utf8'), 'from-a-shell\n');
  const [shell, note] = told(local.last);
  assert.match(shell, /from-a-shell/);
  assert.match(note, /written on paper/);
});

feature(CLIENT, 'reasoning', async () => {
  local.script(reasoning('Let me see.', 'Yes.'));
  const { out, shown } = await ask('reasoning', 'is it?');
  assert.match(out, /Yes\./);
  assert.match(shown, /Let me see\./);
});

feature(CLIENT, 'structured output', async () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };
  await writeFile(join(home, 'schema.json'), JSON.stringify(schema));
  local.script(text('{"city":"Oslo"}'));
  const { out } = await ask('structured output', 'where?', { more: ['--output-schema', join(home, 'schema.json')] });
  assert.match(out, /{"city":"Oslo"}/);
  assert.deepEqual(local.last.response_format.json_schema.schema, schema);
});

feature(CLIENT, 'image', async () => {
  await writeFile(join(work, 'dot.png'), Buffer.from(PICTURE, 'base64'));
  local.script(calls(['view_image', { path: join(work, 'dot.png') }]), text('A dot.'));
  const { out } = await ask('an image', 'what is in dot.png?');
  assert.match(out, /A dot\./);
  assert.match(pictureIn(local.last), /^data:image\/png;base64,/);
});

feature(CLIENT, 'upstream sees no person and no machine', async () => {
  local.script(text('Hello.'));
  await ask('what goes upstream', 'hello');
  const sent = JSON.stringify(local.last);
  for (const word of ['client_metadata', 'prompt_cache_key', 'namespace"']) {
    assert.ok(!sent.includes(word), word);
  }
  assert.deepEqual(local.last.messages.map(message => message.role), ['system', 'user']);
});

feature(CLIENT, 'next turn', async () => {
  local.script(text('I am Bob.'), text('I said so.'));
  await ask('first turn', 'who are you?');
  const { out, shown } = await ask('next turn', 'who?', { more: ['resume', '--last'] });
  assert.match(out, /I said so\./, shown);
  assert.ok(local.last.messages.some(message => message.role === 'assistant' && textOf(message) === 'I am Bob.'));
});

feature(CLIENT, 'error shown', async () => {
  local.script(...Array(9).fill(status(400, 'the prompt is nonsense')));
  const { code, shown } = await ask('an upstream error', 'hello', { model: 'alone' });
  assert.notEqual(code, 0);
  assert.match(shown, /the prompt is nonsense/);
  assert.equal(local.requests.length, 1);
});

feature(CLIENT, 'broken stream told', async () => {
  local.script(cut('It was a dark '), text('It was a dark night.'));
  const { out } = await ask('an interrupted stream', 'tell me a story', { model: 'alone' });
  assert.match(out, /It was a dark night\./); // it has asked again
  assert.equal(local.requests.length, 2);
});

feature(CLIENT, 'abort', async () => {
  local.script(endless(20));
  await ask('Ctrl-C in the middle of an answer', 'hello', { leave: () => until(() => local.last?.begun, 'an answer begins') });
  await until(() => local.last.ended, 'the upstream sees its client leave');
  assert.equal(local.requests.length, 1);
});

feature(CLIENT, 'local down', async () => {
  await writeFile(join(work, 'note.txt'), 'written on paper\n');
  cloud.script(text('The cloud has finished it.'));
  local.script(() => {
    local.goDown();
    return twoCalls();
  });
  const { out, shown } = await ask('local goes down between two turns', 'make a file and read the note');
  assert.match(out, /The cloud has finished it\./, shown);
  assert.equal(local.requests.length, 1);
  const [shell, note] = told(cloud.last);
  assert.match(shell, /from-a-shell/);
  assert.match(note, /written on paper/);
});
