// What an operator wants to know first: is everything up, and if not, what happened and what happens next.
import { html } from '../vendor/preact.js';
import { useLive } from '../live.js';
import { to } from '../route.js';
import { count, decimal, duration, money } from '../format.js';
import { News } from '../parts/news.js';
import { Group } from '../parts/group.js';
import { Charts } from '../parts/charts.js';
import { Changes } from '../parts/changes.js';

const Tile = ({ label, value, under, bad }) => html`
  <div class="tile ${bad ? 'bad' : ''}"><dt>${label}</dt><dd class="number">${value}</dd>${under && html`<dd class="soft small">${under}</dd>`}</div>`;

function Totals({ totals }) {
  return html`
    <dl class="tiles" aria-label="The last 15 minutes">
      <${Tile} label="In flight now" value=${count(totals.inFlight)} under=${`${count(totals.streams)} of them streams`} />
      <${Tile} label="Requests" value=${count(totals.requests)} under="in 15 minutes" />
      <${Tile} label="Failed" value=${count(totals.errors)} under="in 15 minutes" bad=${totals.errors > 0} />
      <${Tile} label="Answered by a fallback" value=${count(totals.fallbacks)} under="in 15 minutes" />
      <${Tile} label="First token" value=${duration(totals.firstTokenP50Ms)} under=${totals.firstTokenP50Ms === null ? 'no stream in 15 minutes' : `half come sooner; 95 % in ${duration(totals.firstTokenP95Ms)}`} />
      <${Tile} label="Tokens out" value=${count(totals.completionTokens)} under=${totals.speed === null ? 'in 15 minutes' : `in 15 minutes; an answer gets ${decimal(totals.speed)} a second`} />
      <${Tile} label="Cost" value=${money(totals.costUsd)} under="in 15 minutes" />
    </dl>`;
}

export function Overview() {
  const { state } = useLive();
  if (!state) return html`<h1>Overview</h1><p class="empty">Asking the gateway …</p>`;
  return html`
    <h1 class="unseen">Overview</h1>
    <${News} state=${state} />
    <${Totals} totals=${state.totals} />
    <section aria-labelledby="models">
      <div class="row apart"><h2 id="models">Models and their deployments</h2>
        <a class="small" href=${to('flow')}>See the way of a request</a></div>
      <div class="groups">${state.groups.map(group => html`<${Group} key=${group.name} group=${group} />`)}</div>
    </section>
    <div class="beside">
      <${Charts} />
      <${Changes} />
    </div>`;
}
