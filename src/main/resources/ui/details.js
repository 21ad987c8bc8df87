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
    const { id, tell } = waiting.pop(); // the newest first
    running += 1;
    ask(`requests/${encodeURIComponent(id)}`).catch(failure => ({ failure })).then(detail => {
      running -= 1;
      if (!detail.failure) {
        found.set(id, detail);
        if (found.size > MOST_KEPT) found.delete(found.keys().next().value);
      }
      tell(detail);
      next();
    });
  }
}

/** The detail of a request: null until it has come, { failure } where there is none. `wanted` false asks for nothing. */
export function useDetail(id, wanted = true) {
  const [detail, setDetail] = useState(found.get(id) ?? null);
  useEffect(() => {
    let gone = false;
    setDetail(found.get(id) ?? null);
    if (wanted && !found.has(id)) {
      waiting.push({ id, tell: come => gone || setDetail(come) });
      next();
    }
    return () => { gone = true; };
  }, [id, wanted]);
  return detail;
}
