// The requests that have not ended.
import { html } from '../vendor/preact.js';
import { useLive } from '../live.js';
import { duration, plural, span } from '../format.js';
import { named } from '../words.js';
import { useNow } from './countdown.js';

export function InFlight() {
  const { inFlight, state } = useLive();
  const known = new Map((state?.groups ?? []).flatMap(group => group.deployments.map(one => [one.id, named(one)])));
  const now = useNow();
  return html`
    <section class="card" aria-labelledby="in-flight">
      <h2 id="in-flight">In flight now: ${plural(inFlight.count, 'request')}, ${plural(inFlight.streams, 'stream')}</h2>
      ${inFlight.list.length > 0 && html`
        <div class="scroll" tabindex="0" role="region" aria-label="Requests in flight"><table>
          <thead><tr><th scope="col">Model</th><th scope="col">At work</th><th scope="col">Form</th><th scope="col" class="n">First token</th><th scope="col" class="n">Since</th></tr></thead>
          <tbody>${inFlight.list.map(one => html`
            <tr><td class="wrap">${one.model ?? one.path}</td>
              <td class="wrap">${known.get(one.deployment) ?? one.deployment ?? 'nobody yet'}${one.attempts > 1 && html` <span class="tag warn">attempt ${one.attempts}</span>`}</td>
              <td>${one.stream ? 'stream' : 'whole'}</td>
              <td class="n">${one.firstTokenMs === null ? 'none yet' : duration(one.firstTokenMs)}</td>
              <td class="n">${span(now - one.at)}</td></tr>`)}</tbody>
        </table></div>`}
      ${inFlight.count > inFlight.list.length && html`<p class="small soft">Only the oldest are shown.</p>`}
    </section>`;
}
