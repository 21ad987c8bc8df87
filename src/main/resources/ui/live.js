// What the gateway tells each second, kept for all views. One connection for the page, made anew when it breaks.
import { useEffect, useState } from './vendor/preact.js';
import { ask, refusalOf } from './ask.js';
import { eventsOf } from './events.js';
import { api } from './places.js';
import { headers } from './session.js';

const MOST_REQUESTS = 500;
const MOST_CHANGES = 100;
const LONGEST_WAIT_MS = 5000;
// A tick comes each second. A connection can die without an end: the gateway's machine is off, a laptop has slept.
const LONGEST_SILENCE_MS = 6000;
const LIST_AGAIN_MS = 10_000;

const EMPTY = {
  connection: 'opening', // opening, live, lost, or refused: the key is not taken any more
  state: null, requests: [], inFlight: { count: 0, streams: 0, list: [] }, flow: {}, ahead: 0, heardAt: null,
};

let now = EMPTY;
let stop = null;
let listedAt = 0;
const watchers = new Set();

function change(part) {
  now = { ...now, ...part };
  watchers.forEach(watcher => watcher(now));
}

/** What is known now; the component is drawn again when it changes. */
export function useLive() {
  const [seen, see] = useState(now);
  useEffect(() => {
    watchers.add(see);
    see(now);
    return () => watchers.delete(see);
  }, []);
  return seen;
}

/** The gateway's time, in ms since 1970: the browser's clock may be another one. */
export const gatewayNow = () => Date.now() + now.ahead;

/** Begins to listen. */
export function listen() {
  if (stop) return;
  const ending = new AbortController();
  stop = () => ending.abort();
  run(ending.signal);
}

/** Ends it, and forgets all. */
export function leave() {
  stop?.();
  stop = null;
  now = EMPTY;
}

/** Aborts what has its signal after so much silence, or with `ending`. */
function watched(ending) {
  const connection = new AbortController();
  const abort = () => connection.abort();
  ending.addEventListener('abort', abort);
  let timer = null;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(abort, LONGEST_SILENCE_MS);
  };
  const done = () => {
    clearTimeout(timer);
    ending.removeEventListener('abort', abort);
    abort();
  };
  heard();
  return { signal: connection.signal, heard, done };
}

async function run(signal) {
  let wait = 500;
  while (!signal.aborted) {
    const connection = watched(signal);
    try {
      const answer = await fetch(api('live'), { headers: headers(), cache: 'no-store', signal: connection.signal });
      if (!answer.ok) throw await refusalOf(answer);
      wait = 500;
      for await (const { event, data } of eventsOf(answer.body)) {
        if (signal.aborted) return;
        connection.heard();
        if (event === 'snapshot') snapshot(JSON.parse(data));
        else if (event === 'tick') tick(JSON.parse(data));
      }
    } catch (failure) {
      if (signal.aborted) return;
      if (failure.status === 401) return change({ connection: 'refused' });
    } finally {
      connection.done();
    }
    change({ connection: 'lost' });
    await new Promise(done => setTimeout(done, wait));
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
  }
}

function snapshot({ state, requests, flow, inFlight }) {
  change({ connection: 'live', heardAt: state.now, state, flow, inFlight, requests: merged(requests, []), ahead: state.now - Date.now() });
  more();
}

/** The snapshot holds the newest requests alone. */
async function more() {
  listedAt = Date.now();
  try {
    const { requests } = await ask('requests?filter=recent');
    change({ requests: merged(now.requests, requests) });
  } catch {
    // The next snapshot asks again; what came with this one is there.
  }
}

function tick(told) {
  const { state } = now;
  if (!state) return;
  const changed = new Map(told.deployments.map(one => [`${one.group}\n${one.id}`, one]));
  const lamps = new Map(told.groups.map(group => [group.name, group.lamp]));
  const groups = changed.size + lamps.size === 0 ? state.groups : state.groups.map(group => ({
    ...group,
    lamp: lamps.get(group.name) ?? group.lamp,
    deployments: group.deployments.map(one => ({ ...one, ...changed.get(`${group.name}\n${one.id}`) })),
  }));
  change({
    connection: 'live',
    heardAt: told.at,
    ahead: told.at - Date.now(),
    inFlight: told.inFlight,
    flow: { ...now.flow, ...told.flow },
    requests: merged(told.requests, now.requests),
    state: {
      ...state, groups, totals: told.totals, redis: told.redis ?? state.redis,
      breakerChanges: [...[...told.breakers].reverse(), ...state.breakerChanges].slice(0, MOST_CHANGES),
    },
  });
  if (told.generation !== state.generation || told.reload) ask('state').then(fresh => change({ state: fresh })).catch(() => {});
  // Under load that is in each tick; the list of the last 500 is then another one within seconds.
  if (told.requestsLeftOut > 0 && Date.now() - listedAt >= LIST_AGAIN_MS) more();
}

/** Both lists in one, newest first, each request once. */
function merged(newer, older) {
  const seen = new Set();
  return [...newer, ...older].filter(row => !seen.has(row.number) && seen.add(row.number))
    .sort((a, b) => b.number - a.number).slice(0, MOST_REQUESTS);
}
