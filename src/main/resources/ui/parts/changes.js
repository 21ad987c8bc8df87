// What happened, newest first: deployments that went down or came back, and requests that did not go as asked.
import { html } from '../vendor/preact.js';
import { useLive } from '../live.js';
import { to } from '../route.js';
import { clock } from '../format.js';
import { asked, changes, result } from '../words.js';
import { Lamp } from './lamp.js';

const MOST = 14;

const ofBreaker = change => ({
  key: `${change.at} ${change.deployment} ${change.to}`, at: change.at, is: changes[change.to]?.is ?? 'idle',
  text: html`<span class="wrap"><strong>${change.group}</strong> ${changes[change.to]?.word ?? change.to}${change.why && `: ${change.why}`}</span>`,
});

const ofRequest = row => ({
  key: row.id, at: row.endedAt, is: result(row).is,
  text: html`<span class="wrap"><a href=${to('requests', row.id)}>${result(row).word}</a>: ${asked(row)}${row.fallback && row.group && html`, answered by <strong>${row.group}</strong>`}${row.why && `. Why: ${row.why}`}</span>`,
});

export function Changes() {
  const { state, requests } = useLive();
  const told = [
    ...state.breakerChanges.map(ofBreaker),
    ...requests.filter(row => row.fallback || row.status >= 400 || row.error).slice(0, MOST).map(ofRequest),
  ].sort((a, b) => b.at - a.at).slice(0, MOST);
  return html`
    <section class="card" aria-labelledby="happened">
      <h2 id="happened">What happened</h2>
      ${told.length === 0 ? html`<p class="empty">Nothing out of the ordinary. Here stand fallbacks, failures, and deployments that go down or come back.</p>`
        : html`<ol class="happened">${told.map(one => html`
          <li key=${one.key}><span class="number soft small">${clock(one.at)}</span> <span class="dot"><${Lamp} is=${one.is} /></span> ${one.text}</li>`)}</ol>`}
      <p class="small"><a href=${to('requests')}>All requests</a></p>
    </section>`;
}
