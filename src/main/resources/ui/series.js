// The numbers behind the charts: asked for once, carried on by each second that the gateway tells, and summed to steps that can be seen.
import { useEffect, useState } from './vendor/preact.js';
import { ask } from './ask.js';
import { useLive } from './live.js';

/** How many of the gateway's steps make one of a chart, and how that is called. */
export const ranges = {
  '15m': { word: '15 minutes', together: 10, step: '10 s', again: 300_000 },
  '24h': { word: '24 hours', together: 5, step: '10 min', again: 60_000 },
};

const COUNTS = new Set(['requests', 'errors', 'fallbacks', 'promptTokens', 'completionTokens', 'costUsd']);

/** The gateway's series of that range; null until they have come. Of a deployment, or of all. */
export function useSeries(range, deployment) {
  const [raw, setRaw] = useState(null);
  const { second, state } = useLive();
  useEffect(() => {
    let gone = false;
    const load = () => ask(`series?range=${range}${deployment ? `&deployment=${encodeURIComponent(deployment)}` : ''}`)
      .then(found => gone || setRaw(found)).catch(() => {});
    setRaw(null);
    load();
    const timer = setInterval(load, deployment ? 10_000 : ranges[range].again);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [range, deployment, state?.startedAt]);
  useEffect(() => {
    if (second && raw && raw.stepMs === 1000) setRaw(carried(raw, second));
  }, [second]);
  return raw;
}

/** The same series with one second more. */
function carried(raw, second) {
  const at = Math.floor((second.at - raw.from) / raw.stepMs);
  if (at < 0) return raw;
  const over = Math.min(raw.points, Math.max(0, at - raw.points + 1));
  const series = {};
  for (const [name, values] of Object.entries(raw.series)) {
    const none = name.endsWith('Ms') || name === 'speed' || name === 'costUsd' ? null : 0;
    const moved = [...values.slice(over), ...Array(over).fill(none)];
    moved[Math.min(at, raw.points - 1)] = second[name] ?? none;
    series[name] = moved;
  }
  return { ...raw, from: raw.from + over * raw.stepMs, series };
}

/**
 * Sums counts and takes the middle of the rest, `together` steps at a time; of whole steps alone, since one that runs would look like
 * a fall. Times are seconds since 1970.
 */
export function summed(raw, together) {
  const size = Math.floor(raw.points / together);
  // Steps begin at whole multiples, so that a step keeps its place and value while time goes on.
  const whole = raw.stepMs * together;
  const first = Math.ceil(raw.from / whole);
  const bins = Array.from({ length: size - 1 }, (none, i) => ((first + i) * whole) / 1000);
  const series = {};
  for (const [name, values] of Object.entries(raw.series)) {
    const parts = bins.map(() => []);
    values.forEach((value, i) => {
      const bin = Math.floor((raw.from + i * raw.stepMs) / whole) - first;
      if (value !== null && bin >= 0 && bin < parts.length) parts[bin].push(value);
    });
    series[name] = parts.map(part => {
      if (part.length === 0) return COUNTS.has(name) && name !== 'costUsd' ? 0 : null;
      const sum = part.reduce((all, one) => all + one, 0);
      if (COUNTS.has(name)) return sum;
      return name === 'tokensPerSecond' ? sum / together : sum / part.length;
    });
  }
  return { times: bins, series };
}
