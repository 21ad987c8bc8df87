// Begins the page: the key first, then the views.
import { html, render, useEffect, useRef, useState } from './vendor/preact.js';
import { leave, listen, useLive } from './live.js';
import { asset } from './places.js';
import { to, useRoute } from './route.js';
import { forget, key } from './session.js';
import { clock, span } from './format.js';
import { useNow } from './parts/countdown.js';
import { Gate } from './views/gate.js';
import { Overview } from './views/overview.js';
import { Requests } from './views/requests.js';
import { Flow } from './views/flow.js';
import { Usage } from './views/usage.js';
import { Keys } from './views/keys.js';
import { Configuration } from './views/configuration.js';
import { Playground } from './views/playground.js';

const VIEWS = {
  overview: { title: 'Overview', view: Overview },
  requests: { title: 'Requests', view: Requests },
  flow: { title: 'Flow', view: Flow },
  usage: { title: 'Usage', view: Usage },
  keys: { title: 'Keys', view: Keys },
  configuration: { title: 'Configuration', view: Configuration },
  playground: { title: 'Playground', view: Playground },
};

const CONNECTIONS = { opening: 'Connecting …', live: 'Live', lost: 'Not connected, trying again' };

function Bar({ view, onLeave }) {
  const { connection } = useLive();
  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <header class="bar">
      <p class="brand"><img src=${asset('icon.svg')} alt="" />Dromedary</p>
      <nav aria-label="Views"><ul>
        ${Object.entries(VIEWS).map(([name, { title }]) => html`
          <li><a href=${to(name)} aria-current=${name === view ? 'page' : undefined}>${title}</a></li>`)}
      </ul></nav>
      <div class="bar-end">
        <span role="status" class="connection ${connection}">${CONNECTIONS[connection]}</span>
        <button type="button" class="plain" onClick=${onLeave}>Forget the key</button>
      </div>
    </header>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById('main').focus();
}

function Foot() {
  const { state } = useLive();
  const now = useNow();
  return state && html`
    <footer>Dromedary ${state.version}, up for ${span(now - state.startedAt)}, configuration number ${state.generation}.
      Charts, lists and counts begin anew when the gateway does.</footer>`;
}

/** What is shown may be old: said where it is read, and not in the bar alone. */
function Silence() {
  const { connection, heardAt } = useLive();
  return connection === 'lost' && heardAt !== null && html`
    <p class="note bad">The gateway is not reached. What is shown here is what it told at ${clock(heardAt)}; it is asked again and again.</p>`;
}

function Views({ onLeave }) {
  const { view, rest } = useRoute();
  const { connection } = useLive();
  const shown = VIEWS[view] ? view : 'overview';
  const main = useRef(null);
  const before = useRef(location.hash);
  useEffect(() => {
    document.title = `${VIEWS[shown].title} – Dromedary`;
    // After a change of the view, reading goes on at its beginning.
    if (before.current !== location.hash) main.current.focus();
    before.current = location.hash;
  }, [shown, rest.join('/')]);
  useEffect(() => {
    if (connection === 'refused') onLeave('The gateway does not take this key any more.');
  }, [connection]);
  const View = VIEWS[shown].view;
  return html`
    <${Bar} view=${shown} onLeave=${() => onLeave(null)} />
    <main id="main" tabindex="-1" ref=${main}><${Silence} /><${View} rest=${rest} /></main>
    <${Foot} />`;
}

function Page() {
  const [entered, enter] = useState(key() !== null);
  const [why, setWhy] = useState(null);
  const onLeave = reason => {
    forget();
    leave();
    setWhy(reason);
    enter(false);
  };
  useEffect(() => {
    if (entered) listen();
  }, [entered]);
  return entered ? html`<${Views} onLeave=${onLeave} />` : html`<${Gate} why=${why} onEnter=${() => enter(true)} />`;
}

const place = document.getElementById('page');
place.replaceChildren();
render(html`<${Page} />`, place);
