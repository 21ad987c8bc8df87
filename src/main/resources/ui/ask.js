// Asks the page's API.
import { api } from './places.js';
import { headers } from './session.js';

/** An answer that is no success. Its message is in words for whoever looks at the page. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** What the gateway says of an answer that is no success. */
export async function refusalOf(answer) {
  const text = await answer.text().catch(() => '');
  try {
    return new Refused(answer.status, JSON.parse(text).error.message);
  } catch {
    return new Refused(answer.status, text.slice(0, 300) || `The gateway answers with the status ${answer.status}`);
  }
}

/** The JSON at that path. Throws Refused, or a TypeError where the gateway is not reached. */
export async function ask(path, { key, signal, method = 'GET' } = {}) {
  const answer = await fetch(api(path), { headers: headers(key), cache: 'no-store', signal, method });
  if (!answer.ok) throw await refusalOf(answer);
  return answer.json();
}
