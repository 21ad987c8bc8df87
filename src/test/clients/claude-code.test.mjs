// Claude Code without its window: `claude -p`.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { feature, until } from './harness/feature.mjs';
import { folder, KEY, start } from './harness/gateway.mjs';
import { run } from './harness/headless.mjs';
import { PICTURE, pictureIn, textOf } from './harness/prompts.mjs';
import { calls, cut, endless, reasoning, status, text } from './harness/upstream.mjs';

const CLIENT = 'Claude Code';
const claude = join(dirname(createRequire(import.meta.url).resolve('@anthropic-ai/claude-code/package.json')), 'cli-wrapper.cjs');
const { url, local, cloud, outside } = await start();
const home = await folder();
const work = join(home, 'work');
await mkdir(work);

/** One event of its output, in a line. */
function line(json) {
  if (!json.startsWith('{')) return json;
  const event = JSON.parse(json);
  if (event.type === 'result') return `result${event.is_error ? ' (error)' : ''}: ${event.result}`;
  const blocks = Array.isArray(event.message?.content) ? event.message.content : [];
  return blocks.map(block => `${block.type}: ${block.text ?? block.thinking ?? JSON.stringify(block.input ?? block.content)}`).join('\n');
}

async function ask(name, prompt, { model = 'local', more = [], leave } = {}) {
  const given = ['-p', prompt, '--output-format', 'stream-json', '--verbose', '--allowedTools', 'Bash,Read', ...more];
  const ended = await run(`${CLIENT}: ${name}`, claude, given, {
    cwd: work, proxy: outside.url, line, leave, env: {
      HOME: home, ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: KEY, ANTHROPIC_MODEL: model,
      CLAUDE_CODE_MAX_CONTEXT_TOKENS: '100000', CLAUDE_CODE_MAX_RETRIES: '1',
      DISABLE_TELEMETRY: '1', DISABLE_ERROR_REPORTING: '1', DISABLE_AUTOUPDATER: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
  });
  assert.deepEqual(outside.wanted, [], 'it wants to leave this machine');
  const events = ended.out.split('\n').filter(event => event.startsWith('{')).map(event => JSON.parse(event));
  const result = events.find(event => event.type === 'result');
  assert.ok(result || leave, ended.shown);
  return { ...ended, result };
}

const twoCalls = () => calls(
  ['Bash', { command: 'echo from-a-shell > made.txt; cat made.txt', description: 'make a file' }],
  ['Read', { file_path: join(work, 'note.txt') }]);

async function results() {
  assert.equal(await readFile(join(work, 'made.txt'), 'utf8'), 'from-a-shell\n');
}

const told = request => request.messages.filter(message => message.role === 'tool').map(textOf);

feature(CLIENT, 'tools, streamed', async () => {
  await writeFile(join(work, 'note.txt'), 'written on paper\n');
  local.script(twoCalls(), text('Both are done.'));
  const { result } = await ask('two tool calls', 'make a file and read the note');
  assert.equal(result.result, 'Both are done.');
  await results();
  assert.equal(local.requests.length, 2);
  const [shell, note] = told(local.last);
  assert.match(shell, /from-a-shell/);
  assert.match(note, /written on paper/);
});

feature(CLIENT, 'image', async () => {
  const file = join(work, 'dot.png');
  await writeFile(file, Buffer.from(PICTURE, 'base64'));
  local.script(calls(['Read', { file_path: file }]), text('A dot.'));
  const { result } = await ask('an image', 'what is in dot.png?');
  assert.equal(result.result, 'A dot.');
  assert.match(pictureIn(local.last), /^data:image\/png;base64,/);
});

feature(CLIENT, 'reasoning', async () => {
  local.script(reasoning('Let me see.', 'Yes.'));
  const { result, shown } = await ask('reasoning', 'is it?');
  assert.equal(result.result, 'Yes.');
  assert.match(shown, /thinking: Let me see\./);
});

feature(CLIENT, 'upstream sees no person and no machine', async () => {
  local.script(text('Hello.'));
  await ask('what goes upstream', 'hello');
  const sent = JSON.stringify(local.last);
  for (const word of ['x-anthropic-billing-header', 'user_id', 'safeguards', 'context_management']) {
    assert.ok(!sent.includes(word), word);
  }
  assert.deepEqual(local.last.messages.map(message => message.role), ['system', 'user']);
});

feature(CLIENT, 'next turn', async () => {
  local.script(text('I am Bob.'), text('I said so.'));
  const first = await ask('first turn', 'who are you?');
  const { result } = await ask('next turn', 'who?', { more: ['--resume', first.result.session_id] });
  assert.equal(result.result, 'I said so.');
  assert.ok(local.last.messages.some(message => message.role === 'assistant' && textOf(message) === 'I am Bob.'));
});

feature(CLIENT, 'claude-* names', async () => {
  for (const [name, upstream] of [['claude-sonnet-4-5', 'claude-model'], ['claude-opus-4-5', 'local-model']]) { // by pattern, by alias
    local.script();
    const { result } = await ask('a name of its own', 'hello', { model: name });
    assert.equal(result.result, 'Hello from local.');
    assert.equal(local.last.model, upstream);
  }
  local.goDown();
  const { result } = await ask('a name of its own, local down', 'hello', { model: 'claude-opus-4-5' });
  assert.equal(result.result, 'Hello from the cloud.');
});

feature(CLIENT, 'error shown', async () => {
  local.script(...Array(20).fill(status(400, 'the prompt is nonsense')));
  const { result } = await ask('an upstream error', 'hello', { model: 'alone' });
  assert.ok(result.is_error);
  assert.match(result.result, /the prompt is nonsense/);
});

feature(CLIENT, 'broken stream told', async () => {
  local.script(cut('It was a dark '), text('It was a dark night.'));
  const { result } = await ask('an interrupted stream', 'tell me a story', { model: 'alone' });
  assert.equal(result.result, 'It was a dark night.'); // it has asked again
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
  const { result } = await ask('local goes down between two turns', 'make a file and read the note');
  assert.equal(result.result, 'The cloud has finished it.');
  assert.equal(local.requests.length, 1);
  const [shell, note] = told(cloud.last);
  assert.match(shell, /from-a-shell/);
  assert.match(note, /written on paper/);
});
