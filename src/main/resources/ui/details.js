// What is known of single requests. A finished one does not change, so each is asked for once.
import { useEffect, useState } from './vendor/preact.js';
import { ask } from './ask.js';

const MOST_KEPT = 300;
const MOST_AT_ONCE = 3;
const found = new Map();
const waiting = [];
let running = 0;

function next() {
  while (running < MOST_AT_ONCE && waiting.length > 0) {
    const { address, tell } = waiting.pop(); // the newest first
    running += 1;
    ask(address).catch(failure => ({ failure })).then(detail => {
      running -= 1;
      if (!detail.failure) {
        found.set(address, detail);
        if (found.size > MOST_KEPT) found.delete(found.keys().next().value);
      }
      tell(detail);
      next();
    });
  }
}

/**
 * The detail of a request: null until it has come, { failure } where there is none. Without its number it is the newest one of that id,
 * which clients may use again. `wanted` false asks for nothing.
 */
export function useDetail(id, number, wanted = true) {
  const address = `requests/${encodeURIComponent(id)}${number ? `?number=${encodeURIComponent(number)}` : ''}`;
  const [detail, setDetail] = useState(found.get(address) ?? null);
  useEffect(() => {
    let gone = false;
    setDetail(found.get(address) ?? null);
    if (wanted && !found.has(address)) {
      waiting.push({ address, tell: come => gone || setDetail(come) });
      next();
    }
    return () => { gone = true; };
  }, [address, wanted]);
  return detail;
}
