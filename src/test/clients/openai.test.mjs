// OpenAI's own client, with both of its APIs.
import assert from 'node:assert/strict';

import OpenAI from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';

import { all, feature, until } from './harness/feature.mjs';
import { KEY, SLOW_KEY, SPENT_KEY, start } from './harness/gateway.mjs';
import { atTheLimit, noting } from './harness/limits.mjs';
import { PICTURE, pictureIn, roles, SUNNY, textOf, WEATHER } from './harness/prompts.mjs';
import { calls, cut, endless, reasoning, status, text } from './harness/upstream.mjs';

const { url, local } = await start();
const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: KEY, maxRetries: 0 });
const model = 'local';
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };
const picture = `data:image/png;base64,${PICTURE}`;
const City = z.object({ city: z.string() });
const inputs = WEATHER.map(([, input]) => input);

const CHAT = 'openai chat.completions';
const messages = [{ role: 'user', content: 'hello' }];

feature(CHAT, 'text', async () => {
  local.script(text('Good morning to you.'));
  const answer = await openai.chat.completions.create({ model, messages });
  assert.equal(answer.choices[0].message.content, 'Good morning to you.');
  assert.equal(answer.usage.total_tokens, 27);
  assert.ok(answer._request_id);
});

feature(CHAT, 'stream', async () => {
  local.script(text('Good morning to you.'));
  const stream = openai.chat.completions.stream({ model, messages, stream_options: { include_usage: true } });
  const final = await stream.finalChatCompletion();
  assert.equal(final.choices[0].message.content, 'Good morning to you.');
  assert.equal(final.usage.completion_tokens, 7);
});

for (const stream of [false, true]) {
  feature(CHAT, stream ? 'tools, streamed' : 'tools', async () => {
    local.script(calls(...WEATHER), text('Warm in both.'));
    const asked = [];
    const weather = ({ city }) => { asked.push(city); return `sunny in ${city}`; };
    const tools = [{ type: 'function', function: { name: 'weather', parameters, parse: JSON.parse, function: weather } }];
    const runner = openai.chat.completions.runTools({ model, messages, tools, stream });
    assert.equal(await runner.finalContent(), 'Warm in both.');
    assert.deepEqual(asked, ['Oslo', 'Rome']);
    assert.deepEqual(local.last.messages.slice(2).map(textOf), SUNNY);
  });
}

feature(CHAT, 'structured output', async () => {
  local.script(text('{"city":"Oslo"}'));
  const answer = await openai.chat.completions.parse({ model, messages, response_format: zodResponseFormat(City, 'city') });
  assert.deepEqual(answer.choices[0].message.parsed, { city: 'Oslo' });
});

feature(CHAT, 'image', async () => {
  local.script(text('A dot.'));
  const content = [{ type: 'text', text: 'what is it?' }, { type: 'image_url', image_url: { url: picture } }];
  const answer = await openai.chat.completions.create({ model, messages: [{ role: 'user', content }] });
  assert.equal(answer.choices[0].message.content, 'A dot.');
  assert.equal(pictureIn(local.last), picture);
});

const RESPONSES = 'openai responses';

feature(RESPONSES, 'text', async () => {
  local.script(text('Good morning to you.'));
  const answer = await openai.responses.create({ model, instructions: 'be kind', input: 'hello', max_output_tokens: 50 });
  assert.equal(answer.output_text, 'Good morning to you.');
  assert.equal(answer.status, 'completed');
  assert.equal(answer.usage.input_tokens, 20);
  assert.equal(answer.usage.input_tokens_details.cached_tokens, 4);
  assert.ok(answer._request_id);
  assert.deepEqual(local.last.messages.map(textOf), ['be kind', 'hello']);
});

feature(RESPONSES, 'stream', async () => {
  local.script(text('Good morning to you.'));
  const stream = openai.responses.stream({ model, input: 'hello' });
  const events = await all(stream);
  assert.equal(events.filter(event => event.type === 'response.output_text.delta').length, 4);
  assert.deepEqual(events.map(event => event.sequence_number), events.map((_, index) => index));
  const final = await stream.finalResponse();
  assert.equal(final.output_text, 'Good morning to you.');
  assert.equal(final.usage.output_tokens, 7);
});

for (const streamed of [false, true]) {
  feature(RESPONSES, streamed ? 'tools, streamed' : 'tools', async () => {
    local.script(calls(...WEATHER), text('Warm in both.'));
    const ask = async input => {
      const asked = { model, input, tools: [{ type: 'function', name: 'weather', parameters, strict: true }] };
      return streamed ? openai.responses.stream(asked).finalResponse() : openai.responses.create(asked);
    };
    const input = [{ role: 'user', content: 'hello' }];
    const first = await ask(input);
    const wanted = first.output.filter(item => item.type === 'function_call');
    assert.deepEqual(wanted.map(call => JSON.parse(call.arguments)), inputs);
    const outputs = wanted.map((call, index) => ({ type: 'function_call_output', call_id: call.call_id, output: SUNNY[index] }));
    const last = await ask([...input, ...first.output, ...outputs]);
    assert.equal(last.output_text, 'Warm in both.');
    assert.deepEqual(roles(local.last), ['user', 'assistant', 'tool', 'tool']);
    assert.deepEqual(local.last.messages.slice(2).map(textOf), SUNNY);
  });
}

feature(RESPONSES, 'structured output', async () => {
  local.script(text('{"city":"Oslo"}'));
  const answer = await openai.responses.parse({ model, input: 'hello', text: { format: zodTextFormat(City, 'city') } });
  assert.deepEqual(answer.output_parsed, { city: 'Oslo' });
  assert.equal(local.last.response_format.json_schema.name, 'city');
});

feature(RESPONSES, 'image', async () => {
  local.script(text('A dot.'));
  const content = [{ type: 'input_text', text: 'what is it?' }, { type: 'input_image', image_url: picture, detail: 'auto' }];
  const answer = await openai.responses.create({ model, input: [{ role: 'user', content }] });
  assert.equal(answer.output_text, 'A dot.');
  assert.equal(pictureIn(local.last), picture);
});

feature(RESPONSES, 'reasoning', async () => {
  local.script(reasoning('Let me see.', 'Yes.'), reasoning('Let me see.', 'Yes.'));
  const ask = { model, input: 'hello', reasoning: { summary: 'auto' } };
  for (const answer of [await openai.responses.create(ask), await openai.responses.stream(ask).finalResponse()]) {
    assert.equal(answer.output[0].type, 'reasoning');
    assert.equal(answer.output[0].summary[0].text, 'Let me see.');
    assert.equal(answer.output_text, 'Yes.');
  }
});

feature(RESPONSES, 'next turn by id', async () => {
  local.script(text('I am Bob.'), text('I said so.'));
  const first = await openai.responses.create({ model, input: 'who are you?' });
  const second = await openai.responses.create({ model, input: 'who?', previous_response_id: first.id });
  assert.equal(second.output_text, 'I said so.');
  assert.equal(second.previous_response_id, first.id);
  assert.deepEqual(local.last.messages.map(textOf), ['who are you?', 'I am Bob.', 'who?']);
  assert.equal((await openai.responses.retrieve(first.id)).output_text, 'I am Bob.');
  await openai.responses.delete(first.id);
  const gone = openai.responses.create({ model, input: 'who?', previous_response_id: first.id });
  await assert.rejects(gone, error => error.status === 400 && error.code === 'previous_response_not_found' && error.message.includes(first.id));
});

feature(RESPONSES, 'tokens counted', async () => {
  const { input_tokens } = await openai.responses.inputTokens.count({ model, input: 'hello to you all' });
  assert.ok(input_tokens > 0);
});

const ways = {
  [CHAT]: {
    ask: (more, client = openai) => client.chat.completions.create({ model, messages, ...more }),
    words: answer => answer.choices[0].message.content,
    piece: chunk => chunk.choices[0]?.delta.content ?? '',
  },
  [RESPONSES]: {
    ask: (more, client = openai) => client.responses.create({ model, input: 'hello', ...more }),
    words: answer => answer.output_text,
    piece: event => (event.type === 'response.output_text.delta' ? event.delta : ''),
  },
};

for (const [client, { ask, words, piece }] of Object.entries(ways)) {
  feature(client, 'error shown', async () => {
    local.script(status(400, 'the prompt is nonsense'), status(429, 'too much at once'), status(500, 'it broke'));
    await assert.rejects(ask({ model: 'alone' }), { status: 400, message: /the prompt is nonsense/ });
    await assert.rejects(ask({ model: 'alone' }), { status: 429, message: /too much at once/ });
    await assert.rejects(ask({ model: 'alone', stream: true }), error => error.status >= 500);
    await assert.rejects(ask({ model: 'nobody' }), { status: 404, code: 'model_not_found' });
  });

  feature(client, 'waits at a limit', async () => {
    local.script();
    const noted = noting();
    const slow = new OpenAI({ baseURL: `${url}/v1`, apiKey: SLOW_KEY, fetch: noted.fetch });
    const answer = await atTheLimit(url, noted, () => ask({ model: 'alone' }, slow));
    assert.equal(words(answer), 'Hello from local.');
    assert.equal(noted.seen.at(-1), 200);
  });

  feature(client, 'does not retry a spent budget', async () => {
    local.script();
    const noted = noting();
    const spent = new OpenAI({ baseURL: `${url}/v1`, apiKey: SPENT_KEY, fetch: noted.fetch });
    await assert.rejects(ask({ model: 'priced' }, spent), { status: 429, code: 'insufficient_quota', message: /Budget has been exceeded/ });
    assert.deepEqual(noted.seen, [429]);
    assert.equal(local.requests.length, 0);
  });

  feature(client, 'broken stream told', async () => {
    local.script(cut('It was a dark '));
    let seen = '';
    const failed = [];
    const stream = await ask({ model: 'alone', stream: true });
    await assert.rejects(async () => {
      for await (const event of stream) {
        seen += piece(event);
        if (event.type === 'response.failed') failed.push(event.response.error.message);
      }
      if (failed.length > 0) throw new Error(failed[0]); // this API tells it by an event of its own
    });
    assert.equal(seen, 'It was a dark ');
  });

  feature(client, 'abort', async () => {
    local.script(endless(20));
    for await (const event of await ask({ stream: true })) {
      if (piece(event)) break;
    }
    await until(() => local.last.ended, 'the upstream sees its client leave');
  });

  feature(client, 'local down', async () => {
    local.goDown();
    assert.equal(words(await ask({})), 'Hello from the cloud.');
    const events = await all(await ask({ stream: true }));
    assert.equal(events.map(piece).join(''), 'Hello from the cloud.');
  });

  feature(client, 'models listed', async () => {
    const ids = (await all(openai.models.list())).map(one => one.id);
    assert.ok(ids.includes('local') && ids.includes('cloud'), String(ids));
  });
}
