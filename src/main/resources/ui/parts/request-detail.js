// One request: what happened, in a sentence, on a time line, and in full.
import { html } from '../vendor/preact.js';
import { bytes, clock, count, decimal, duration, money, plural } from '../format.js';
import { appOf, asked, list, named, otherwise, outcomes, result, whyOf } from '../words.js';
import { useDetail } from '../details.js';
import { Code } from './code.js';
import { Lamp } from './lamp.js';
import { Bar } from './timeline.js';
import { barsOf } from './request-list.js';
import { Replay } from './replay.js';

/** What happened, as one would tell it. */
function story(request) {
  const failed = request.timeline.filter(one => one.outcome === 'failed');
  const passed = request.timeline.filter(one => one.outcome === 'passed-over');
  const winner = request.timeline.find(one => one.outcome === 'answered');
  const parts = [];
  if (request.refused) return `The gateway refused it with ${request.status}, before any model was asked.`;
  if (request.cached) return 'No deployment was asked: the answer that such a request had before was given again, from the cache.';
  if (request.timeline.length === 0) return `No deployment was asked. The gateway answered itself, with ${request.status}${request.error ? `: ${whyOf(request)}` : ''}.${
    appOf(request) ? ` The key was that of ${appOf(request)}.` : ''}`;
  if (passed.length > 0) parts.push(`${list(names(passed))} ${passed.length > 1 ? 'were' : 'was'} not asked: ${reasons(passed)}.`);
  if (failed.length > 0) parts.push(`${list(names(failed))} failed: ${reasons(failed)}.`);
  if (winner) {
    parts.push(`${named(winner)}${winner.group === request.model ? '' : `, of ${winner.group},`} answered${
      failed.length + passed.length > 0 ? ' in its place' : ''}, after ${duration(request.totalMs)}.`);
  } else if (request.clientGone) parts.push('The client left before it had its answer.');
  else parts.push(`Nobody answered: the client was told ${request.status}${request.error ? ` (${request.error})` : ''}.`);
  return parts.join(' ');
}

const names = attempts => [...new Set(attempts.map(named))];
const reasons = attempts => [...new Set(attempts.map(one => one.reason ?? one.kind ?? 'no reason is known'))].join('; ');

const Attempt = ({ one, total }) => html`
  <li class="attempt">
    <div class="row apart held"><span class="wrap"><strong>${named(one)}</strong> <span class="soft small" title=${one.deployment}>${otherwise(one)}</span></span>
      <${Lamp} is=${outcomes[one.outcome]?.is ?? 'idle'}>${one.outcome === 'answered' ? 'Answered' : `It ${outcomes[one.outcome]?.word ?? one.outcome}`}<//></div>
    <div class="line-of-time tall" role="img" aria-label=${`From ${duration(one.beganMs)} to ${duration(one.endedMs)}`}>${Bar(one, total)}</div>
    <dl class="facts small">
      <dt>Why it was chosen</dt><dd>${one.choiceText ?? one.choice}${one.group && `, for ${one.group}`}</dd>
      ${(one.reason || one.kind) && html`<dt>${one.outcome === 'passed-over' ? 'Why it was not asked' : 'What failed'}</dt><dd><strong>${one.reason ?? one.kind}</strong>${one.status > 0 && ` (the upstream said ${one.status})`}</dd>`}
      <dt>When</dt><dd class="number">${duration(one.beganMs)} to ${duration(one.endedMs)} after the request came${one.contentMs >= 0 && `; first token at ${duration(one.contentMs)}`}</dd>
    </dl>
  </li>`;

const Fact = ({ label, children }) => html`<dt>${label}</dt><dd>${children}</dd>`;

function Facts({ request }) {
  return html`
    <dl class="facts">
      <${Fact} label="Call id"><code>${request.id}</code><//>
      <${Fact} label="Asked"><code class="wrap">${request.method} ${request.path}</code>${request.stream && ' as a stream'}, at ${clock(request.at)}<//>
      <${Fact} label="Key">${request.key ?? 'none'}<//>
      <${Fact} label="Status">${request.status}${request.error && html`, error <code>${request.error}</code>`}<//>
      <${Fact} label="Took">${duration(request.totalMs)}, of which ${duration(request.overheadMs)} no deployment was at work<//>
      <${Fact} label="First token">${!request.stream ? 'an answer in one piece has none' : request.firstTokenMs === null ? 'none came' : `after ${duration(request.firstTokenMs)}`}${request.stream && request.speed !== null && `, then ${decimal(request.speed)} tokens a second`}<//>
      <${Fact} label="Tokens">${count(request.promptTokens)} in${request.cachedTokens > 0 && ` (${count(request.cachedTokens)} cached)`}, ${count(request.completionTokens)} out${
        request.reasoningTokens > 0 && ` (${count(request.reasoningTokens)} of thinking)`}${request.tokensEstimated && ', estimated'}<//>
      <${Fact} label="Cost">${money(request.costUsd)}<//>
      <${Fact} label="Bytes">${bytes(request.bytesIn)} in, ${bytes(request.bytesOut)} out<//>
      ${request.dropped?.length > 0 && html`<${Fact} label="Not sent upstream">${request.dropped.join(', ')}<//>`}
      ${request.leftOut?.length > 0 && html`<${Fact} label="Could not do it">${request.leftOut.join(', ')}<//>`}
    </dl>`;
}

export function RequestDetail({ id, number }) {
  const request = useDetail(id, number);
  if (!request) return html`<h1>Request</h1><p class="empty">Asking the gateway …</p>`;
  if (request.failure) {
    return html`<h1>Request</h1><p class="note warn">${request.failure.status === 404
      ? 'The gateway does not know this request any more: it keeps the last 500, and the slowest and the failed ones a little longer.' : request.failure.message}</p>`;
  }
  const { is, word } = result(request);
  return html`
    <h1 class="wrap">${asked(request)} <${Lamp} is=${is}>${word}<//></h1>
    <p class="note ${is === 'idle' ? '' : is}">${story(request)}</p>
    <div class="beside even">
      <section class="card" aria-labelledby="attempts">
        <h2 id="attempts">${plural(request.timeline.length, 'attempt')} in ${duration(request.totalMs)}</h2>
        <ol class="attempts">${barsOf(request.timeline, request.stream).map((one, i) => html`<${Attempt} key=${i} one=${one} total=${request.totalMs} />`)}</ol>
      </section>
      <section class="card" aria-labelledby="facts"><h2 id="facts">In full</h2><${Facts} request=${request} />
        <${Code} title="Headers that the client was told" text=${Object.entries(request.headers ?? {}).map(([name, value]) => `${name}: ${value}`).join('\n')} />
      </section>
    </div>
    <${Replay} replay=${request.replay} />`;
}
