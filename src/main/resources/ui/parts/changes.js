// What happened, newest first: deployments that went down or came back, and requests that did not go as asked.
import { html } from '../vendor/preact.js';
import { useLive } from '../live.js';
import { to } from '../route.js';
import { clock } from '../format.js';
import { appOf, asked, changes, result, whyOf } from '../words.js';
import { Lamp } from './lamp.js';

const MOST = 14;

const ofBreaker = change => ({
  key: `${change.at} ${change.deployment} ${change.to}`, same: `${change.at} ${change.deployment}`, at: change.at, is: changes[change.to]?.is ?? 'idle',
  text: html`<span><strong>${change.group}</strong> ${changes[change.to]?.word ?? change.to}${change.why && `: ${change.why}`}</span>`,
});

const ofRequest = row => ({
  key: `request ${row.number}`, same: [result(row).word, row.model, row.group, row.why, row.key].join('\n'), at: row.endedAt, is: result(row).is,
  text: html`<span><a href=${to('requests', row.id, row.number)}>${result(row).word}</a>: ${asked(row)}${appOf(row) && html`, with the key <strong>${appOf(row)}</strong>`}${row.fallback && row.group && html`, answered by <strong>${row.group}</strong>`}${row.why && `. Why: ${whyOf(row)}`}</span>`,
});

/** The same thing several times in a row is one entry: its newest, and how often. */
function folded(told) {
  const entries = [];
  for (const one of told) {
    const last = entries[entries.length - 1];
    if (last?.same === one.same) last.times += 1;
    else entries.push({ ...one, times: 1 });
  }
  return entries;
}

export function Changes() {
  const { state, requests } = useLive();
  const told = folded([
    ...state.breakerChanges.map(ofBreaker),
    ...requests.filter(row => row.fallback || row.status >= 400 || row.error).map(ofRequest),
  ].sort((a, b) => b.at - a.at)).slice(0, MOST);
  return html`
    <section class="card" aria-labelledby="happened">
      <h2 id="happened">What happened</h2>
      ${told.length === 0 ? html`<p class="empty">Nothing out of the ordinary. Here stand fallbacks, failures, and deployments that go down or come back.</p>`
        : html`<ol class="happened">${told.map(one => html`
          <li key=${one.key}><span class="number soft small">${clock(one.at)}</span> <span class="dot"><${Lamp} is=${one.is} /></span> <span class="wrap">${one.text}${one.times > 1 && html` <span class="tag">${one.times} times</span>`}</span></li>`)}</ol>`}
      <p class="small"><a href=${to('requests')}>All requests</a></p>
    </section>`;
}
