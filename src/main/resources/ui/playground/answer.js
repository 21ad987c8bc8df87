// One answer of the playground: its text, who gave it, how fast, and the raw events.
import { html } from '../vendor/preact.js';
import { useLive } from '../live.js';
import { to } from '../route.js';
import { named } from '../words.js';
import { decimal, duration, money, plural } from '../format.js';
import { useDetail } from '../details.js';
import { Lamp } from '../parts/lamp.js';
import { speedOf } from './run.js';

const STATES = {
  asked: { is: 'idle', word: 'Asked, waiting' },
  streaming: { is: 'idle', word: 'Answering' },
  answered: { is: 'ok', word: 'Answered' },
  failed: { is: 'bad', word: 'Failed' },
  stopped: { is: 'idle', word: 'Stopped by you' },
};

/** Who answered and why, from the headers at once, and from the gateway's own record once it has one. */
function Who({ run }) {
  const id = run.told['x-litellm-call-id'];
  const { requests, state } = useLive();
  const over = run.state !== 'asked' && run.state !== 'streaming';
  const recorded = id !== undefined && over && requests.some(row => row.id === id);
  const detail = useDetail(id ?? '', null, recorded);
  const deployment = run.told['x-litellm-model-id'];
  const fallbacks = Number(run.told['x-litellm-attempted-fallbacks'] ?? 0);
  if (!deployment) return null;
  const one = state.groups.flatMap(group => group.deployments).find(known => known.id === deployment);
  return html`
    <p><strong title=${deployment}>${one ? named(one) : deployment}</strong> answered${run.told['x-litellm-model-group'] && `, of ${run.told['x-litellm-model-group']}`}. ${fallbacks > 0
      ? html`<span class="tag warn">${plural(fallbacks, 'fallback')}</span> ` : 'It was the one that was asked. '}
      ${detail?.why && html`Why: <strong>${detail.why}</strong>. `}
      ${recorded && html`<a href=${to('requests', id)}>See each attempt</a>`}</p>`;
}

function Numbers({ run }) {
  const speed = speedOf(run);
  const cost = run.told['x-litellm-response-cost'];
  return html`
    <dl class="stats">
      <div><dt>First token</dt><dd class="number">${duration(run.firstMs)}</dd></div>
      <div><dt>Tokens a second</dt><dd class="number">${speed === null ? '–' : `${run.usage ? '' : 'about '}${decimal(speed)}`}</dd></div>
      <div><dt>In all</dt><dd class="number">${duration(run.totalMs)}</dd></div>
      <div><dt>Tokens</dt><dd class="number">${run.usage ? `${run.usage.prompt_tokens ?? 0} in, ${run.usage.completion_tokens ?? 0} out` : '–'}</dd></div>
      <div><dt>Ended</dt><dd>${run.finish ?? '–'}</dd></div>
      ${cost !== undefined && html`<div><dt>Cost</dt><dd class="number">${money(Number(cost))}</dd></div>`}
    </dl>`;
}

export function Answer({ model, run }) {
  const { is, word } = STATES[run.state] ?? STATES.asked;
  return html`
    <article class="card" aria-label=${`Answer of ${model}`}>
      <div class="row apart"><h2 class="wrap">${model}</h2><span role="status"><${Lamp} is=${is}>${word}<//></span></div>
      <${Who} run=${run} />
      ${run.error && html`<p class="note bad wrap">${run.status >= 400 && `${run.status}: `}${run.error}</p>`}
      ${run.thinking && html`<details><summary>Thinking</summary><pre class="code">${run.thinking}</pre></details>`}
      <pre class="answer" data-test="answer">${run.text}</pre>
      <${Numbers} run=${run} />
      <details><summary>Headers</summary><pre class="code">${Object.entries(run.told).map(([name, value]) => `${name}: ${value}`).join('\n')}</pre></details>
      <details><summary>Raw events (${run.raw.length + run.rawLeftOut})</summary>
        <ol class="raw code">${run.raw.map(one => html`<li><span class="soft number">${duration(one.ms)}</span> <code>${one.data}</code></li>`)}</ol>
        ${run.rawLeftOut > 0 && html`<p class="small soft">${run.rawLeftOut} more are not shown.</p>`}</details>
    </article>`;
}
