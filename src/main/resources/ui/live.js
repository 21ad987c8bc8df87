// What the gateway tells each second, kept for all views. One connection for the page, made anew when it breaks.
import { useEffect, useState } from './vendor/preact.js';
import { ask, refusalOf } from './ask.js';
import { eventsOf } from './events.js';
import { api } from './places.js';
import { headers } from './session.js';

const MOST_REQUESTS = 500;
const MOST_CHANGES = 100;
const LONGEST_WAIT_MS = 5000;

const EMPTY = {
  connection: 'opening', // opening, live, lost, or refused: the key is not taken any more
  state: null, requests: [], inFlight: { count: 0, streams: 0, list: [] }, flow: {}, second: null, ahead: 0,
};

let now = EMPTY;
let stop = null;
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

async function run(signal) {
  let wait = 500;
  while (!signal.aborted) {
    try {
      const answer = await fetch(api('live'), { headers: headers(), cache: 'no-store', signal });
      if (!answer.ok) throw await refusalOf(answer);
      wait = 500;
      for await (const { event, data } of eventsOf(answer.body)) {
        if (signal.aborted) return;
        if (event === 'snapshot') snapshot(JSON.parse(data));
        else if (event === 'tick') tick(JSON.parse(data));
      }
    } catch (failure) {
      if (signal.aborted) return;
      if (failure.status === 401) return change({ connection: 'refused' });
    }
    change({ connection: 'lost' });
    await new Promise(done => setTimeout(done, wait));
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
  }
}

function snapshot({ state, requests, flow, inFlight }) {
  change({ connection: 'live', state, flow, inFlight, requests: merged(requests, []), ahead: state.now - Date.now() });
  more();
}

/** The snapshot holds the newest requests alone. */
async function more() {
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
    ahead: told.at - Date.now(),
    second: told.second,
    inFlight: told.inFlight,
    flow: { ...now.flow, ...told.flow },
    requests: merged(told.requests, now.requests),
    state: {
      ...state, groups, totals: told.totals,
      breakerChanges: [...[...told.breakers].reverse(), ...state.breakerChanges].slice(0, MOST_CHANGES),
    },
  });
  if (told.generation !== state.generation || told.reload) ask('state').then(fresh => change({ state: fresh })).catch(() => {});
  if (told.requestsLeftOut > 0) more();
}

/** Both lists in one, newest first, each request once. */
function merged(newer, older) {
  const seen = new Set();
  return [...newer, ...older].filter(row => !seen.has(row.id) && seen.add(row.id))
    .sort((a, b) => b.endedAt - a.endedAt).slice(0, MOST_REQUESTS);
}
