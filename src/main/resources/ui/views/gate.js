// Asks for the key.
import { html, useState } from '../vendor/preact.js';
import { ask } from '../ask.js';
import { asset } from '../places.js';
import { keep } from '../session.js';

const PRINTABLE = /^[\x21-\x7e]+$/;

/** Why the key was not taken, in words. */
const reason = failure => (failure.status === 401 ? 'The gateway does not take this key.'
  : failure.status ? `The gateway answers with ${failure.status}: ${failure.message}`
    : 'The gateway is not reached. Is it running?');

/** Calls `onEnter` once the gateway has taken the key. */
export function Gate({ why, onEnter }) {
  const [problem, setProblem] = useState(why);
  const [asking, setAsking] = useState(false);
  const enter = async event => {
    event.preventDefault();
    const key = new FormData(event.target).get('key').trim();
    if (!PRINTABLE.test(key)) return setProblem(key ? 'A key has no blanks and no letters beyond ASCII.' : 'Write the key first.');
    setAsking(true);
    try {
      await ask('state', { key });
      keep(key);
      onEnter();
    } catch (failure) {
      setProblem(reason(failure));
      setAsking(false);
    }
  };
  return html`
    <header class="bar"><p class="brand"><img src=${asset('icon.svg')} alt="" />Dromedary</p></header>
    <main class="gate">
      <h1>What this gateway is doing</h1>
      <p>Which models are up, who answered which request and why, how long it took, what it cost.</p>
      <form class="card" onSubmit=${enter}>
        <div class="field">
          <label for="key">Key</label>
          <input id="key" name="key" type="password" class="wide" autocomplete="off" autofocus
            aria-describedby="key-help" aria-invalid=${problem ? 'true' : undefined} />
        </div>
        <div role="alert">${problem && html`<p class="note bad">${problem}</p>`}</div>
        <p id="key-help" class="small soft">The gateway's master key, <code>LITELLM_MASTER_KEY</code>.
          It is kept in this tab until you close it, and sent to this gateway alone.</p>
        <button class="main" disabled=${asking}>${asking ? 'Asking …' : 'Show me'}</button>
      </form>
    </main>`;
}
