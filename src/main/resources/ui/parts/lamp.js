// A lamp: shape, colour and word say the same, so that none of them is needed alone.
import { html } from '../vendor/preact.js';

const SHAPES = {
  ok: html`<circle cx="8" cy="8" r="6.5" fill="currentColor" /><path d="M5 8.2l2.1 2.1L11.2 6" fill="none" stroke="var(--card)" stroke-width="1.8" />`,
  warn: html`<path d="M8 1.5 15 14H1z" fill="currentColor" /><path d="M8 6v4M8 11.3v1.4" stroke="var(--card)" stroke-width="1.6" />`,
  bad: html`<rect x="1.5" y="1.5" width="13" height="13" rx="2" fill="currentColor" /><path d="M5 5l6 6M11 5l-6 6" stroke="var(--card)" stroke-width="1.8" />`,
  idle: html`<circle cx="8" cy="8" r="5.7" fill="none" stroke="currentColor" stroke-width="1.8" />`,
};

export const Lamp = ({ is, title, children }) => html`
  <span class="lamp ${is}" title=${title}><svg viewBox="0 0 16 16" aria-hidden="true">${SHAPES[is] ?? SHAPES.idle}</svg>${children}</span>`;
