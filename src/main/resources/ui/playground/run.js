// One run of the playground: asks /v1/chat/completions as any client would, and notes what came and when.
import { eventsOf } from '../events.js';
import { gateway } from '../places.js';
import { headers } from '../session.js';
import { refusalOf } from '../ask.js';

const MOST_RAW = 400;

/** What is known of a run before it begins. */
export const nothing = () => ({
  state: 'idle', text: '', thinking: '', raw: [], rawLeftOut: 0, told: {}, usage: null, finish: null, error: null, firstMs: null,
  totalMs: null, pieces: 0, lastMs: null,
});

/** The body of the request. Images are data URLs. */
export function bodyOf({ model, prompt, system, images, stream }) {
  const content = images.length === 0 ? prompt : [
    { type: 'text', text: prompt },
    ...images.map(url => ({ type: 'image_url', image_url: { url } })),
  ];
  return {
    model,
    messages: [...(system ? [{ role: 'system', content: system }] : []), { role: 'user', content }],
    ...(stream && { stream: true, stream_options: { include_usage: true } }),
  };
}

/** Takes one chunk of a stream, or a whole answer, into the run. */
function take(run, json, ms) {
  if (json.error) run.error = json.error.message ?? JSON.stringify(json.error);
  if (json.usage) run.usage = json.usage;
  if (json.model) run.model = json.model;
  const choice = json.choices?.[0];
  const said = choice?.delta ?? choice?.message;
  if (choice?.finish_reason) run.finish = choice.finish_reason;
  const thought = said?.reasoning_content ?? said?.reasoning ?? '';
  const text = typeof said?.content === 'string' ? said.content : '';
  const calls = said?.tool_calls ? JSON.stringify(said.tool_calls) : '';
  if (text || thought || calls) {
    run.firstMs ??= ms;
    run.lastMs = ms;
    run.pieces += 1;
  }
  run.text += text + calls;
  run.thinking += thought;
}

function keepRaw(run, data, ms) {
  if (run.raw.length < MOST_RAW) run.raw.push({ ms, data });
  else run.rawLeftOut += 1;
}

/**
 * Runs it. `show` is called with the run each time something has come.
 *
 * @param signal aborts it
 */
export async function go(request, signal, show) {
  const run = { ...nothing(), state: 'asked' };
  const began = performance.now();
  const since = () => performance.now() - began;
  show(run);
  try {
    const answer = await fetch(gateway('v1/chat/completions'), {
      method: 'POST', signal, headers: { ...headers(), 'Content-Type': 'application/json' }, body: JSON.stringify(bodyOf(request)),
    });
    run.status = answer.status;
    run.told = Object.fromEntries(answer.headers);
    run.state = 'streaming';
    show(run);
    if (!answer.ok) throw await refusalOf(answer);
    if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
      for await (const { data } of eventsOf(answer.body)) {
        keepRaw(run, data, since());
        if (data !== '[DONE]') take(run, JSON.parse(data), since());
        else run.done = true;
        show(run);
      }
      if (!run.done && !run.error) run.error = 'The stream ended without [DONE]';
    } else {
      const text = await answer.text();
      keepRaw(run, text, since());
      take(run, JSON.parse(text), since());
    }
    run.state = run.error ? 'failed' : 'answered';
  } catch (failure) {
    run.state = signal.aborted ? 'stopped' : 'failed';
    run.error = signal.aborted ? null : failure.message;
  }
  run.totalMs = since();
  show(run);
}

/** Tokens a second after the first one, counted by the upstream, or estimated by pieces; null before there are any. */
export function speedOf(run) {
  const tokens = run.usage?.completion_tokens ?? run.pieces;
  const ms = (run.lastMs ?? 0) - (run.firstMs ?? 0);
  return tokens > 1 && ms > 0 ? ((tokens - 1) * 1000) / ms : null;
}
