// Numbers and times as people read them.

const NONE = '–';
const known = value => value !== null && value !== undefined && !Number.isNaN(value);

/** 0.8 ms, 120 ms, 3.4 s, 2 min 5 s */
export function duration(ms) {
  if (!known(ms)) return NONE;
  if (ms < 1) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  return span(ms);
}

/** Whole seconds and more: 5 s, 2 min 5 s, 3 h 20 min, 2 d 4 h */
export function span(ms) {
  if (!known(ms)) return NONE;
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return s % 60 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${s / 60} min`;
  const minutes = Math.round(s / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor(minutes % 1440 / 60)} h`;
}

/** 14:03:07, in the browser's zone; with the day where it is another one. */
export function clock(at) {
  if (!known(at)) return NONE;
  const date = new Date(at);
  const time = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
  return date.toDateString() === new Date().toDateString() ? time
    : `${date.toLocaleDateString([], { day: 'numeric', month: 'short' })} ${time}`;
}

/** 1,234 */
export const count = value => (known(value) ? Math.round(value).toLocaleString('en-US') : NONE);

/** 0.42, 3.1, 214 */
export function decimal(value) {
  if (!known(value)) return NONE;
  if (value === 0) return '0';
  return value < 1 ? value.toFixed(2) : value < 100 ? value.toFixed(1).replace(/\.0$/, '') : count(value);
}

/** 1.2k, 3.4M: for places with little room. */
export function short(value) {
  if (!known(value)) return NONE;
  if (value < 10_000) return count(value);
  return value < 1e6 ? `${(value / 1e3).toFixed(value < 1e5 ? 1 : 0)}k` : `${(value / 1e6).toFixed(1)}M`;
}

/** $0.0031; no price is no cost, and that is not $0. */
export function money(value) {
  if (!known(value)) return 'no price';
  if (value === 0) return '$0';
  return value < 0.01 ? `$${value.toFixed(6).replace(/0+$/, '')}` : `$${value.toFixed(2)}`;
}

/** 12 B, 3.4 KB, 1.2 MB */
export function bytes(value) {
  if (!known(value)) return NONE;
  if (value < 1000) return `${value} B`;
  return value < 1e6 ? `${(value / 1e3).toFixed(1)} KB` : `${(value / 1e6).toFixed(1)} MB`;
}

/** "1 request", "3 requests" */
export const plural = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;
