// Requests as rows, each with its attempts on a time line.
import { html, useEffect, useState } from '../vendor/preact.js';
import { to } from '../route.js';
import { clock, duration, money, plural } from '../format.js';
import { appOf, asked, result, whyOf } from '../words.js';
import { useDetail } from '../details.js';
import { Lamp } from './lamp.js';
import { TimeLine } from './timeline.js';

const AT_FIRST = 50;

/** One attempt needs no asking: its bar is the request's. */
const alone = row => (row.deployment ? [{
  deployment: row.deployment, provider: row.provider, upstreamModel: row.upstreamModel, outcome: row.clientGone ? 'cancelled' : row.status >= 400 || row.error ? 'failed' : 'answered',
  beganMs: 0, contentMs: row.firstTokenMs ?? -1, endedMs: row.totalMs,
}] : []);

/** A plain answer comes in one piece, so it has no first token to mark. */
export const barsOf = (timeline, stream) => timeline.map(one => ({ ...one, contentMs: stream ? one.firstTokenMs ?? -1 : -1 }));

function Row({ row }) {
  const several = row.attempts !== 1 || row.fallback;
  const detail = useDetail(row.id, row.number, several && row.deployment !== null);
  const { is, word } = result(row);
  const tokens = row.completionTokens > 0 && `${plural(row.completionTokens, 'token')}${row.tokensEstimated ? ' (estimated)' : ''}`;
  return html`
    <li class="request">
      <a href=${to('requests', row.id, row.number)}>
        <span class="when number">${clock(row.at)}</span>
        <span class="what wrap">${asked(row)}${row.group && row.group !== row.model ? html` <span class="soft">→</span> <strong>${row.group}</strong>` : ''}</span>
        <span class="how"><${Lamp} is=${is}>${word}<//></span>
        <span class="bars"><${TimeLine} attempts=${detail?.timeline ? barsOf(detail.timeline, row.stream) : several ? [] : alone(row)} total=${row.totalMs} /></span>
        <span class="took number">${duration(row.totalMs)}</span>
        <span class="more soft small">${[appOf(row) && `key ${appOf(row)}`, row.firstTokenMs !== null && `first token ${duration(row.firstTokenMs)}`, tokens,
          row.costUsd !== null && money(row.costUsd)].filter(Boolean).join(' · ')}</span>
        ${row.why && html`<span class="why small wrap">${whyOf(row)}</span>`}
      </a>
    </li>`;
}

export function RequestList({ rows }) {
  const [most, setMost] = useState(AT_FIRST);
  useEffect(() => setMost(AT_FIRST), [rows.length === 0]);
  if (rows.length === 0) return html`<p class="empty">None.</p>`;
  return html`
    <ol class="requests">${rows.slice(0, most).map(row => html`<${Row} key=${row.number} row=${row} />`)}</ol>
    ${rows.length > most && html`<button type="button" onClick=${() => setMost(most + 100)}>Show more (${rows.length - most} left)</button>`}
    <${Legend} />`;
}

const Legend = () => html`
  <p class="legend small soft" aria-hidden="true">
    <span><i class="line-of-time"><span class="answered whole"></span></i> answered</span>
    <span><i class="line-of-time"><span class="failed whole"></span></i> failed</span>
    <span><i class="line-of-time"><span class="passed-over whole"></span></i> not asked</span>
    <span><i class="line-of-time"><span class="cancelled whole"></span></i> cancelled or slower</span>
    <span><i class="line-of-time"><span class="first"></span></i> first token</span>
  </p>`;
