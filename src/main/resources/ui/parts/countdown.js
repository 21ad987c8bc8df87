// Times that go on while they are looked at.
import { html, useEffect, useState } from '../vendor/preact.js';
import { span } from '../format.js';
import { gatewayNow } from '../live.js';

/** The gateway's time in ms, anew each second. */
export function useNow() {
  const [now, setNow] = useState(gatewayNow());
  useEffect(() => {
    const timer = setInterval(() => setNow(gatewayNow()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** How long until `at`, in ms since 1970, counting down; `over` once it has come. */
export function Countdown({ at, over = 'now' }) {
  const left = at - useNow();
  return html`<span class="number">${left > 0 ? span(Math.ceil(left / 1000) * 1000) : over}</span>`;
}

/** How long ago `at` was. */
export function Ago({ at }) {
  return html`<span class="number">${span(useNow() - at)}</span>`;
}
