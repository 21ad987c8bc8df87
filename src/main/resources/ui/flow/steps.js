// The steps of one route as a table: the same as its box, and what each step does.
import { html } from '../vendor/preact.js';
import { count } from '../format.js';

export const RouteSteps = ({ route }) => html`
  <section class="card" aria-labelledby="route-steps">
    <h2 id="route-steps">${route.title ?? route.id}</h2>
    <p>${route.description}${route.file && html` <span class="soft">In <code>${route.file}${route.line ? `:${route.line}` : ''}</code>.</span>`}</p>
    ${route.instances?.length > 0 && html`<p class="small soft wrap">Endpoints: ${route.instances.map(one => one.path).join(', ')}</p>`}
    <div class="scroll" tabindex="0" role="region" aria-label="Steps"><table>
      <thead><tr><th scope="col">Step</th><th scope="col">What it does</th><th scope="col" class="n">Line</th><th scope="col" class="n">Passed</th><th scope="col" class="n">Failed</th><th scope="col" class="n">Broken</th></tr></thead>
      <tbody>${route.nodes.map(node => html`
        <tr key=${node.key} class=${node.live.broken > 0 ? 'broken-row' : ''}>
          <td><span class="indent-${Math.min(6, node.depth)}"></span><code>${node.branch ? `${node.branch} ` : ''}${node.id}</code>${node.own && html` <span class="tag">your own</span>`}</td>
          <td>${node.description}</td><td class="n">${node.line}</td>
          <td class="n">${node.live.count === null ? '–' : count(node.live.count)}</td><td class="n">${node.live.failed || ''}</td>
          <td class="n">${node.live.broken > 0 ? html`<strong class="bad-text">${node.live.broken}</strong>` : ''}</td>
        </tr>`)}</tbody>
    </table></div>
  </section>`;
