// The attempts of one request as bars on one time line.
import { html } from '../vendor/preact.js';
import { duration } from '../format.js';
import { named, outcomes } from '../words.js';

/** In percent of the whole, kept inside of it. */
const percent = (part, whole) => Math.max(0, Math.min(100, (100 * part) / (whole || 1)));

/**
 * @param attempts [{ deployment, outcome, beganMs, contentMs, endedMs }]
 * @param total    how long all of it took, in ms
 * @param tall     whether there is room
 */
export const TimeLine = ({ attempts, total, tall }) => html`
  <div class="line-of-time ${tall ? 'tall' : ''}" role="img" aria-label=${labelOf(attempts)}>
    ${attempts.map(attempt => Bar(attempt, total))}
  </div>`;

/** The bar of one attempt, to be placed in a line of time. */
export function Bar(attempt, total) {
  const left = percent(attempt.beganMs, total);
  const width = Math.max(0, percent(attempt.endedMs ?? total, total) - left);
  return html`
    <span class=${outcomes[attempt.outcome]?.css ?? 'running'} style=${{ left: `min(${left}%, calc(100% - 3px))`, width: `${width}%` }}></span>
    ${attempt.contentMs >= 0 && html`<span class="first" style=${{ left: `${percent(attempt.contentMs, total)}%` }}></span>`}`;
}

const labelOf = attempts => attempts.map(attempt =>
  `${named(attempt)} ${outcomes[attempt.outcome]?.word ?? 'is at work'}, ${duration(attempt.beganMs)} to ${
    duration(attempt.endedMs)}`).join('; ') || 'No deployment was asked';
