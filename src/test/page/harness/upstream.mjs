// An upstream that behaves as a story needs it: well, slowly, or refusing.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const TEXT = 'This is what a model might say, word by word, until somebody stops it.'.split(' ').map((word, i) => (i ? ` ${word}` : word));

export class Upstream {
  /** How long until the first token, in ms; how long between two; and what to refuse with, or null. */
  firstMs = 30;
  betweenMs = 40;
  repeats = 1;
  refusal = null;

  static async start() {
    const upstream = new Upstream();
    upstream.server = createServer((request, response) => upstream.#answer(request, response).catch(() => response.destroy()));
    await new Promise(done => upstream.server.listen(0, '127.0.0.1', done));
    upstream.url = `http://127.0.0.1:${upstream.server.address().port}/v1`;
    return upstream;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }

  async #answer(request, response) {
    let body = '';
    for await (const piece of request) body += piece;
    const json = (status, value, headers = {}) => response.writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(value));
    if (request.method === 'GET') return json(200, { object: 'list', data: [] });
    if (this.refusal) return json(this.refusal.status, { error: { message: this.refusal.message } }, this.refusal.headers);
    const { model, stream, stream_options: options } = JSON.parse(body);
    await sleep(this.firstMs);
    const words = Array(this.repeats).fill(TEXT).flat();
    const usage = { prompt_tokens: 9, completion_tokens: words.length, total_tokens: 9 + words.length };
    const head = { id: 'chatcmpl-1', created: 1, model };
    if (!stream) {
      return json(200, { ...head, object: 'chat.completion', usage, choices: [{ index: 0, finish_reason: 'stop',
        message: { role: 'assistant', content: words.join('') } }] });
    }
    const send = more => response.write(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...more })}\n\n`);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const content of words) {
      if (response.destroyed) return undefined;
      send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
      await sleep(this.betweenMs);
    }
    send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    if (options?.include_usage) send({ choices: [], usage });
    return response.end('data: [DONE]\n\n');
  }
}
