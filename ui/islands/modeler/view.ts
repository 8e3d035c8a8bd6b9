// The page's own furniture around the canvas: zoom bar, properties head, problems.
import fitIcon from '../../icons/maximize.svg?raw';
import mapIcon from '../../icons/map.svg?raw';
import inIcon from '../../icons/zoom-in.svg?raw';
import outIcon from '../../icons/zoom-out.svg?raw';
import { h, icon } from '../shared/dom';
import type { Say } from '../shared/texts';

export interface View {
  canvas: HTMLElement;
  host: HTMLElement;
  palette: HTMLElement;
  properties: HTMLElement;
  propertiesHost: HTMLElement;
  detail: HTMLElement;
  problems: HTMLElement;
  zoom: { in: HTMLElement; out: HTMLElement; fit: HTMLElement; map: HTMLElement; level: HTMLElement };
}

function tool(name: string, svg: string): HTMLButtonElement {
  return h('button', { type: 'button', 'aria-label': name, title: name }, icon(svg));
}

export function buildView(root: HTMLElement, say: Say): View {
  const zoom = {
    out: tool(say('zoom.out'), outIcon), in: tool(say('zoom.in'), inIcon), fit: tool(say('zoom.fit'), fitIcon),
    map: tool(say('zoom.map'), mapIcon), level: h('span', { class: 'num' }, '100\u00a0%'),
  };
  const host = h('div', { class: 'canvas-host' });
  const palette = h('div', { class: 'palette-host' });
  const zoomBar = h('div', { class: 'zoom', role: 'toolbar', 'aria-label': say('view') }, zoom.out, zoom.level, zoom.in, zoom.fit, zoom.map);
  const canvas = h('section', { class: 'canvas', 'aria-label': say('canvas'), 'data-zone': '' }, palette, host, zoomBar);
  const detail = h('div', { class: 'toggle', role: 'group', 'aria-label': say('detail') });
  const propertiesHost = h('div', { class: 'props-host' });
  const properties = h('aside', { class: 'props', 'aria-label': say('properties'), 'data-zone': '' }, h('div', { class: 'props-head' }, h('h2', {}, say('properties')), detail, h('p', { class: 'props-kind small muted' })), propertiesHost);
  const problems = h('section', { class: 'problems', 'aria-label': say('problems'), 'data-zone': '' });
  root.replaceChildren(canvas, properties, problems);
  return { canvas, host, palette, properties, propertiesHost, detail, problems, zoom };
}
