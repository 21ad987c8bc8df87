// What was used, and what it cost: the gateway's own GET /usage as tables, and the last 15 minutes.
import { html, useEffect, useState } from '../vendor/preact.js';
import { refusalOf } from '../ask.js';
import { useLive } from '../live.js';
import { gateway } from '../places.js';
import { headers } from '../session.js';
import { clock, count, money, plural } from '../format.js';
import { named } from '../words.js';

const BY = { model: 'Model', deployment: 'Deployment', key: 'Key', hour: 'Hour' };
const PERIODS = { today: 'Today (UTC)', since_start: 'Since the gateway started', all: 'All that is kept' };
const AGAIN_MS = 5000;

async function usage(query) {
  const answer = await fetch(gateway(`usage?${query}`), { headers: headers(), cache: 'no-store' });
  if (!answer.ok) throw await refusalOf(answer);
  return answer;
}

/** The totals; null until they have come, { failure } where there are none. */
function useTotals(by) {
  const [found, setFound] = useState(null);
  useEffect(() => {
    let gone = false;
    const load = () => usage(`by=${by}`).then(answer => answer.json()).then(come => gone || setFound({ ...come, asked: by }))
      .catch(failure => gone || setFound({ failure }));
    load();
    const timer = setInterval(load, AGAIN_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [by]);
  return found;
}

/** Saves the totals as a file: a link could not show the key. */
async function save(by) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await (await usage(`by=${by}&format=csv`)).blob());
  link.download = `usage-by-${by}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const cost = row => [money(row.cost), row.cost !== null && row.unpriced_requests > 0 && html`
  <div class="small soft">without ${plural(row.unpriced_requests, 'request')} that ${row.unpriced_requests === 1 ? 'has' : 'have'} no price</div>`];

const tokens = (all, part, word) => [count(all), part > 0 && html`<div class="small soft">${count(part)} ${word}, ${Math.round(100 * part / all)} %</div>`];

function Table({ caption, name, rows }) {
  if (rows.length === 0) return html`<p class="empty">Nothing was used yet.</p>`;
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${caption}><table>
      <thead><tr><th scope="col">${name}</th>${['Requests', 'Failed', 'Client left', 'Tokens in', 'Tokens out', 'Cost'].map(title => html`
        <th scope="col" class="n">${title}</th>`)}</tr></thead>
      <tbody>${rows.map(row => html`
        <tr key=${row.name}><th scope="row" class="wrap">${row.name}</th><td class="n">${count(row.requests)}</td><td class="n">${count(row.failed)}</td>
          <td class="n">${count(row.client_gone)}</td><td class="n">${tokens(row.prompt_tokens, row.cached_tokens, 'cached')}</td>
          <td class="n">${tokens(row.completion_tokens, row.reasoning_tokens, 'of thinking')}</td><td class="n">${cost(row)}</td></tr>`)}</tbody>
    </table></div>`;
}

function Totals() {
  const [by, setBy] = useState('model');
  const [period, setPeriod] = useState('today');
  const { state } = useLive();
  const totals = useTotals(by);
  if (!totals) return html`<p class="empty">Asking the gateway …</p>`;
  if (totals.failure) return html`<p class="note">${totals.failure.message}</p>`;
  const periods = Object.entries(PERIODS).filter(([name]) => name !== 'all' || totals.all.from !== totals.since_start.from);
  const shown = totals.asked !== by ? null : by === 'hour'
    ? totals.hours.map(hour => ({ name: clock(Date.parse(hour.from)), ...hour.total })).reverse()
    : totals[period].rows.map(row => ({ name: by === 'deployment' ? nameIn(state, row[by]) : row[by], ...row }));
  return html`
    <section class="card" aria-labelledby="totals">
      <div class="row apart"><h2 id="totals">${by === 'hour' ? 'The last 48 hours' : PERIODS[period]}</h2>
        <div class="row">
          ${by !== 'hour' && html`<div class="choices" role="group" aria-label="Of which time">${periods.map(([name, title]) => html`
            <button type="button" aria-pressed=${name === period ? 'true' : 'false'} onClick=${() => setPeriod(name)}>${title}</button>`)}</div>`}
          <div class="choices" role="group" aria-label="Summed by">${Object.entries(BY).map(([name, title]) => html`
            <button type="button" aria-pressed=${name === by ? 'true' : 'false'} onClick=${() => setBy(name)}>${title}</button>`)}</div>
          <button type="button" onClick=${() => save(by)}>Save as CSV</button>
        </div></div>
      ${shown ? html`<${Table} caption="What was used" name=${BY[by]} rows=${shown} />` : html`<p class="empty">Asking the gateway …</p>`}
      ${totals[period].total.estimated_requests > 0 && html`<p class="small soft">The tokens of ${plural(totals[period].total.estimated_requests, 'request')} are
        estimated, since no upstream said them.</p>`}
    </section>`;
}

/** What a deployment of that id is called; one that a reload has taken away has its id alone. */
const nameIn = (state, id) => {
  const one = state.groups.flatMap(group => group.deployments).find(known => known.id === id);
  return one ? named(one) : id;
};

const ofDeployment = group => one => ({
  name: group.name === one.id ? one.id : `${group.name} · ${named(one)}`, requests: one.requests, failed: one.failures, client_gone: null,
  prompt_tokens: one.promptTokens, completion_tokens: one.completionTokens, cost: one.costUsd,
});

export function Usage() {
  const { state } = useLive();
  if (!state) return html`<h1>Usage and cost</h1><p class="empty">Asking the gateway …</p>`;
  return html`
    <h1>Usage and cost</h1>
    <${Totals} />
    <section class="card" aria-labelledby="window">
      <h2 id="window">The last 15 minutes, by deployment</h2>
      <p class="small soft">Here each attempt counts, those that failed before a fallback too.</p>
      <${Table} caption="Attempts by deployment" name="Model and deployment"
        rows=${state.groups.flatMap(group => group.deployments.map(ofDeployment(group)))} />
    </section>
    <p class="small soft">“No price” is not $0: the configuration names no price for the model, so nobody knows the cost. Prices
      stand in <code>litellm_params</code> or <code>model_info</code> as <code>input_cost_per_token</code> and <code>output_cost_per_token</code>.</p>`;
}
