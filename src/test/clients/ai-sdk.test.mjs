// Vercel's AI SDK with the four providers that Next.js apps use.
import assert from 'node:assert/strict';

import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, Output, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';

import { all, feature, until } from './harness/feature.mjs';
import { KEY, SLOW_KEY, SPENT_KEY, start } from './harness/gateway.mjs';
import { atTheLimit, noting } from './harness/limits.mjs';
import { PICTURE, pictureIn, roles, SUNNY, WEATHER } from './harness/prompts.mjs';
import { calls, cut, endless, reasoning, status, text } from './harness/upstream.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;

const { url, local } = await start();
const settings = { baseURL: `${url}/v1`, apiKey: KEY };
const openai = createOpenAI(settings);
const compatible = createOpenAICompatible({ ...settings, name: 'dromedary', includeUsage: true, supportsStructuredOutputs: true });

const makers = {
  'AI SDK openai()': createOpenAI,
  'AI SDK openai.chat()': more => createOpenAI(more).chat,
  'AI SDK openai-compatible': more => createOpenAICompatible({ ...more, name: 'dromedary' }),
  'AI SDK anthropic()': createAnthropic,
};
const providers = {
  'AI SDK openai()': openai,
  'AI SDK openai.chat()': openai.chat,
  'AI SDK openai-compatible': compatible,
  'AI SDK anthropic()': createAnthropic(settings),
};

const weather = tool({
  description: 'The weather', inputSchema: z.object({ city: z.string() }), execute: ({ city }) => `sunny in ${city}`,
});

for (const [client, model] of Object.entries(providers)) {
  const ask = { model: model('local'), prompt: 'hello', maxRetries: 0 };
  const translated = client.endsWith('openai()') || client.endsWith('anthropic()'); // chat's answers are passed on as they are

  feature(client, 'text', async () => {
    local.script(text('Good morning to you.'));
    const answer = await generateText(ask);
    assert.equal(answer.text, 'Good morning to you.');
    assert.equal(answer.finishReason, 'stop');
    assert.equal(answer.usage.inputTokens, 20);
    assert.equal(answer.usage.outputTokens, 7);
  });

  feature(client, 'stream', async () => {
    local.script(text('Good morning to you.'));
    const { textStream, usage, finishReason } = streamText(ask);
    const pieces = await all(textStream);
    assert.deepEqual(pieces, ['Good ', 'morning ', 'to ', 'you.']);
    assert.equal(await finishReason, 'stop');
    assert.equal((await usage).outputTokens, 7);
  });

  for (const streamed of [false, true]) {
    feature(client, streamed ? 'tools, streamed' : 'tools', async () => {
      local.script(calls(...WEATHER), text('Warm in both.'));
      const asked = { ...ask, tools: { weather }, stopWhen: stepCountIs(3) };
      const answer = streamed ? streamText(asked) : await generateText(asked);
      if (streamed) await answer.consumeStream();
      assert.equal(await answer.text, 'Warm in both.');
      const [first] = await answer.steps;
      assert.deepEqual(first.toolCalls.map(call => call.input), WEATHER.map(([, input]) => input));
      assert.equal(first.finishReason, translated ? 'tool-calls' : 'stop');
      assert.deepEqual(roles(local.last), ['user', 'assistant', 'tool', 'tool']);
      assert.deepEqual(local.last.messages.slice(2).map(message => message.content), SUNNY);
    });
  }

  feature(client, 'structured output', async () => {
    const byTool = client.endsWith('anthropic()'); // that provider makes a tool of the schema
    local.script(byTool ? calls(['json', { city: 'Oslo' }]) : text('{"city":"Oslo"}'));
    const answer = await generateText({ ...ask, output: Output.object({ schema: z.object({ city: z.string() }) }) });
    assert.deepEqual(answer.output, { city: 'Oslo' });
    const { tools, response_format } = local.last;
    const schema = byTool ? tools[0].function.parameters : response_format.json_schema.schema;
    assert.equal(schema.properties.city.type, 'string');
    assert.equal(local.last.tool_choice, byTool ? 'required' : undefined);
  });

  feature(client, 'image', async () => {
    local.script(text('A dot.'));
    const content = [{ type: 'text', text: 'what is it?' }, { type: 'image', image: PICTURE, mediaType: 'image/png' }];
    const answer = await generateText({ ...ask, prompt: [{ role: 'user', content }] });
    assert.equal(answer.text, 'A dot.');
    assert.equal(pictureIn(local.last), `data:image/png;base64,${PICTURE}`);
  });

  if (!client.endsWith('chat()')) { // that provider reads no reasoning
    feature(client, 'reasoning', async () => {
      local.script(reasoning('Let me see.', 'Yes.'), reasoning('Let me see.', 'Yes.'));
      assert.equal((await generateText(ask)).reasoningText, 'Let me see.');
      const answer = streamText(ask);
      await answer.consumeStream();
      assert.equal(await answer.reasoningText, 'Let me see.');
      assert.equal(await answer.text, 'Yes.');
    });
  }

  feature(client, 'error shown', async () => {
    local.script(status(400, 'the prompt is nonsense'));
    await assert.rejects(generateText({ ...ask, model: model('alone') }), { statusCode: 400, message: /the prompt is nonsense/ });
    local.script(status(429, 'too much at once'));
    await assert.rejects(generateText({ ...ask, model: model('alone') }), { statusCode: 429, isRetryable: true, message: /too much at once/ });
  });

  feature(client, 'waits at a limit', async () => {
    local.script();
    const noted = noting();
    const slow = makers[client]({ ...settings, apiKey: SLOW_KEY, fetch: noted.fetch });
    const answer = await atTheLimit(url, noted, () => generateText({ model: slow('alone'), prompt: 'hello' }));
    assert.equal(answer.text, 'Hello from local.');
    assert.equal(noted.seen.at(-1), 200);
  });

  // It retries any 429, whatever x-should-retry says; asked without retries, it tells what the gateway says.
  feature(client, 'spent budget told', async () => {
    local.script();
    const spent = makers[client]({ ...settings, apiKey: SPENT_KEY });
    await assert.rejects(generateText({ model: spent('priced'), prompt: 'hello', maxRetries: 0 }),
      { statusCode: 429, message: /Budget has been exceeded/ });
    assert.equal(local.requests.length, 0);
  });

  feature(client, 'broken stream told', async () => {
    local.script(cut('It was a dark '));
    const parts = await all(streamText({ ...ask, model: model('alone'), onError() {} }).fullStream);
    assert.ok(parts.some(part => part.type === 'text-delta'));
    assert.ok(parts.some(part => part.type === 'error'), JSON.stringify(parts.at(-1)));
  });

  feature(client, 'abort', async () => {
    local.script(endless(20));
    const leaving = new AbortController();
    for await (const piece of streamText({ ...ask, abortSignal: leaving.signal }).textStream) {
      assert.ok(piece);
      leaving.abort();
    }
    await until(() => local.last.ended, 'the upstream sees its client leave');
  });

  feature(client, 'local down', async () => {
    local.goDown();
    assert.equal((await generateText(ask)).text, 'Hello from the cloud.');
    const { textStream } = streamText(ask);
    assert.equal((await all(textStream)).join(''), 'Hello from the cloud.');
  });
}

feature('AI SDK openai()', 'next turn by id', async () => {
  const model = openai('local');
  local.script(text('I am Bob.'), text('I said so.'));
  const first = await generateText({ model, prompt: 'who are you?' });
  const turns = [{ role: 'user', content: 'who are you?' }, ...first.response.messages, { role: 'user', content: 'who?' }];
  assert.equal((await generateText({ model, prompt: turns })).text, 'I said so.');
  assert.deepEqual(roles(local.last), ['user', 'assistant', 'user']);
  assert.equal(local.last.messages[1].content, 'I am Bob.');
});

feature('AI SDK openai()', 'next turn without a store', async () => {
  const model = openai('local');
  const providerOptions = { openai: { store: false } };
  local.script(text('I am Bob.'), text('I said so.'));
  const first = await generateText({ model, prompt: 'who are you?', providerOptions });
  const turns = [{ role: 'user', content: 'who are you?' }, ...first.response.messages, { role: 'user', content: 'who?' }];
  assert.equal((await generateText({ model, prompt: turns, providerOptions })).text, 'I said so.');
  assert.equal(local.last.messages[1].content, 'I am Bob.');
});
