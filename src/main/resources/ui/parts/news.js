// The state of things in sentences.
import { html } from '../vendor/preact.js';
import { gatewayNow, useLive } from '../live.js';
import { to } from '../route.js';
import { clock, plural } from '../format.js';
import { asked, failing, list, named } from '../words.js';
import { Ago, Countdown } from './countdown.js';
import { Lamp } from './lamp.js';

const TROUBLED = new Set(['open', 'half-open']);
// Where many ask, the next answer comes at once, and one failure among them is no news.
const NEWS_AFTER_MS = 1000;

const troubled = one => TROUBLED.has(one.lamp) || failing(one) && gatewayNow() - one.lastError.at > NEWS_AFTER_MS;

/** Who answers while all of `group` that is not `down` is left alone; an empty list for nobody. */
function standIns(state, group, down) {
  const others = group.deployments.filter(one => one.id !== down.id && !troubled(one)).map(named);
  if (others.length > 0) return others;
  return group.fallbacks.filter(name => state.groups.find(one => one.name === name)?.lamp !== 'open');
}

function FailedLast({ state, group, one }) {
  const stand = standIns(state, group, one);
  return html`
    <div class="note warn">
      <h2><${Lamp} is="warn">${headline(group, one)}<//></h2>
      <p>At ${clock(one.lastError.at)}, <${Ago} at=${one.lastError.at} /> ago. What failed: <strong>${one.lastError.reason ?? one.lastError.kind}</strong>.
        ${one.lastError.request && html` <a href=${to('requests', one.lastError.request)}>See the request</a>`}</p>
      <p>The next request asks it again; where too many fail, it is left alone for a while.
        ${stand.length > 0 ? html` Where it fails, <strong>${list(stand)}</strong> ${stand.length > 1 ? 'answer' : 'answers'}.`
          : html` <strong>Nobody stands in for it.</strong>`}</p>
    </div>`;
}

/** Who is in trouble, and in which. */
const headline = (group, one) => `${group.name}${group.deployments.length > 1 ? ` (${named(one)})` : ''} ${
  one.lamp === 'open' ? 'is left alone' : one.lamp === 'half-open' ? 'is being tried again' : 'failed when it was asked last'}`;

function Trouble({ state, group, one }) {
  const stand = standIns(state, group, one);
  const { open } = one;
  return html`
    <div class="note ${one.lamp === 'open' ? 'bad' : 'warn'}">
      <h2><${Lamp} is=${one.lamp === 'open' ? 'bad' : 'warn'}>${headline(group, one)}<//></h2>
      <p>${open && html`Since ${clock(open.since)}, <${Ago} at=${open.since} /> ago. `}
        ${open?.why && html`Why: ${open.why}. `}
        ${open?.cause && html`What failed: <strong>${open.cause.reason}</strong>. `}
        ${one.lastError?.request && html`<a href=${to('requests', one.lastError.request)}>See the request that failed last</a>`}</p>
      <p>${one.lamp === 'half-open' ? 'Its pause is over: the next calls decide whether it is up again. '
        : open?.triedAgainAt && html`${stand.length > 0 && 'Requests pass it over until it has cooled down. '}It is tried again in <strong><${Countdown} at=${open.triedAgainAt} over="a moment" /></strong>. `}
        ${open?.probesFailed > 0 && `${plural(open.probesFailed, 'probe has', 'probes have')} found it still down. `}
        ${stand.length > 0 ? html`Meanwhile <strong>${list(stand)}</strong> ${stand.length > 1 ? 'answer' : 'answers'} its requests.`
          : html`<strong>Nobody stands in for it: its requests fail</strong>, but for a few that ask it all the same (<code>gateway.breaker.trickle</code>).`}</p>
    </div>`;
}

/** What the newest failure of its deployments was; undefined for none. */
const lastFailureOf = group => group?.deployments.map(one => one.lastError).filter(error => error?.counted)
  .sort((a, b) => b.at - a.at)[0]?.reason;

/** The newest request that somebody else has answered, where no breaker tells of it. */
function Fallbacks({ state }) {
  const { requests } = useLive();
  const newest = requests.find(row => row.fallback && !row.refused);
  if (!newest || state.totals.fallbacks === 0) return null;
  const failure = lastFailureOf(state.groups.find(group => group.name === newest.model));
  return html`
    <p class="note warn">${plural(state.totals.fallbacks, 'request was', 'requests were')} answered by a fallback in the last 15 minutes.
      The newest: ${asked(newest)} was asked at ${clock(newest.at)}, and ${newest.group} answered.
      ${newest.why && html` Why: ${newest.why}.`}
      ${failure && !newest.why?.includes(failure) && html` What had failed: <strong>${failure}</strong>.`} <a href=${to('requests', newest.id, newest.number)}>See it</a></p>`;
}

function Reload({ reload }) {
  if (!reload || reload.ok) return null;
  const [first] = reload.problems;
  return html`
    <div class="note bad">
      <h2><${Lamp} is="bad">The last change of the configuration was not taken<//></h2>
      <p>At ${clock(reload.at)} a file had ${plural(reload.problems.length, 'fault')}. The gateway goes on with what it had.
        ${first && html` The first: <span class="wrap">${first.text}</span>`}</p>
      <p><a href=${to('configuration')}>All of it, with file and line</a></p>
    </div>`;
}

const WITHOUT_REDIS = {
  local: 'Each gateway holds its share of the limits of keys by itself.',
  open: 'No limit of a key is held.',
  closed: 'Requests of keys with limits are refused with 503.',
};

function RedisAway({ redis }) {
  if (!redis || redis.up) return null;
  return html`
    <div class="note warn">
      <h2><${Lamp} is="warn">Redis is away<//></h2>
      <p>Since ${clock(redis.since)}, <${Ago} at=${redis.since} /> ago. Why: <span class="wrap">${redis.reason}</span>.</p>
      <p>Requests do not wait for it. ${WITHOUT_REDIS[redis.onFailure]} The gateway asks ${redis.server} again by itself.</p>
    </div>`;
}

/** Said aloud when it changes: without the times, which change each second. */
const spoken = (troubles, away) => [...troubles.map(({ group, one }) => `${headline(group, one)}.`),
  ...(away ? ['Redis is away.'] : [])].join(' ') || 'All is up.';

export function News({ state }) {
  const troubles = state.groups.flatMap(group => group.deployments.filter(troubled).map(one => ({ group, one })));
  const away = state.redis && !state.redis.up;
  const quiet = state.groups.every(group => group.lamp === 'unknown');
  return html`
    <section aria-label="What there is to know">
      <p class="unseen" role="status">${spoken(troubles, away)}</p>
      <${RedisAway} redis=${state.redis} />
      ${troubles.map(({ group, one }) => html`<${TROUBLED.has(one.lamp) ? Trouble : FailedLast} key=${`${group.name} ${one.id}`} state=${state} group=${group} one=${one} />`)}
      ${troubles.length === 0 && html`
        <div class="note ${quiet ? '' : 'ok'}"><h2><${Lamp} is=${quiet ? 'idle' : 'ok'}>${quiet ? 'Nobody has asked for a model yet' : away ? 'All models are up' : 'All is up'}<//></h2>
          <p>${quiet ? html`Ask one in the <a href=${to('playground')}>playground</a>, or point a client here.`
            : 'Every deployment that has been asked answers.'}</p></div>`}
      <${Reload} reload=${state.lastReload} />
      ${troubles.length === 0 && html`<${Fallbacks} state=${state} />`}
    </section>`;
}
