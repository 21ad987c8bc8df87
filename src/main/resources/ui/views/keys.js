// The keys of apps: what each may use, what it has used, and when it is there again.
import { html, useEffect, useState } from '../vendor/preact.js';
import { ask } from '../ask.js';
import { count, money, span } from '../format.js';
import { gatewayNow } from '../live.js';
import { Lamp } from '../parts/lamp.js';

const AGAIN_MS = 5000;
const STATES = {
  open: { is: 'ok', word: 'Open' },
  blocked: { is: 'bad', word: 'Blocked' },
  expired: { is: 'bad', word: 'Expired' },
  unset: { is: 'warn', word: 'Not set', more: 'its variable has no value' },
};
const WORDS = { requests: 'requests a minute', tokens: 'tokens a minute', parallel: 'requests at a time', usd: 'budget' };

/** What the gateway tells of keys; null until it has, { failure } where it could not. */
function useKeys() {
  const [found, setFound] = useState(null);
  useEffect(() => {
    let gone = false;
    const load = () => ask('keys').then(come => gone || setFound(come)).catch(failure => gone || setFound({ failure }));
    load();
    const timer = setInterval(load, AGAIN_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, []);
  return found;
}

const amount = (limit, value) => (limit.unit === 'usd' ? money(value) : count(value));

function Limit({ limit }) {
  const full = limit.used >= limit.amount;
  return html`
    <li>${WORDS[limit.unit]}${limit.model && html` for <span class="wrap">${limit.model}</span>`}: ${' '}
      <span class="number">${amount(limit, limit.used)} of ${amount(limit, limit.amount)}</span>${full && html`, <span class="bad-text">used up</span>`}
      ${limit.resetsAt !== null && html`<span class="small soft"> all there again in ${span(Math.max(0, limit.resetsAt - gatewayNow()))}</span>`}</li>`;
}

function Row({ one }) {
  const state = STATES[one.state];
  return html`
    <tr><th scope="row" class="wrap">${one.alias}${one.team && html`<div class="small soft">${String(one.team)}</div>`}</th>
      <td><${Lamp} is=${state.is}>${state.word}<//>${state.more && html`<div class="small soft">${state.more}</div>`}
        ${one.expires !== null && html`<div class="small soft">until ${new Date(one.expires).toISOString().slice(0, 10)}</div>`}
        ${one.values > 1 && html`<div class="small soft">${one.values} values are taken</div>`}</td>
      <td>${one.limits.length === 0 ? 'no limits' : html`<ul class="limits">${one.limits.map(limit => html`<${Limit} key=${limit.name} limit=${limit} />`)}</ul>`}
        ${one.softBudgetPassed && html`<div class="small">More than the soft budget of ${money(Number(one.softBudgetUsd))} is spent.</div>`}</td>
      <td class="wrap">${one.models === null ? 'all' : one.models.join(', ') || 'none'}</td></tr>`;
}

export function Keys() {
  const keys = useKeys();
  if (!keys) return html`<h1>Keys</h1><p class="empty">Asking the gateway …</p>`;
  if (keys.failure) return html`<h1>Keys</h1><p class="note">${keys.failure.message}</p>`;
  return html`
    <h1>Keys</h1>
    ${keys.count > 0 && keys.masterMayCall && html`<p class="note">The master key may ask models too, without any limit.${' '}
      <code>master_key_may_call: false</code> under <code>general_settings</code> keeps it from that.</p>`}
    ${keys.count === 0 ? html`<p class="empty">There is the master key alone. Keys of apps stand under <code>virtual_keys</code> in the configuration.</p>` : html`
      <section class="card" aria-labelledby="apps">
        <h2 id="apps">Keys of apps</h2>
        <div class="scroll" tabindex="0" role="region" aria-label="Keys of apps"><table class="keys">
          <thead><tr>${['Key', 'State', 'Used of its limits', 'Models'].map(title => html`<th scope="col">${title}</th>`)}</tr></thead>
          <tbody>${keys.keys.map(one => html`<${Row} key=${one.alias} one=${one} />`)}</tbody>
        </table></div>
        ${keys.count > keys.keys.length && html`<p class="small soft">The first ${count(keys.keys.length)} of ${count(keys.count)}.</p>`}
      </section>`}`;
}
