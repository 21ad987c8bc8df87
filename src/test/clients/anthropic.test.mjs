// Anthropic's own client.
import assert from 'node:assert/strict';

import Anthropic from '@anthropic-ai/sdk';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { z } from 'zod';

import { all, feature, until } from './harness/feature.mjs';
import { KEY, start } from './harness/gateway.mjs';
import { PICTURE, pictureIn, roles, SUNNY, textOf, WEATHER } from './harness/prompts.mjs';
import { calls, cut, endless, reasoning, status, text } from './harness/upstream.mjs';

const { url, local } = await start();
const anthropic = new Anthropic({ baseURL: url, apiKey: KEY, maxRetries: 0 });
const CLIENT = '@anthropic-ai/sdk';
const model = 'local';
const ask = { model, max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] };
const words = message => message.content.filter(block => block.type === 'text').map(block => block.text).join('');

feature(CLIENT, 'text', async () => {
  local.script(text('Good morning to you.'));
  const answer = await anthropic.messages.create({ ...ask, system: 'be kind', stop_sequences: ['!'] });
  assert.equal(words(answer), 'Good morning to you.');
  assert.equal(answer.stop_reason, 'end_turn');
  assert.equal(answer.model, model);
  assert.equal(answer.usage.input_tokens, 16);
  assert.equal(answer.usage.cache_read_input_tokens, 4);
  assert.ok(answer._request_id);
  assert.deepEqual(local.last.messages.map(textOf), ['be kind', 'hello']);
  assert.deepEqual(local.last.stop, ['!']);
  assert.equal(local.last.max_tokens, 100);
});

feature(CLIENT, 'stream', async () => {
  local.script(text('Good morning to you.'));
  const pieces = [];
  const stream = anthropic.messages.stream(ask).on('text', piece => pieces.push(piece));
  const final = await stream.finalMessage();
  assert.deepEqual(pieces, ['Good ', 'morning ', 'to ', 'you.']);
  assert.equal(words(final), 'Good morning to you.');
  assert.equal(final.usage.output_tokens, 7);
});

for (const stream of [false, true]) {
  feature(CLIENT, stream ? 'tools, streamed' : 'tools', async () => {
    local.script(calls(...WEATHER), text('Warm in both.'));
    const weather = betaZodTool({
      name: 'weather', description: 'The weather', inputSchema: z.object({ city: z.string() }), run: ({ city }) => `sunny in ${city}`,
    });
    const runner = anthropic.beta.messages.toolRunner({ ...ask, tools: [weather], stream });
    assert.equal(words(await runner.runUntilDone()), 'Warm in both.'); // it has asked for a thread first, and was refused
    assert.equal(local.requests.length, 2);
    assert.deepEqual(roles(local.last), ['user', 'assistant', 'tool', 'tool']);
    assert.deepEqual(local.last.messages[1].tool_calls.map(call => JSON.parse(call.function.arguments)), WEATHER.map(([, input]) => input));
    assert.deepEqual(local.last.messages.slice(2).map(textOf), SUNNY);
  });
}

feature(CLIENT, 'structured output', async () => {
  local.script(text('{"city":"Oslo"}'));
  const format = zodOutputFormat(z.object({ city: z.string() }));
  const answer = await anthropic.messages.parse({ ...ask, output_config: { format } });
  assert.deepEqual(answer.parsed_output, { city: 'Oslo' });
  assert.equal(local.last.response_format.json_schema.schema.properties.city.type, 'string');
});

feature(CLIENT, 'image', async () => {
  local.script(text('A dot.'));
  const source = { type: 'base64', media_type: 'image/png', data: PICTURE };
  const content = [{ type: 'image', source }, { type: 'text', text: 'what is it?' }];
  const answer = await anthropic.messages.create({ ...ask, messages: [{ role: 'user', content }] });
  assert.equal(words(answer), 'A dot.');
  assert.equal(pictureIn(local.last), `data:image/png;base64,${PICTURE}`);
});

feature(CLIENT, 'reasoning', async () => {
  local.script(reasoning('Let me see.', 'Yes.'), reasoning('Let me see.', 'Yes.'), text('Sure.'));
  const thinking = { ...ask, max_tokens: 3000, thinking: { type: 'enabled', budget_tokens: 2000 } };
  for (const answer of [await anthropic.messages.create(thinking), await anthropic.messages.stream(thinking).finalMessage()]) {
    assert.deepEqual(answer.content.map(block => block.thinking ?? block.text), ['Let me see.', 'Yes.']);
    thinking.messages = [...ask.messages, { role: 'assistant', content: answer.content }, { role: 'user', content: 'sure?' }];
  }
  assert.equal(words(await anthropic.messages.create(thinking)), 'Sure.');
  assert.equal(textOf(local.last.messages[1]), 'Yes.');
});

feature(CLIENT, 'a thread is refused, not forgotten', async () => {
  local.script();
  const thread = anthropic.beta.messages.thread({ model, max_tokens: 100 });
  await assert.rejects(thread.send({ role: 'user', content: 'hello' }), { status: 400, errorCode: 'thread_unsupported_request' });
  assert.equal(local.requests.length, 0);
});

feature(CLIENT, 'tokens counted', async () => {
  const { input_tokens } = await anthropic.messages.countTokens({ model, messages: ask.messages });
  assert.ok(input_tokens > 0);
});

feature(CLIENT, 'models listed', async () => {
  const models = await all(anthropic.models.list());
  assert.ok(models.some(one => one.id === 'local'));
  assert.ok(models.every(one => one.type === 'model' && one.display_name));
});

feature(CLIENT, 'error shown', async () => {
  const create = more => anthropic.messages.create({ ...ask, model: 'alone', ...more });
  local.script(status(400, 'the prompt is nonsense'), status(429, 'too much at once'), status(503, 'it broke'));
  await assert.rejects(create(), { status: 400, type: 'invalid_request_error', message: /the prompt is nonsense/ });
  await assert.rejects(create(), { status: 429, type: 'rate_limit_error', message: /too much at once/ });
  await assert.rejects(create({ stream: true }), error => error.status >= 500 && Boolean(error.requestID));
  await assert.rejects(create({ model: 'nobody' }), { status: 404, type: 'not_found_error' });
  const stranger = new Anthropic({ baseURL: url, apiKey: 'sk-wrong' });
  await assert.rejects(stranger.messages.create(ask), { status: 401, type: 'authentication_error' });
});

feature(CLIENT, 'broken stream told', async () => {
  local.script(cut('It was a dark '));
  const stream = anthropic.messages.stream({ ...ask, model: 'alone' });
  let seen = '';
  stream.on('text', piece => { seen += piece; });
  await assert.rejects(stream.finalMessage(), { type: 'api_error' });
  assert.equal(seen, 'It was a dark ');
});

feature(CLIENT, 'abort', async () => {
  local.script(endless(20));
  const stream = anthropic.messages.stream(ask);
  stream.on('text', () => stream.abort());
  await assert.rejects(stream.done());
  await until(() => local.last.ended, 'the upstream sees its client leave');
});

feature(CLIENT, 'local down', async () => {
  local.goDown();
  assert.equal(words(await anthropic.messages.create(ask)), 'Hello from the cloud.');
  assert.equal(words(await anthropic.messages.stream(ask).finalMessage()), 'Hello from the cloud.');
});
