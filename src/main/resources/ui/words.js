// What the gateway's words mean, in plain English: lamps, outcomes of attempts, results of requests.

/** Of a deployment: which lamp, the word beside it, and what it means. */
export const lamps = {
  up: { is: 'ok', word: 'Up', means: 'It answers.' },
  failing: { is: 'warn', word: 'Failed last', means: 'Its last call failed, and no answer has come since. It is still asked.' },
  open: { is: 'bad', word: 'Left alone', means: 'It failed too often and is not asked until its pause is over.' },
  'half-open': { is: 'warn', word: 'Being tried', means: 'Its pause is over. The next answers decide whether it is up again.' },
  unknown: { is: 'idle', word: 'Not asked yet', means: 'Nobody has asked it since the gateway started.' },
  disabled: { is: 'idle', word: 'Always asked', means: 'The configuration switches its circuit breaker off.' },
};

/** Of a model group. */
export const groupLamps = {
  up: { is: 'ok', word: 'Up' },
  failing: { is: 'warn', word: 'Failed last' },
  degraded: { is: 'warn', word: 'Partly up' },
  open: { is: 'bad', word: 'Left alone' },
  unknown: { is: 'idle', word: 'Not asked yet' },
};

/** Whether a deployment's breaker is closed, and yet the last that came of it was a failure of its own. */
export const failing = one => one.lamp === 'up' && one.lastError?.counted && one.lastError.at > (one.lastAnswerAt ?? 0);

/** The lamp of a deployment. */
export const lampOf = one => (failing(one) ? lamps.failing : lamps[one.lamp] ?? lamps.unknown);

/** The lamp of a group. */
export const groupLampOf = group => (group.lamp === 'up' && group.deployments.every(failing) ? groupLamps.failing
  : groupLamps[group.lamp] ?? groupLamps.unknown);

/** How an attempt ended. */
export const outcomes = {
  answered: { css: 'answered', is: 'ok', word: 'answered' },
  failed: { css: 'failed', is: 'bad', word: 'failed' },
  'passed-over': { css: 'passed-over', is: 'warn', word: 'was not asked' },
  lost: { css: 'lost', is: 'idle', word: 'was slower than another' },
  cancelled: { css: 'cancelled', is: 'idle', word: 'was cancelled' },
  running: { css: 'running', is: 'idle', word: 'is at work' },
};

/** Of a finished request: which lamp, and a word. */
export function result(row) {
  if (row.clientGone) return { is: 'idle', word: 'Client left' };
  if (row.refused) return { is: 'bad', word: `Refused ${row.status}` };
  if (row.status >= 400 || row.error) return { is: 'bad', word: row.status >= 400 ? `Failed ${row.status}` : 'Broke off' };
  if (row.fallback) return { is: 'warn', word: 'Fallback' };
  if (row.cached) return { is: 'ok', word: 'From the cache' };
  return { is: 'ok', word: row.hedged ? 'Answered, hedged' : 'Answered' };
}

/** To which lamp a breaker has changed. */
export const changes = {
  open: { is: 'bad', word: 'is left alone' },
  'half-open': { is: 'warn', word: 'is being tried again' },
  closed: { is: 'ok', word: 'is up again' },
};

/** Why the gateway itself said no, by the code that the client was told. */
const refusals = {
  invalid_api_key: 'no key, or one that the gateway does not take',
  rate_limit_exceeded: 'a limit of its key, or of all keys, is reached',
  insufficient_quota: 'a budget of its key, or of all keys, is spent',
  key_model_access_denied: 'its key may not ask for this model',
  key_route_access_denied: 'its key may not ask at this path',
  master_key_needed: 'this path needs the master key',
  master_key_may_not_call: 'the master key asks no models here',
};

/** Why a request went as it did, in words; null where it went as asked. */
export const whyOf = row => (row.attempts === 0 && row.why === row.error ? refusals[row.error] ?? row.why : row.why);

/** The app whose key it had; null for the master key, or none. */
export const appOf = row => (row.key && row.key !== 'master' ? row.key : null);

/** What was asked for, in words; a dash where the gateway does not know. */
export const asked = row => row.model ?? row.path ?? '–';

/**
 * What a deployment is called: its id, if somebody has chosen one. Where none is chosen it is a long hash, as LiteLLM makes them, and the
 * model's name upstream says more.
 */
export function named({ id, deployment, provider, upstreamModel }) {
  const given = id ?? deployment;
  if (!given) return '–';
  return /^[0-9a-f]{32,}$/.test(given) && upstreamModel ? `${provider}/${upstreamModel}` : given;
}

/** Its id where that is not its name already, cut to what tells it from others. */
export const otherwise = one => (named(one) === (one.id ?? one.deployment) ? `${one.provider}/${one.upstreamModel}` : `id ${(one.id ?? one.deployment).slice(0, 8)}…`);

/** Several names as a list with "and". */
export const list = names => (names.length < 2 ? names.join('')
  : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`);
