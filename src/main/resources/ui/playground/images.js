// Images that go along with a prompt, as data URLs.
import { html, useState } from '../vendor/preact.js';

const MOST = 6;
const MOST_BYTES = 8_000_000;

const read = file => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result);
  reader.onerror = () => failed(reader.error);
  reader.readAsDataURL(file);
});

export function Images({ images, onChange }) {
  const [problem, setProblem] = useState(null);
  const add = async event => {
    const files = [...event.target.files];
    event.target.value = '';
    const wrong = files.find(file => !file.type.startsWith('image/') || file.size > MOST_BYTES);
    if (wrong) return setProblem(`${wrong.name} is no image of at most ${MOST_BYTES / 1e6} MB.`);
    setProblem(files.length + images.length > MOST ? `At most ${MOST} images go along.` : null);
    onChange([...images, ...await Promise.all(files.map(read))].slice(0, MOST));
  };
  return html`
    <div class="field"><label for="images">Images</label>
      <input id="images" type="file" accept="image/*" multiple onChange=${add} />
      <div role="alert">${problem && html`<p class="small bad-text">${problem}</p>`}</div>
      <div class="row thumbs">${images.map((url, i) => html`
        <span key=${url.slice(-40) + i}><img src=${url} alt=${`Image ${i + 1}`} />
          <button type="button" onClick=${() => onChange(images.filter((one, at) => at !== i))}>Remove<span class="unseen"> image ${i + 1}</span></button></span>`)}</div>
    </div>`;
}
