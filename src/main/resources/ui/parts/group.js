// One model as clients ask for it, and the deployments behind it.
import { html } from '../vendor/preact.js';
import { to } from '../route.js';
import { clock, count, decimal, duration, money } from '../format.js';
import { groupLampOf, lampOf, named, otherwise } from '../words.js';
import { Countdown } from './countdown.js';
import { Lamp } from './lamp.js';

const Fact = ({ label, children }) => html`<div><dt>${label}</dt><dd class="number">${children}</dd></div>`;

const ifNone = {
  fallbacks: 'If none of it answers',
  contextWindowFallbacks: 'If a prompt is too long',
  contentPolicyFallbacks: 'If a prompt is refused',
};

function Learned({ learned }) {
  if (!learned?.length) return null;
  return html`
    <details class="small"><summary>${learned.length === 1 ? 'One thing' : `${learned.length} things`} learned from its answers</summary>
      <ul>${learned.map(one => html`<li>${one.what === 'refusal' ? 'It cannot do: ' : ''}${one.text}${one.path && ` (${one.path})`}, until ${clock(one.until)}</li>`)}</ul>
    </details>`;
}

function Deployment({ one }) {
  const lamp = lampOf(one);
  return html`
    <li class="deployment">
      <div class="row apart held">
        <div><strong class="wrap">${named(one)}</strong> <span class="soft small wrap" title=${one.id}>${otherwise(one)}</span></div>
        <${Lamp} is=${lamp.is} title=${lamp.means}>${lamp.word}<//>
      </div>
      ${one.open && html`<p class="small trouble">
        ${one.open.why}${one.open.cause && html`: <strong>${one.open.cause.reason}</strong>`}.
        ${one.open.triedAgainAt ? html` Since ${clock(one.open.since)}; tried again in <strong><${Countdown} at=${one.open.triedAgainAt} over="a moment" /></strong>.`
          : ' It is tried now.'}</p>`}
      <dl class="stats">
        <${Fact} label="First token">${duration(one.firstTokenP50Ms)}<//>
        <${Fact} label="Speed">${one.speed === null ? '–' : `${decimal(one.speed)} tok/s`}<//>
        <${Fact} label="In flight">${count(one.inFlight)}<//>
        <${Fact} label="Asked">${count(one.requests)}<//>
        <${Fact} label="Failed">${one.failures > 0 ? html`<span class="bad-text">${count(one.failures)}</span>` : count(one.failures)}<//>
        <${Fact} label="Passed over">${count(one.passedOver)}<//>
        ${one.costUsd !== null && html`<${Fact} label="Cost">${money(one.costUsd)}<//>`}
      </dl>
      ${one.lastError && !one.open && html`<p class="small soft wrap">Last error at ${clock(one.lastError.at)}: ${one.lastError.reason ?? one.lastError.kind}${
        one.lastError.status > 0 ? ` (${one.lastError.status})` : ''}.
        ${one.lastError.request && html` <a href=${to('requests', one.lastError.request)}>The request</a>`}</p>`}
      <${Learned} learned=${one.learned} />
    </li>`;
}

export function Group({ group }) {
  const lamp = groupLampOf(group);
  const names = [...(group.aliases ?? []), ...(group.hiddenAliases ?? [])];
  return html`
    <article class="card group" aria-label=${group.name}>
      <div class="row apart"><h3 class="wrap">${group.name}</h3><${Lamp} is=${lamp.is}>${lamp.word}<//></div>
      <p class="small soft">
        ${group.pattern && 'A pattern: any model of that form. '}${group.mode && group.mode !== 'chat' && `For ${group.mode}. `}
        ${names.length > 0 && `Also called ${names.join(', ')}. `}
        ${Object.entries(ifNone).map(([list, when]) => group[list]?.length > 0 && html`<span>${when}: <strong>${group[list].join(', then ')}</strong>. </span>`)}</p>
      <ul class="deployments">${group.deployments.map(one => html`<${Deployment} key=${one.id} one=${one} />`)}</ul>
    </article>`;
}
