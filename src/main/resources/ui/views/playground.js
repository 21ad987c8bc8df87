// A place to ask a model, and to see who answered, how fast and why. Two models side by side if wanted.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { useLive } from '../live.js';
import { go, nothing } from '../playground/run.js';
import { Answer } from '../playground/answer.js';
import { Images } from '../playground/images.js';

const CHAT = new Set([null, 'chat', 'responses']);

const modelsOf = state => state.groups.filter(group => CHAT.has(group.mode ?? null) && !group.pattern).map(group => group.name);

function Model({ id, label, value, names, onChange }) {
  return html`
    <div class="field"><label for=${id}>${label}</label>
      <input id=${id} list="models" value=${value} onInput=${event => onChange(event.target.value)} autocomplete="off" spellcheck="false" />
      <datalist id="models">${names.map(name => html`<option value=${name} />`)}</datalist></div>`;
}

export function Playground() {
  const { state } = useLive();
  const [models, setModels] = useState(['', '']);
  const [two, setTwo] = useState(false);
  const [prompt, setPrompt] = useState('hello');
  const [system, setSystem] = useState('');
  const [stream, setStream] = useState(true);
  const [images, setImages] = useState([]);
  const [runs, setRuns] = useState([nothing(), nothing()]);
  const [problem, setProblem] = useState(null);
  const ending = useRef(null);
  const names = state ? modelsOf(state) : [];
  useEffect(() => {
    if (names.length > 0 && models[0] === '') setModels([names[0], names[1] ?? names[0]]);
  }, [names.length]);
  useEffect(() => () => ending.current?.abort(), []);

  const asked = two ? models : models.slice(0, 1);
  const busy = runs.some(run => run.state === 'asked' || run.state === 'streaming');
  const start = async event => {
    event.preventDefault();
    if (asked.some(model => model.trim() === '') || prompt.trim() === '') return setProblem('Write a model and a prompt first.');
    setProblem(null);
    ending.current = new AbortController();
    const { signal } = ending.current;
    setRuns([nothing(), nothing()]);
    await Promise.all(asked.map((model, i) => go({ model, prompt, system, images, stream }, signal, run =>
      setRuns(all => all.map((one, at) => (at === i ? { ...run } : one))))));
  };
  const name = i => value => setModels(all => all.map((one, at) => (at === i ? value : one)));

  if (!state) return html`<h1>Playground</h1><p class="empty">Asking the gateway …</p>`;
  return html`
    <h1>Playground</h1>
    <p>Asks <code>/v1/chat/completions</code> with your key, as any client would: what you send is counted, and may cost.</p>
    <form class="card" onSubmit=${start}>
      <div class="row top">
        <${Model} id="model-1" label=${two ? 'First model' : 'Model'} value=${models[0]} names=${names} onChange=${name(0)} />
        ${two && html`<${Model} id="model-2" label="Second model" value=${models[1]} names=${names} onChange=${name(1)} />`}
      </div>
      <div class="field"><label for="prompt">Prompt</label>
        <textarea id="prompt" rows="3" value=${prompt} onInput=${event => setPrompt(event.target.value)}></textarea></div>
      <details class="field"><summary>System message and images${system || images.length > 0 ? ' (in use)' : ''}</summary>
        <div class="field"><label for="system">System message</label>
          <textarea id="system" rows="2" value=${system} onInput=${event => setSystem(event.target.value)}></textarea></div>
        <${Images} images=${images} onChange=${setImages} />
      </details>
      <div class="row">
        <button class="main" disabled=${busy}>Ask</button>
        <button type="button" disabled=${!busy} onClick=${() => ending.current?.abort()}>Stop</button>
        <label class="inline"><input type="checkbox" checked=${stream} onChange=${event => setStream(event.target.checked)} />As a stream</label>
        <label class="inline"><input type="checkbox" checked=${two} disabled=${busy} onChange=${event => setTwo(event.target.checked)} />Two models side by side</label>
      </div>
      <div role="alert">${problem && html`<p class="note bad">${problem}</p>`}</div>
    </form>
    <div class=${two ? 'beside even' : ''}>
      ${asked.map((model, i) => runs[i].state !== 'idle' && html`<${Answer} key=${i} model=${model} run=${runs[i]} />`)}
    </div>`;
}
