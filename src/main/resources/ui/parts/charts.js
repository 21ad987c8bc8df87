// The gateway over time: requests, first token, tokens, cost.
import { html, useState } from '../vendor/preact.js';
import { ranges, useSeries } from '../series.js';
import { count, decimal, duration, money } from '../format.js';
import { Chart } from './chart.js';

const lastKnown = values => values.findLast(value => value !== null) ?? null;
const sum = values => values.reduce((all, one) => all + (one ?? 0), 0);

function Drawn({ found, range }) {
  const { step } = ranges[range];
  const { times, series } = found;
  const priced = series.costUsd.some(value => value !== null);
  return html`
    <div class="charts">
      <${Chart} title=${`Requests per ${step}`} times=${times} series=${[
        { label: 'All', colour: '--series-1', values: series.requests, now: count(sum(series.requests)), fill: true },
        { label: 'Fallbacks', colour: '--series-3', values: series.fallbacks, now: count(sum(series.fallbacks)), dash: [6, 3] },
        { label: 'Failed', colour: '--series-2', values: series.errors, now: count(sum(series.errors)), dash: [2, 2] },
      ]} />
      <${Chart} title="Time to the first token" unit="ms" times=${times} series=${[
        { label: 'Half come within', colour: '--series-1', values: series.firstTokenP50Ms, now: duration(lastKnown(series.firstTokenP50Ms)), gaps: true },
        { label: '95 % within', colour: '--series-3', values: series.firstTokenP95Ms, now: duration(lastKnown(series.firstTokenP95Ms)), dash: [6, 3], gaps: true },
      ]} />
      <${Chart} title="Tokens a second" times=${times} series=${[
        { label: 'All answers together', colour: '--series-1', values: series.tokensPerSecond, now: decimal(lastKnown(series.tokensPerSecond)), fill: true },
        { label: 'One answer', colour: '--series-3', values: series.speed, now: decimal(lastKnown(series.speed)), dash: [6, 3], gaps: true },
      ]} />
      ${priced ? html`<${Chart} title=${`Cost per ${step}`} unit="money" times=${times} series=${[
          { label: 'All', colour: '--series-1', values: series.costUsd, now: money(sum(series.costUsd)), fill: true },
        ]} />`
        : html`<div class="chart"><strong>Cost</strong><p class="soft small">No request of this time has a price.
          Write <code>input_cost_per_token</code> and <code>output_cost_per_token</code> beside a model to see its cost.</p></div>`}
    </div>`;
}

export function Charts() {
  const [range, setRange] = useState('15m');
  const found = useSeries(range);
  return html`
    <section class="card" aria-labelledby="over-time">
      <div class="row apart"><h2 id="over-time">Over time</h2>
        <div class="choices" role="group" aria-label="How far back">
          ${Object.entries(ranges).map(([name, { word }]) => html`
            <button type="button" aria-pressed=${name === range ? 'true' : 'false'} onClick=${() => setRange(name)}>${word}</button>`)}
        </div></div>
      ${found && found.range === range ? html`<${Drawn} key=${range} found=${found} range=${range} />` : html`<p class="empty">Asking the gateway …</p>`}
    </section>`;
}
