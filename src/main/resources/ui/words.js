// What the gateway's words mean, in plain English: lamps, outcomes of attempts, results of requests.

/** Of a deployment: which lamp, the word beside it, and what it means. */
export const lamps = {
  up: { is: 'ok', word: 'Up', means: 'It answers.' },
  open: { is: 'bad', word: 'Left alone', means: 'It failed too often and is not asked until its pause is over.' },
  'half-open': { is: 'warn', word: 'Being tried', means: 'Its pause is over. The next answers decide whether it is up again.' },
  unknown: { is: 'idle', word: 'Not asked yet', means: 'Nobody has asked it since the gateway started.' },
  disabled: { is: 'idle', word: 'Always asked', means: 'The configuration switches its circuit breaker off.' },
};

/** Of a model group. */
export const groupLamps = {
  up: { is: 'ok', word: 'Up' },
  degraded: { is: 'warn', word: 'Partly up' },
  open: { is: 'bad', word: 'Left alone' },
  unknown: { is: 'idle', word: 'Not asked yet' },
};

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
