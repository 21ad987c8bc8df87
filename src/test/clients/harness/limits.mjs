// Keys of apps at their limits.
import { SLOW_KEY } from './gateway.mjs';

/** A `fetch` that notes the status of each answer. */
export function noting() {
  const seen = [];
  return { seen, fetch: async (...request) => { const answer = await fetch(...request); seen.push(answer.status); return answer; } };
}

/** Uses up what the slow key has left. One request more comes after two seconds. */
export async function useUp(url) {
  const body = JSON.stringify({ model: 'alone', messages: [{ role: 'user', content: 'hello' }] });
  const headers = { authorization: `Bearer ${SLOW_KEY}`, 'content-type': 'application/json' };
  for (let answer = { status: 200 }; answer.status === 200;) {
    answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
    await answer.text();
  }
}

/** Has `ask` ask at the limit, again where a request has come back meanwhile; the answer. */
export async function atTheLimit(url, { seen }, ask) {
  for (;;) {
    await useUp(url);
    seen.length = 0;
    const answer = await ask();
    if (seen[0] === 429) return answer;
  }
}
