// The way of a request, drawn from the routes that are running, with what has passed each step.
import { html, useEffect, useMemo, useRef, useState } from '../vendor/preact.js';
import { ask } from '../ask.js';
import { useLive } from '../live.js';
import { Edge, GroupBox, RouteBox } from '../flow/picture.js';
import { RouteSteps } from '../flow/steps.js';

const MOST_GROUPS = 10;
const NARROW = matchMedia('(max-width: 640px)');

/** The routes as the gateway has them, asked for anew with each configuration. */
function useRoutes() {
  const { state } = useLive();
  const [flow, setFlow] = useState(null);
  useEffect(() => {
    let gone = false;
    ask('flow').then(found => gone || setFlow(found)).catch(failure => gone || setFlow({ failure }));
    return () => { gone = true; };
  }, [state?.generation]);
  return flow;
}

/** The same routes with the newest counts, and whether each has changed with the last second. */
function counted(routes, live, before) {
  return routes.map(route => ({
    ...route,
    nodes: route.nodes.map(node => {
      const [count, failed, broken] = live[node.key] ?? [node.count, node.failed ?? 0, node.broken ?? 0];
      const old = before?.[node.key];
      return { ...node, live: { count, failed, broken }, moved: before !== null && live[node.key] !== undefined && (old?.[0] ?? 0) < count };
    }),
  }));
}

/** The routes that a model's request passes: those that lead to the deployments, and those that they ask on the way. */
function onTheWay(flow) {
  const routeOf = new Map(flow.routes.flatMap(route => route.nodes.map(node => [node.key, route.id])));
  const arrows = flow.edges.map(edge => [routeOf.get(edge.from), edge.to]);
  const grown = (found, reach) => {
    const more = new Set([...found, ...arrows.flatMap(arrow => reach(arrow, found))]);
    return more.size === found.size ? found : grown(more, reach);
  };
  const ends = new Set(flow.routes.filter(route => route.kind === 'deployment').map(route => route.id));
  const leading = grown(ends, ([from, to], found) => (found.has(to) ? [from] : []));
  const shown = grown(leading, ([from, to], found) => (found.has(from) ? [to] : []));
  return flow.routes.filter(route => shown.has(route.id) || route.nodes.some(node => node.own || node.broken > 0));
}

/** The groups as boxes behind the route of the deployments. */
const groupBoxes = state => (state?.groups ?? []).slice(0, MOST_GROUPS).map(group => ({
  id: `group ${group.name}`, name: group.name, lamp: group.lamp, rows: group.deployments,
}));

/** The lines: from the step that asks to the route that is asked, and from the deployments' route to the groups. */
function linesOf(flow, routes, groups) {
  const boxOf = new Map(routes.flatMap(route => route.nodes.map((node, row) => [node.key, { from: route.id, row }])));
  const shown = new Set(routes.map(route => route.id));
  const lines = flow.edges.filter(edge => shown.has(edge.to) && boxOf.has(edge.from))
    .map(edge => ({ ...boxOf.get(edge.from), key: edge.from, to: edge.to }));
  const deployments = routes.find(route => route.kind === 'deployment');
  if (deployments) groups.forEach(group => lines.push({ from: deployments.id, row: -1, to: group.id }));
  return lines;
}

function Picture({ flow, chosen, onChoose, all }) {
  const { state, flow: live } = useLive();
  const [layout, setLayout] = useState(null);
  const before = useRef({ last: null, now: null });
  if (before.current.now !== live) before.current = { last: before.current.now, now: live };
  const routes = counted(all ? flow.routes : onTheWay(flow), live, before.current.last);
  const groups = groupBoxes(state);
  const lines = linesOf(flow, routes, groups);
  const shape = JSON.stringify([routes.map(route => [route.id, route.nodes.length]), groups.map(group => [group.id, group.rows.length])]);
  const [narrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const changed = () => setNarrow(NARROW.matches);
    NARROW.addEventListener('change', changed);
    return () => NARROW.removeEventListener('change', changed);
  }, []);
  useEffect(() => {
    let gone = false;
    import('../flow/layout.js').then(({ placed }) => gone || setLayout({ shape, ...placed(
      [...routes.map(route => ({ id: route.id, rows: route.nodes.length })), ...groups.map(group => ({ id: group.id, rows: group.rows.length }))],
      lines, narrow) }));
    return () => { gone = true; };
  }, [shape, narrow]);
  if (layout?.shape !== shape) return html`<p class="empty">Drawing …</p>`;
  const nodes = new Map(routes.flatMap(route => route.nodes.map(node => [node.key, node])));
  const counts = new Map(groups.map(group => [group.id, group.rows.reduce((sum, one) => sum + (one.requests ?? 0), 0)]));
  return html`
    <div class="flow-place" tabindex="0" role="region" aria-label="The flow, drawn">
      <svg class="flow" style=${{ width: '100%', maxWidth: `${layout.width}px`, minWidth: `${layout.width * (narrow ? 0.9 : 0.82)}px` }} viewBox=${`0 0 ${layout.width} ${layout.height}`}>
        <defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" /></marker></defs>
        ${layout.edges.map(edge => html`<${Edge} key=${`${edge.from} ${edge.row} ${edge.to}`} edge=${{
          ...edge, count: edge.key ? nodes.get(edge.key)?.live.count ?? 0 : counts.get(edge.to), moved: nodes.get(edge.key)?.moved }} />`)}
        ${routes.map(route => html`<${RouteBox} key=${route.id} route=${route} at=${layout.boxes.get(route.id)} chosen=${route.id === chosen} onChoose=${onChoose} />`)}
        ${groups.map(group => html`<${GroupBox} key=${group.id} group=${group} at=${layout.boxes.get(group.id)} />`)}
      </svg>
    </div>`;
}

export function Flow() {
  const { state, flow: live } = useLive();
  const flow = useRoutes();
  const [all, setAll] = useState(false);
  const [chosen, choose] = useState(null);
  const route = useMemo(() => flow?.routes && counted(flow.routes, live, null).find(one => one.id === chosen), [flow, live, chosen]);
  if (!flow || !state) return html`<h1>The way of a request</h1><p class="empty">Asking the gateway …</p>`;
  if (flow.failure) return html`<h1>The way of a request</h1><p class="note bad">${flow.failure.message}</p>`;
  return html`
    <h1>The way of a request</h1>
    <p>Drawn from the routes that are running. Each box is a route of the files in <code>routes/</code>, each row a step of it; the number
      is how many requests have passed it since the gateway started. ${flow.counted ? '' : 'Steps are not counted here: the setting gateway.ui.flow-counts is off.'}${' '}
      A line leads to the route that a step asks. ${flow.routes.some(one => one.nodes.some(node => node.own)) && html`<strong>★</strong> is a step of your own. `}A step in <span class="bad-text">red</span> is broken; “failed” says that a deployment failed there.</p>
    <p><label class="inline"><input type="checkbox" checked=${all} onChange=${event => setAll(event.target.checked)} />Also what asks no deployment: lists, health, counting, errors</label></p>
    <${Picture} key=${flow.generation} flow=${flow} chosen=${chosen} onChoose=${choose} all=${all} />
    ${state.groups.length > MOST_GROUPS && html`<p class="small soft">The first ${MOST_GROUPS} of ${state.groups.length} models are drawn.</p>`}
    ${route ? html`<${RouteSteps} route=${route} />` : html`<p class="soft">Choose a box to read its steps: what each does, its file and line.</p>`}`;
}
