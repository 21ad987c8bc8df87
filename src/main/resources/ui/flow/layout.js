// Where each route of the flow stands in the picture: dagre finds the places, rows are counted out.
import { graphlib, layout } from '../vendor/dagre.js';

export const HEAD = 42;
export const ROW = 19;
const WIDE = 214;
const NARROW = 318;
const PAD = 6;
const MARGIN = 12;
/** How far a line that leads back goes to the right of its box, and below those that it goes around. */
const OUT = 14;
const BELOW = 9;
const LANE = 7;

const heightOf = rows => HEAD + rows * ROW + PAD;

/**
 * @param boxes  [{ id, rows: number of rows }]
 * @param edges  [{ from: box, row: index of its row, or -1, to: box }]
 * @param narrow whether the boxes stand below each other, for a phone; else they go to the right
 * @returns { width, height, boxes: Map of id to { x, y, width, height }, edges: [{ ..., path }] }
 */
export function placed(boxes, edges, narrow) {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 38, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  boxes.forEach(box => graph.setNode(box.id, { width: WIDE, height: heightOf(box.rows) }));
  edges.forEach((edge, i) => graph.setEdge(edge.from, edge.to, {}, String(i)));
  layout(graph);
  if (narrow) return column(boxes, edges, graph);
  const corner = node => ({ x: node.x - node.width / 2, y: node.y - node.height / 2, width: node.width, height: node.height });
  const found = new Map(boxes.map(box => [box.id, corner(graph.node(box.id))]));
  const pathOf = (edge, i) => curve(found.get(edge.from), edge.row, found.get(edge.to),
    graph.edge({ v: edge.from, w: edge.to, name: String(i) }).points, [...found.values()]);
  // Lines that lead back are not dagre's: they need room at the right and below.
  const width = graph.graph().width + OUT;
  const height = graph.graph().height + BELOW;
  return { width, height, boxes: found, edges: edges.map((edge, i) => ({ ...edge, path: pathOf(edge, i) })) };
}

/** In dagre's order, one below the other; each line has a lane of its own at the right. */
function column(boxes, edges, graph) {
  const found = new Map();
  let y = MARGIN;
  for (const box of [...boxes].sort((a, b) => graph.node(a.id).x - graph.node(b.id).x || graph.node(a.id).y - graph.node(b.id).y)) {
    const height = heightOf(box.rows);
    found.set(box.id, { x: 2, y, width: NARROW, height });
    y += height + 20;
  }
  const lanes = new Map(edges.map(edge => edge.to).filter((to, i, all) => all.indexOf(to) === i).map((to, i) => [to, i]));
  const pathOf = ({ from, row, to }) => {
    const begin = rowY(found.get(from), row);
    const end = rowY(found.get(to), -1);
    const right = NARROW + 2;
    const lane = right + 12 + lanes.get(to) * LANE;
    return `M${right} ${begin}H${lane}V${end}H${right + 1}`;
  };
  return { width: NARROW + 22 + lanes.size * LANE, height: y, boxes: found, edges: edges.map(edge => ({ ...edge, path: pathOf(edge) })) };
}

const rowY = (box, row) => box.y + (row < 0 ? HEAD / 2 : HEAD + row * ROW + ROW / 2);

/** From the right side of a row to the left side of a box, by the points between that dagre has kept free. */
function curve(source, row, target, points, all) {
  const begin = { x: source.x + source.width, y: rowY(source, row) };
  const end = { x: target.x, y: target.y + HEAD / 2 };
  if (target.x <= source.x) return back(begin, source, target, all);
  const between = points.slice(1, -1).filter(point => point.x > begin.x + 20 && point.x < end.x - 20);
  let path = `M${begin.x} ${begin.y}`;
  let last = begin;
  for (const point of [...between, end]) {
    const middle = (last.x + point.x) / 2;
    path += `C${middle} ${last.y} ${middle} ${point.y} ${point.x} ${point.y}`;
    last = point;
  }
  return path;
}

/** A line to a box further left: around below whatever stands between, and up into its bottom. */
function back(begin, source, target, all) {
  const low = Math.max(...all.filter(box => box.x >= target.x && box.x <= source.x).map(box => box.y + box.height)) + BELOW;
  const out = begin.x + OUT;
  const up = target.x + target.width / 2;
  return `M${begin.x} ${begin.y}C${out} ${begin.y} ${out} ${begin.y} ${out} ${begin.y + 14}V${low - 8}Q${out} ${low} ${out - 8} ${low}H${up + 8}Q${up} ${low} ${up} ${low - 8}V${target.y + target.height}`;
}
