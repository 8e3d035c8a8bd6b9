// What the server's check found: a list under the canvas, and a badge on each element concerned.
import checkIcon from '../../icons/circle-check.svg?raw';
import infoIcon from '../../icons/info.svg?raw';
import errorIcon from '../../icons/octagon-alert.svg?raw';
import adviceIcon from '../../icons/triangle-alert.svg?raw';
import { h, icon } from '../shared/dom';
import type { Say, TextKey } from '../shared/texts';
import type { Diagnostic, ModelerProps, PackageFile } from './props';
import type { Canvas, ElementRegistry, Modeler, Overlays, Selection, Shape } from './services';

const LOOKS = {
  error: ['late', errorIcon, 'problem.error'],
  warning: ['soon', adviceIcon, 'problem.warning'],
  info: ['hold', infoIcon, 'problem.info'],
} as const;
const OVERLAY = 'relais-problem';

export class Problems {
  private readonly list = h('ul');
  private readonly figures = h('span', { class: 'cluster small' });
  private readonly spoken = h('p', { class: 'hidden', role: 'status' });
  private shown = '';

  constructor(place: HTMLElement, private readonly modeler: Modeler, private readonly say: Say, private readonly props: ModelerProps) {
    place.append(h('div', { class: 'cluster between' }, h('h2', {}, say('problems')), this.figures), this.list, this.spoken);
    this.figures.append(say('problems.checking'));
    this.list.addEventListener('keydown', (event) => this.move(event));
  }

  show(diagnostics: Diagnostic[]): void {
    const key = JSON.stringify(diagnostics);
    if (key === this.shown) return;
    this.shown = key;
    const sorted = [...diagnostics].sort((a, b) => rank(a) - rank(b));
    this.list.replaceChildren(...sorted.map((found) => this.row(found)));
    this.showFigures(sorted);
    this.showBadges(sorted);
  }

  unavailable(): void {
    this.shown = '';
    this.figures.replaceChildren(mark('soon', adviceIcon, this.say('problems.unavailable')));
  }

  /** Brings the element of a problem into view and selects it, so that its properties open. */
  go(elementId: string | null): void {
    const element = this.find(elementId) ?? this.modeler.get<Canvas>('canvas').getRootElement();
    const canvas = this.modeler.get<Canvas>('canvas');
    const root = canvas.findRoot(element);
    if (root) canvas.setRootElement(root);
    if (element.parent) canvas.scrollToElement(element);
    this.modeler.get<Selection>('selection').select(element.parent ? element : null);
    canvas.focus();
  }

  /** The other file of the package that a problem is in. */
  private elsewhere(found: Diagnostic): PackageFile | undefined {
    return found.file && found.file !== this.props.file ? this.props.files.find((one) => one.file === found.file) : undefined;
  }

  private find(elementId: string | null): Shape | undefined {
    return elementId ? this.modeler.get<ElementRegistry>('elementRegistry').get(elementId) : undefined;
  }

  private row(found: Diagnostic): HTMLElement {
    const [tone, drawing, word] = LOOKS[found.severity];
    const elsewhere = this.elsewhere(found);
    const name = elsewhere ? elsewhere.name : this.find(found.element_id)?.businessObject.name;
    const quoted = elsewhere ? this.say('problems.file', { name: elsewhere.name }) : name && !found.message.includes(name) ? this.say('problem.quoted', { name }) : '';
    const text = h('span', {}, quoted, found.message);
    if (found.hint) text.append(' ', h('span', { class: 'muted' }, found.hint));
    const go = elsewhere ? h('a', { class: 'link', href: elsewhere.url }, this.say('problems.open'), h('span', { class: 'hidden' }, ` ${name ?? ''}`)) : h('button', { type: 'button', class: 'link', onclick: () => this.go(found.element_id) }, this.say('problems.go'),
      h('span', { class: 'hidden' }, ` ${name ?? ''}`));
    return h('li', { 'data-element': found.element_id ?? '' }, mark(tone, drawing, this.say(word)), text, go);
  }

  private showFigures(sorted: Diagnostic[]): void {
    const errors = sorted.filter((found) => found.severity === 'error').length;
    const advice = sorted.length - errors;
    const parts: [string, string, string][] = [];
    if (errors) parts.push(['late', errorIcon, this.count('problems.errors', errors)]);
    if (advice) parts.push(['soon', adviceIcon, this.count('problems.advice', advice)]);
    if (!sorted.length) parts.push(['done', checkIcon, this.say('problems.none')]);
    this.figures.replaceChildren(...parts.map(([tone, drawing, text]) => mark(tone, drawing, text)));
    this.spoken.textContent = parts.map(([, , text]) => text).join(', ');
  }

  private count(stem: 'problems.errors' | 'problems.advice', n: number): string {
    return this.say(`${stem}.${n === 1 ? 'one' : 'many'}` as TextKey, { n });
  }

  private showBadges(sorted: Diagnostic[]): void {
    const overlays = this.modeler.get<Overlays>('overlays');
    overlays.remove({ type: OVERLAY });
    const byElement = groupBy(sorted);
    for (const [id, group] of byElement) {
      const element = this.find(id);
      if (!element?.parent) continue;
      const position: Record<string, number> = element.waypoints ? { top: -10, left: -10 } : { top: -11, right: 11 };
      overlays.add(element, OVERLAY, { position, html: this.badge(group) });
    }
  }

  private badge(group: Diagnostic[]): HTMLElement {
    const [tone] = LOOKS[group[0].severity];
    const title = group.map((found) => found.message).join('\n');
    return h('div', { class: `problem-badge ${tone}`, title, 'aria-hidden': 'true', onclick: () => this.go(group[0].element_id) }, String(group.length));
  }

  /** Arrow keys walk the list. */
  private move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = [...this.list.querySelectorAll('button')];
    const here = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (!step || here < 0) return;
    event.preventDefault();
    buttons[Math.min(Math.max(here + step, 0), buttons.length - 1)].focus();
  }
}

function rank(found: Diagnostic): number {
  return ['error', 'warning', 'info'].indexOf(found.severity);
}

function mark(tone: string, drawing: string, text: string): HTMLElement {
  return h('span', { class: `mark ${tone}` }, icon(drawing), text);
}

function groupBy(found: Diagnostic[]): Map<string | null, Diagnostic[]> {
  const groups = new Map<string | null, Diagnostic[]>();
  for (const one of found) groups.set(one.element_id, [...(groups.get(one.element_id) ?? []), one]);
  return groups;
}
