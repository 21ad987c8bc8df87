// The configuration in force, and what the last reload said.
import { html, useEffect, useState } from '../vendor/preact.js';
import { ask } from '../ask.js';
import { useLive } from '../live.js';
import { clock, duration, plural } from '../format.js';
import { Lamp } from '../parts/lamp.js';

/** The configuration, asked for anew with each one that is taken. */
function useConfig() {
  const { state } = useLive();
  const [config, setConfig] = useState(null);
  useEffect(() => {
    let gone = false;
    ask('config').then(found => gone || setConfig(found)).catch(failure => gone || setConfig({ failure }));
    return () => { gone = true; };
  }, [state?.generation, state?.lastReload?.at]);
  return config;
}

const Findings = ({ findings }) => html`
  <ul class="findings">${findings.map(one => html`<li><pre class="code">${one.text}</pre>${
    one.file && !one.text.startsWith(one.file) && html`<p class="small soft">${one.file}${one.line && `:${one.line}`}</p>`}</li>`)}</ul>`;

function LastReload({ state }) {
  const { lastReload: reload, generation } = state;
  return html`
    <section class="card" aria-labelledby="reload">
      <h2 id="reload">The last reload</h2>
      ${!reload ? html`<p><${Lamp} is="ok">None since the start<//> A change of the files is taken over by itself, within two seconds.</p>`
        : reload.ok ? html`<p><${Lamp} is="ok">Taken<//> At ${clock(reload.at)}. Configuration number ${generation} serves since then.</p>`
          : html`<p><${Lamp} is="bad">Not taken<//> At ${clock(reload.at)}, because of ${plural(reload.problems.length, 'fault')}.
              Configuration number ${reload.generation}, from before, goes on. Mend the file, and it is read again.</p>
            <${Findings} findings=${reload.problems} />`}
      ${reload?.warnings?.length > 0 && html`<h3>It also warned</h3><${Findings} findings=${reload.warnings} />`}
    </section>`;
}

const text = value => (value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));

function Models({ models }) {
  return html`
    <section class="card" aria-labelledby="config-models">
      <h2 id="config-models">Models</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="Models"><table>
        <thead><tr>${['Model', 'Deployment', 'Upstream', 'Address', 'Key', 'More', 'File and line'].map(title => html`<th scope="col">${title}</th>`)}</tr></thead>
        <tbody>${models.map(one => html`
          <tr key=${one.id}><th scope="row">${one.group}</th><td title=${one.id}>${/^[0-9a-f]{32,}$/.test(one.id) ? `${one.id.slice(0, 8)}…` : one.id}</td><td>${one.model}</td><td>${one.baseUrl}</td>
            <td>${one.key === 'set' ? 'set, not shown' : one.key}</td>
            <td class="small">${more(one).map(([name, value]) => html`<div>${name}: ${value}</div>`)}</td><td><code>${one.source}</code></td></tr>`)}</tbody>
      </table></div>
    </section>`;
}

/** What is said of a model beyond what each has. */
const more = one => [
  ...['weight', 'rpm', 'tpm', 'parallel'].map(name => [name, one[name]]),
  ['timeout', one.timeoutMs === null ? null : duration(one.timeoutMs)],
  ['stream timeout', one.streamTimeoutMs === null ? null : duration(one.streamTimeoutMs)],
  ...Object.entries(one.parameters ?? {}),
  ['headers', one.headers?.length > 0 ? one.headers.join(', ') : null],
  ...Object.entries(one.info ?? {}),
].filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => [name, text(value)]);

function Routing({ routing }) {
  return html`
    <section class="card" aria-labelledby="routing">
      <h2 id="routing">Routing</h2>
      <dl class="facts">${Object.entries(routing).filter(([, value]) => value !== null && text(value) !== '{}' && text(value) !== '[]').map(([name, value]) => html`
        <dt>${words(name)}</dt><dd>${typeof value === 'object' ? Object.entries(value).map(([of, to]) => html`<div>${of} → ${Array.isArray(to) ? to.join(', then ') : text(to)}</div>`)
          : name.endsWith('Ms') ? duration(value) : text(value)}</dd>`)}</dl>
    </section>`;
}

/** "contextWindowFallbacks" as "Context window fallbacks". */
function words(name) {
  const spaced = name.replace(/Ms$/, '').replace(/([A-Z])/g, ' $1').toLowerCase();
  return spaced[0].toUpperCase() + spaced.slice(1);
}

function Settings({ settings }) {
  const [all, setAll] = useState(false);
  const shown = settings.filter(one => all || one.changed);
  return html`
    <section class="card" aria-labelledby="settings">
      <div class="row apart"><h2 id="settings">Settings</h2>
        <label class="inline"><input type="checkbox" checked=${all} onChange=${event => setAll(event.target.checked)} />Also those with their usual value</label></div>
      ${shown.length === 0 ? html`<p class="empty">All ${settings.length} have their usual values.</p>` : html`
        <div class="scroll" tabindex="0" role="region" aria-label="Settings"><table>
          <thead><tr><th scope="col">Setting</th><th scope="col">Value</th><th scope="col">Usually</th><th scope="col">From</th><th scope="col">Takes effect</th></tr></thead>
          <tbody>${shown.map(one => html`
            <tr key=${one.name}><th scope="row"><code>${one.name}</code></th><td class="wrap">${text(one.value)}${one.changed && html` <span class="tag warn">changed</span>`}</td>
              <td class="soft wrap">${text(one.default)}</td><td class="small">${one.source}</td><td class="small">${one.restart ? 'after a restart' : 'at a reload'}</td></tr>`)}</tbody>
        </table></div>`}
    </section>`;
}

export function Configuration() {
  const { state } = useLive();
  const config = useConfig();
  if (!state || !config) return html`<h1>Configuration</h1><p class="empty">Asking the gateway …</p>`;
  return html`
    <h1>Configuration in force</h1>
    <p>What serves now, not what the files say since. Keys are never shown.</p>
    <${LastReload} state=${state} />
    ${config.failure ? html`<p class="note bad">${config.failure.message}</p>` : html`
      ${config.warnings?.length > 0 && html`<section class="card" aria-labelledby="warnings"><h2 id="warnings">Warnings</h2><${Findings} findings=${config.warnings} /></section>`}
      <section class="card" aria-labelledby="files"><h2 id="files">Files</h2>
        <ul>${config.files.map(file => html`<li><code class="wrap">${file.name}</code>${file.changedAt && html` <span class="soft small">changed ${clock(file.changedAt)}</span>`}</li>`)}</ul></section>
      <${Models} models=${config.models} />
      <${Routing} routing=${config.routing} />
      <${Settings} settings=${config.settings} />`}`;
}
