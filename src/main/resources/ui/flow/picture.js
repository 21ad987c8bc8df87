// The flow as a picture: a box a route, a row a step, a line where one route asks another.
import { html } from '../vendor/preact.js';
import { short } from '../format.js';
import { groupLampOf, lampOf, named } from '../words.js';
import { HEAD, ROW } from './layout.js';

const INDENT = 9;
const LETTER = 6.2;
const TITLE_LETTER = 8;

/** As much of a text as fits into so many pixels. */
const fitted = (text, pixels, letter = LETTER) => {
  const most = Math.max(3, Math.floor(pixels / letter));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
};

const bareCounts = { count: null, failed: 0, broken: 0 };

function Step({ node, y, width }) {
  const { count, failed, broken } = { ...bareCounts, ...node.live };
  const told = count === null ? '' : short(count);
  const bad = broken > 0 ? `${short(broken)} broken` : failed > 0 ? `${short(failed)} failed` : '';
  const left = 10 + node.depth * INDENT;
  const room = width - left - 12 - (told.length + bad.length + 1) * LETTER;
  const name = node.branch ? `${node.branch}${node.id ? ` ${node.id}` : ''}` : node.id || node.label || node.kind;
  return html`
    <g class="step ${broken > 0 ? 'broken' : failed > 0 ? 'failing' : ''} ${node.own ? 'own' : ''} ${node.branch ? 'branch' : ''} ${node.moved ? 'moved' : ''}">
      <title>${[name, node.description, node.label, node.line && `line ${node.line}`].filter(Boolean).join('\n')}</title>
      ${(broken > 0 || node.own) && html`<rect x="3" y=${y} width=${width - 6} height=${ROW} rx="3" />`}
      <text x=${left} y=${y + 14}>${node.own ? '★ ' : ''}${fitted(name, room)}</text>
      <text x=${width - 9} y=${y + 14} class="n">${bad && html`<tspan class="bad">${bad} </tspan>`}${told}</text>
    </g>`;
}

const under = route => (route.kind === 'deployment' ? 'one for each deployment'
  : route.instances?.length > 0 ? `${route.instances.length} endpoints: ${route.instances.slice(0, 2).map(one => one.path).join(', ')}`
    : route.file ? `${route.file.split('/').pop()}:${route.line ?? ''}` : '');

export function RouteBox({ route, at, chosen, onChoose }) {
  const name = fitted(route.kind === 'deployment' ? 'deployment' : route.title ?? route.id, at.width - 20, TITLE_LETTER);
  const broken = route.nodes.some(node => node.live?.broken > 0);
  const choose = event => {
    if (event.type === 'keydown' && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onChoose(route.id);
  };
  return html`
    <g class="route ${broken ? 'broken' : ''} ${chosen ? 'chosen' : ''} ${route.nodes.some(node => node.own) ? 'own' : ''}" transform=${`translate(${at.x} ${at.y})`} onClick=${choose}>
      <rect class="box" width=${at.width} height=${at.height} rx="7" />
      <g role="button" tabindex="0" aria-pressed=${chosen ? 'true' : 'false'} aria-label=${`${name}: show its steps`} onKeyDown=${choose}>
        <rect class="head" width=${at.width} height=${HEAD - 2} rx="7" />
        <text x="10" y="19" class="title">${name}</text>
      </g>
      <text x="10" y="35" class="under">${fitted(under(route), at.width - 16)}</text>
      <line x1="0" x2=${at.width} y1=${HEAD - 2} y2=${HEAD - 2} />
      ${route.nodes.map((node, i) => html`<${Step} key=${node.key} node=${node} y=${HEAD + i * ROW} width=${at.width} />`)}
    </g>`;
}

const SHAPE = { ok: '●', warn: '▲', bad: '■', idle: '○' };

export function GroupBox({ group, at }) {
  return html`
    <g class="route group ${group.lamp === 'open' ? 'broken' : ''}" transform=${`translate(${at.x} ${at.y})`}>
      <rect class="box" width=${at.width} height=${at.height} rx="7" />
      <text x="10" y="19" class="title">${fitted(group.name, at.width - 20, TITLE_LETTER)}</text>
      <text x="10" y="35" class="under">${`model, ${groupLampOf({ lamp: group.lamp, deployments: group.rows }).word.toLowerCase()}`}</text>
      <line x1="0" x2=${at.width} y1=${HEAD - 2} y2=${HEAD - 2} />
      ${group.rows.map((one, i) => {
        const lamp = lampOf(one);
        const bad = one.failures > 0 ? `${short(one.failures)} failed ` : '';
        return html`
          <g class="step"><title>${`${named(one)}, ${one.id}: ${lamp.word}`}</title>
            <text x="10" y=${HEAD + i * ROW + 14}><tspan class="lamp-${lamp.is}">${SHAPE[lamp.is]}</tspan> ${fitted(named(one), at.width - 40 - (bad.length + 5) * LETTER)}</text>
            <text x=${at.width - 9} y=${HEAD + i * ROW + 14} class="n">${bad && html`<tspan class="bad">${bad}</tspan>`}${short(one.requests ?? 0)}</text>
          </g>`;
      })}
    </g>`;
}

/** A line; thicker where more has passed, and moving while something does. */
export const Edge = ({ edge }) => html`
  <path class="edge ${edge.count > 0 ? 'used' : ''} ${edge.moved ? 'moved' : ''}" d=${edge.path} marker-end="url(#arrow)"
    stroke-width=${edge.count > 0 ? 1.5 + Math.min(3, Math.log10(edge.count + 1)) : 1.2} />`;
