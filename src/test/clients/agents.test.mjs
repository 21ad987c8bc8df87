// OpenAI's Agents SDK, by its default API.
import assert from 'node:assert/strict';

import { Agent, OpenAIProvider, Runner, setTracingDisabled, tool } from '@openai/agents';
import { z } from 'zod';

import { all, feature, until } from './harness/feature.mjs';
import { KEY, start } from './harness/gateway.mjs';
import { PICTURE, pictureIn, roles, SUNNY, textOf, WEATHER } from './harness/prompts.mjs';
import { calls, cut, endless, status, text } from './harness/upstream.mjs';

setTracingDisabled(true); // else it is sent to OpenAI

const { url, local } = await start();
const CLIENT = '@openai/agents';
const runner = new Runner({ modelProvider: new OpenAIProvider({ baseURL: `${url}/v1`, apiKey: KEY }), tracingDisabled: true });
const weather = tool({
  name: 'weather', description: 'The weather', parameters: z.object({ city: z.string() }), execute: ({ city }) => `sunny in ${city}`,
});
const settings = { name: 'helper', instructions: 'be brief', model: 'local', tools: [weather] };
const agent = new Agent(settings);

feature(CLIENT, 'text', async () => {
  local.script(text('Good morning to you.'));
  assert.equal((await runner.run(agent, 'hello')).finalOutput, 'Good morning to you.');
  assert.deepEqual(local.last.messages.map(textOf), ['be brief', 'hello']);
});

feature(CLIENT, 'stream', async () => {
  local.script(text('Good morning to you.'));
  const run = await runner.run(agent, 'hello', { stream: true });
  assert.deepEqual(await all(run.toTextStream()), ['Good ', 'morning ', 'to ', 'you.']);
});

for (const stream of [false, true]) {
  feature(CLIENT, stream ? 'tools, streamed' : 'tools', async () => {
    local.script(calls(...WEATHER), text('Warm in both.'));
    const run = await runner.run(agent, 'hello', { stream });
    if (stream) await run.completed;
    assert.equal(run.finalOutput, 'Warm in both.');
    assert.deepEqual(roles(local.last), ['user', 'assistant', 'tool', 'tool']);
    assert.deepEqual(local.last.messages.slice(-2).map(textOf), SUNNY);
  });
}

feature(CLIENT, 'structured output', async () => {
  local.script(text('{"city":"Oslo"}'));
  const run = await runner.run(new Agent({ ...settings, outputType: z.object({ city: z.string() }) }), 'hello');
  assert.deepEqual(run.finalOutput, { city: 'Oslo' });
});

feature(CLIENT, 'image', async () => {
  local.script(text('A dot.'));
  const picture = `data:image/png;base64,${PICTURE}`;
  const content = [{ type: 'input_text', text: 'what is it?' }, { type: 'input_image', image: picture }];
  assert.equal((await runner.run(agent, [{ role: 'user', content }])).finalOutput, 'A dot.');
  assert.equal(pictureIn(local.last), picture);
});

feature(CLIENT, 'next turn by id', async () => {
  local.script(text('I am Bob.'), text('I said so.'));
  const { lastResponseId } = await runner.run(agent, 'who are you?');
  const run = await runner.run(agent, 'who?', { previousResponseId: lastResponseId });
  assert.equal(run.finalOutput, 'I said so.');
  assert.deepEqual(local.last.messages.map(textOf), ['be brief', 'who are you?', 'I am Bob.', 'who?']);
});

feature(CLIENT, 'error shown', async () => {
  local.script(status(400, 'the prompt is nonsense'));
  await assert.rejects(runner.run(new Agent({ ...settings, model: 'alone' }), 'hello'), /the prompt is nonsense/);
});

feature(CLIENT, 'broken stream told', async () => {
  local.script(cut('It was a dark '));
  const run = await runner.run(new Agent({ ...settings, model: 'alone' }), 'hello', { stream: true });
  await assert.rejects(all(run.toTextStream()).then(() => run.completed));
});

feature(CLIENT, 'abort', async () => {
  local.script(endless(20));
  const leaving = new AbortController();
  const run = await runner.run(agent, 'hello', { stream: true, signal: leaving.signal });
  await until(() => local.last?.begun, 'an answer begins');
  leaving.abort();
  await run.completed.catch(() => {});
  await until(() => local.last.ended, 'the upstream sees its client leave');
});

feature(CLIENT, 'local down', async () => {
  local.goDown();
  assert.equal((await runner.run(agent, 'hello')).finalOutput, 'Hello from the cloud.');
});
