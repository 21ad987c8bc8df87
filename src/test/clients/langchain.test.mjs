// LangChain by the Responses API.
import assert from 'node:assert/strict';

import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';

import { all, feature, until } from './harness/feature.mjs';
import { KEY, start } from './harness/gateway.mjs';
import { PICTURE, pictureIn, roles, SUNNY, textOf, WEATHER } from './harness/prompts.mjs';
import { calls, endless, reasoning, status, text } from './harness/upstream.mjs';

const { url, local } = await start();
const CLIENT = '@langchain/openai useResponsesApi';
const settings = { model: 'local', apiKey: KEY, useResponsesApi: true, maxRetries: 0, configuration: { baseURL: `${url}/v1` } };
const chat = new ChatOpenAI(settings);
const alone = new ChatOpenAI({ ...settings, model: 'alone' });
const City = z.object({ city: z.string() });

feature(CLIENT, 'text', async () => {
  local.script(text('Good morning to you.'));
  const answer = await chat.invoke('hello');
  assert.equal(answer.text, 'Good morning to you.');
  assert.equal(answer.usage_metadata.total_tokens, 27);
});

feature(CLIENT, 'stream', async () => {
  local.script(text('Good morning to you.'));
  const pieces = await all(await chat.stream('hello'));
  assert.equal(pieces.map(piece => piece.text).join(''), 'Good morning to you.');
  assert.ok(pieces.filter(piece => piece.text).length >= 4);
});

for (const streamed of [false, true]) {
  feature(CLIENT, streamed ? 'tools, streamed' : 'tools', async () => {
    local.script(calls(...WEATHER), text('Warm in both.'));
    const bound = chat.bindTools([{ name: 'weather', description: 'The weather', schema: City }]);
    const ask = async messages => {
      if (!streamed) return bound.invoke(messages);
      return (await all(await bound.stream(messages))).reduce((whole, piece) => whole.concat(piece));
    };
    const question = new HumanMessage('hello');
    const first = await ask([question]);
    assert.deepEqual(first.tool_calls.map(call => call.args), WEATHER.map(([, input]) => input));
    const results = first.tool_calls.map((call, index) => new ToolMessage({ content: SUNNY[index], tool_call_id: call.id }));
    assert.equal((await ask([question, first, ...results])).text, 'Warm in both.');
    assert.deepEqual(roles(local.last), ['user', 'assistant', 'tool', 'tool']);
    assert.deepEqual(local.last.messages.slice(-2).map(textOf), SUNNY);
  });
}

feature(CLIENT, 'structured output', async () => {
  local.script(text('{"city":"Oslo"}'));
  const asking = chat.withStructuredOutput(City, { method: 'jsonSchema' });
  assert.deepEqual(await asking.invoke('hello'), { city: 'Oslo' });
});

feature(CLIENT, 'image', async () => {
  local.script(text('A dot.'));
  const picture = `data:image/png;base64,${PICTURE}`;
  const content = [{ type: 'text', text: 'what is it?' }, { type: 'image_url', image_url: { url: picture } }];
  assert.equal((await chat.invoke([new HumanMessage({ content })])).text, 'A dot.');
  assert.equal(pictureIn(local.last), picture);
});

feature(CLIENT, 'reasoning', async () => {
  local.script(reasoning('Let me see.', 'Yes.'));
  const answer = await chat.invoke('hello');
  assert.equal(answer.additional_kwargs.reasoning.summary[0].text, 'Let me see.');
});

feature(CLIENT, 'next turn by id', async () => {
  local.script(text('I am Bob.'), text('I said so.'));
  const first = await chat.invoke('who are you?');
  const second = await chat.invoke('who?', { previous_response_id: first.response_metadata.id });
  assert.equal(second.text, 'I said so.');
  assert.deepEqual(local.last.messages.map(textOf), ['who are you?', 'I am Bob.', 'who?']);
});

feature(CLIENT, 'error shown', async () => {
  local.script(status(400, 'the prompt is nonsense'));
  await assert.rejects(alone.invoke('hello'), { status: 400, message: /the prompt is nonsense/ });
});

// No 'broken stream told': it reads no `response.failed`, and its stream ends there without a word.

feature(CLIENT, 'abort', async () => {
  local.script(endless(20));
  const leaving = new AbortController();
  await assert.rejects(async () => {
    for await (const piece of await chat.stream('hello', { signal: leaving.signal })) {
      if (piece.text) leaving.abort();
    }
  });
  await until(() => local.last.ended, 'the upstream sees its client leave');
});

feature(CLIENT, 'local down', async () => {
  local.goDown();
  assert.equal((await chat.invoke('hello')).text, 'Hello from the cloud.');
});
