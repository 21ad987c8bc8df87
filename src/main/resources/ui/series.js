// The numbers behind the charts, in steps that can be seen. The gateway sums them up: a percentile of a long step is none of the short
// ones in it, and no mean of theirs.
import { useEffect, useState } from './vendor/preact.js';
import { ask } from './ask.js';
import { gatewayNow, useLive } from './live.js';

/** How long a step of a chart is, in ms, and how that is called. */
export const ranges = {
  '15m': { word: '15 minutes', stepMs: 10_000, step: '10 s' },
  '24h': { word: '24 hours', stepMs: 600_000, step: '10 min' },
};

const LATER_MS = 500;
const AGAIN_MS = 5000;
const LONGEST_MS = 60_000;

/** How long until the next step is over, in ms. */
const untilNext = ({ from, stepMs, points }) => Math.min(LONGEST_MS, Math.max(1000, from + (points + 1) * stepMs - gatewayNow() + LATER_MS));

/** The gateway's series of that range: { range, times (in seconds since 1970), series }; null until they have come. */
export function useSeries(range) {
  const [found, setFound] = useState(null);
  const { state } = useLive();
  useEffect(() => {
    let timer = null;
    let gone = false;
    const load = async () => {
      let wait = AGAIN_MS;
      try {
        const told = await ask(`series?range=${range}&stepMs=${ranges[range].stepMs}`);
        if (gone) return;
        setFound({ range, series: told.series, times: Array.from({ length: told.points }, (none, i) => (told.from + i * told.stepMs) / 1000) });
        wait = untilNext(told);
      } catch {
        // It is asked again; what is drawn stays.
      }
      if (!gone) timer = setTimeout(load, wait);
    };
    setFound(null);
    load();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [range, state?.startedAt]);
  return found;
}
