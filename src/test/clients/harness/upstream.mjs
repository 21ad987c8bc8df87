// An upstream that speaks chat completions and answers by a script: one reply a request, in order.
import { createServer } from 'node:http';

const USAGE = { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27, prompt_tokens_details: { cached_tokens: 4 } };
const sleep = milliseconds => new Promise(done => setTimeout(done, milliseconds));

/** A sentence, in several pieces where it is streamed. */
export const text = words => ({ pieces: words.split(/(?<= )/).map(content => ({ content })) });

/** Thoughts, then a sentence. */
export const reasoning = (thoughts, words) => ({
  pieces: [...thoughts.split(/(?<= )/).map(reasoning_content => ({ reasoning_content })), ...text(words).pieces],
});

/** Calls of tools, each `[name, input]`. Their fragments alternate, and the finish reason denies them, as some servers do. */
export const calls = (...wanted) => {
  const halves = wanted.map(([, input]) => {
    const json = JSON.stringify(input);
    return [json.slice(0, json.length / 2), json.slice(json.length / 2)];
  });
  const call = (index, more) => ({ tool_calls: [{ index, ...more }] });
  return {
    pieces: [
      ...wanted.map(([name], index) => call(index, { id: `call_${name}_${index}`, type: 'function', function: { name, arguments: '' } })),
      ...halves.map(([first], index) => call(index, { function: { arguments: first } })),
      ...halves.map(([, second], index) => call(index, { function: { arguments: second } })),
    ],
  };
};

/** A sentence that never ends: a piece every so many milliseconds. */
export const endless = pause => ({ ...text('still here'), pause });

/** A sentence whose connection is cut after its first pieces. */
export const cut = words => ({ ...text(words), cut: true });

/** A refusal before any content. */
export const status = (code, message, more = {}) => ({ code, error: { message, type: 'upstream_error', ...more } });

/** The whole message that a reply's pieces add up to. */
function whole({ pieces }) {
  const message = { role: 'assistant', content: null };
  for (const { content, reasoning_content, tool_calls = [] } of pieces) {
    if (content) message.content = (message.content ?? '') + content;
    if (reasoning_content) message.reasoning_content = (message.reasoning_content ?? '') + reasoning_content;
    for (const { index, id, type, function: { name, arguments: piece } } of tool_calls) {
      message.tool_calls ??= [];
      message.tool_calls[index] ??= { id, type, function: { name, arguments: '' } };
      message.tool_calls[index].function.arguments += piece;
    }
  }
  return message;
}

export class Upstream {
  /** What was asked, in order: each request's body, with `begun` once its answer has, and `ended` if its client has left. */
  requests = [];
  #script = [];
  #down = false;

  /** Starts one on a free port; it says `otherwise` when its script has no reply left. */
  static async start(otherwise) {
    const upstream = new Upstream();
    upstream.otherwise = otherwise;
    upstream.server = createServer((request, response) => upstream.#answer(request, response));
    await new Promise(done => upstream.server.listen(0, '127.0.0.1', done));
    upstream.url = `http://127.0.0.1:${upstream.server.address().port}/v1`;
    return upstream;
  }

  /** Forgets what was asked, is up, and gives these replies to what comes next. */
  script(...replies) {
    this.requests.length = 0;
    this.#script = replies;
    this.#down = false;
  }

  /** From now on every connection is cut before an answer. */
  goDown() {
    this.#down = true;
  }

  get last() {
    return this.requests.at(-1);
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }

  async #answer(request, response) {
    let body = '';
    for await (const piece of request) body += piece;
    if (this.#down) return request.socket.destroy();
    if (request.method === 'GET') return this.#json(response, 200, { object: 'list', data: [] });
    if (!request.url.endsWith('/chat/completions')) return this.#json(response, 404, { error: { message: 'no such path' } });
    const asked = { ...JSON.parse(body), begun: false, ended: false };
    this.requests.push(asked);
    response.on('close', () => { asked.ended = !response.writableFinished; });
    let reply = this.#script.shift() ?? text(this.otherwise);
    if (typeof reply === 'function') reply = reply(asked);
    if (reply.code) return this.#json(response, reply.code, { error: reply.error });
    if (asked.stream) return this.#stream(response, asked, reply);
    if (reply.pause) return sleep(60_000);
    this.#json(response, 200, {
      id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: asked.model, usage: USAGE,
      choices: [{ index: 0, message: whole(reply), finish_reason: 'stop' }],
    });
  }

  #json(response, code, body) {
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  async #stream(response, asked, { pieces, pause, cut }) {
    const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: asked.model };
    const send = chunk => response.write(`data: ${JSON.stringify({ ...head, ...chunk })}\n\n`);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    send({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] });
    do {
      for (const delta of pieces) {
        send({ choices: [{ index: 0, delta, finish_reason: null }] });
        asked.begun = true;
        if (pause) await sleep(pause);
      }
    } while (pause && !response.destroyed);
    if (cut) {
      await sleep(50); // so that what was written has gone out
      return response.destroy();
    }
    send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    if (asked.stream_options?.include_usage) send({ choices: [], usage: USAGE });
    response.end('data: [DONE]\n\n');
  }
}
