// A chart over time, drawn by uPlot. Its newest values stand beside it as text, for whoever does not see the drawing.
import { html, useEffect, useRef } from '../vendor/preact.js';
import { asset } from '../places.js';
import { decimal, duration, short } from '../format.js';

const HEIGHT = 150;
const DARK = matchMedia('(prefers-color-scheme: dark)');

let library;

/** uPlot comes as a classic script with a style of its own; they are loaded when the first chart is shown. */
const uPlot = () => (library ??= new Promise((loaded, failed) => {
  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = asset('vendor/uplot.css');
  document.head.append(style);
  const script = document.createElement('script');
  script.src = asset('vendor/uplot.js');
  script.onload = () => loaded(window.uPlot);
  script.onerror = () => failed(new Error('vendor/uplot.js does not load'));
  document.head.append(script);
}));

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Points without a neighbour: no line would show them. */
function alone(plot, index) {
  const values = plot.data[index];
  return values.flatMap((value, i) => (value !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null ? [i] : []));
}

function options(Plot, width, series, format) {
  const axis = {
    stroke: colour('--soft'), font: '12px system-ui, sans-serif', grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width, height: HEIGHT, legend: { show: false }, cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    scales: { y: { range: (plot, low, high) => [0, high > 0 ? high * 1.1 : 1] } },
    axes: [
      { ...axis, size: 28, space: 70, values: (plot, ticks) => ticks.map(at => new Date(at * 1000)
        .toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false })) },
      { ...axis, size: 54, space: 34, values: (plot, ticks) => ticks.map(format) },
    ],
    series: [{}, ...series.map(one => ({
      label: one.label, stroke: colour(one.colour), width: 2, dash: one.dash, spanGaps: one.gaps ?? false,
      fill: one.fill ? `${colour(one.colour)}22` : undefined, points: { size: 5, show: true, filter: alone },
      paths: one.bars ? Plot.paths.bars({ size: [0.9, 20], align: 1 }) : undefined,
    }))],
  };
}

export const units = { ms: duration, number: value => (value < 10 ? decimal(value) : short(value)), money: value => `$${value < 1 ? value.toPrecision(2) : short(value)}` };

/**
 * @param title  what is drawn
 * @param times  in seconds since 1970
 * @param series [{ label, colour (a name of base.css), values, now (as text) }]
 * @param unit   one of `units`
 */
export function Chart({ title, times, series, unit = 'number' }) {
  const place = useRef(null);
  const plot = useRef(null);
  const data = [times, ...series.map(one => one.values)];
  const newest = useRef(data);
  newest.current = data;

  useEffect(() => {
    let gone = false;
    const make = Plot => {
      if (gone) return;
      plot.current?.destroy();
      plot.current = new Plot(options(Plot, place.current.clientWidth || 320, series, units[unit]), newest.current,
        place.current);
    };
    const again = () => uPlot().then(make);
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: place.current.clientWidth, height: HEIGHT }));
    resized.observe(place.current);
    DARK.addEventListener('change', again);
    again();
    return () => {
      gone = true;
      DARK.removeEventListener('change', again);
      resized.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [series.length, unit]);

  useEffect(() => plot.current?.setData(data));

  return html`
    <figure class="chart">
      <figcaption><strong>${title}</strong>
        <ul>${series.map(one => html`<li class="${one.dash ? 'dashed' : ''} ${one.colour.slice(2)}">${one.label}: <b class="number">${one.now}</b></li>`)}</ul>
      </figcaption>
      <div ref=${place} class="plot" aria-hidden="true">${series.every(one => one.values.every(value => value === null)) && html`<p class="none soft small">None yet</p>`}</div>
    </figure>`;
}
