// The requests: those in flight, the last ones, the slowest and the failed ones.
import { html, useEffect, useState } from '../vendor/preact.js';
import { ask } from '../ask.js';
import { useLive } from '../live.js';
import { to } from '../route.js';
import { InFlight } from '../parts/in-flight.js';
import { RequestList } from '../parts/request-list.js';
import { RequestDetail } from '../parts/request-detail.js';

const FILTERS = { recent: 'Newest', slowest: 'Slowest', failed: 'Failed' };
const AGAIN_MS = 3000;

const explained = {
  recent: 'The last 500 requests since the gateway started, newest first.',
  slowest: 'The 100 requests of the last day that took longest.',
  failed: 'The last 100 that failed, broke off, or whose client left.',
};

/** The rows of a filter; "recent" is live, the others are asked for again and again. */
function useRows(filter) {
  const { requests } = useLive();
  const [rows, setRows] = useState(null);
  useEffect(() => {
    if (filter === 'recent') return undefined;
    let gone = false;
    const load = () => ask(`requests?filter=${filter}`).then(found => gone || setRows(found.requests)).catch(() => {});
    setRows(null);
    load();
    const timer = setInterval(load, AGAIN_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [filter]);
  return filter === 'recent' ? requests : rows;
}

function Rows() {
  const [filter, setFilter] = useState('recent');
  const [word, setWord] = useState('');
  const [held, hold] = useState(null);
  const rows = useRows(filter);
  const shown = (held ?? rows)?.filter(row => matches(row, word));
  return html`
    <section aria-labelledby="finished">
      <div class="row apart"><h2 id="finished">Finished</h2>
        <div class="row">
          <div class="choices" role="group" aria-label="Which requests">
            ${Object.entries(FILTERS).map(([name, title]) => html`
              <button type="button" aria-pressed=${name === filter ? 'true' : 'false'} onClick=${() => { hold(null); setFilter(name); }}>${title}</button>`)}
          </div>
          <button type="button" aria-pressed=${held ? 'true' : 'false'} onClick=${() => hold(held ? null : rows)}>${held ? 'Go on' : 'Hold still'}</button>
          <label class="unseen" for="find">Only those with this word</label>
          <input id="find" type="search" placeholder="model, key, id, word" value=${word} onInput=${event => setWord(event.target.value)} />
        </div></div>
      <p class="small soft">${explained[filter]}${held && ' Held still: newer ones wait.'}</p>
      ${shown ? html`<${RequestList} rows=${shown} />` : html`<p class="empty">Asking the gateway …</p>`}
    </section>`;
}

const matches = (row, word) => word === '' || [row.id, row.model, row.group, row.deployment, row.path, row.key, row.error, row.why, row.status, row.cached && 'cache']
  .some(value => String(value ?? '').toLowerCase().includes(word.toLowerCase()));

export function Requests({ rest }) {
  if (rest[0]) {
    return html`
      <p><a href=${to('requests')}>All requests</a></p>
      <${RequestDetail} key=${rest.join('/')} id=${rest[0]} number=${rest[1]} />`;
  }
  return html`<h1>Requests</h1><${InFlight} /><${Rows} />`;
}
