// Text to be copied.
import { html, useState } from '../vendor/preact.js';

/** A button that copies `text`, and says so. */
export function Copy({ text, what }) {
  const [said, say] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      say('Copied');
    } catch {
      say('The browser does not let the page copy. Select the text');
    }
    setTimeout(() => say(''), 3000);
  };
  return html`<span class="row"><span class="small soft" role="status">${said}</span>
    <button type="button" onClick=${copy}>Copy<span class="unseen"> ${what}</span></button></span>`;
}

export const Code = ({ title, text }) => html`
  <div>
    <div class="code-head"><h3>${title}</h3><${Copy} text=${text} what=${title} /></div>
    <pre class="code" tabindex="0" role="region" aria-label=${title}>${text}</pre>
  </div>`;
