// The palette: tools, then what a citizen developer draws every day, then everything else behind one search.
import boxSelect from '../../icons/maximize.svg?raw';
import gateway from './icons/gateway.svg?raw';
import end from './icons/end.svg?raw';
import event from './icons/event.svg?raw';
import hand from '../../icons/hand.svg?raw';
import link from '../../icons/link.svg?raw';
import more from '../../icons/ellipsis.svg?raw';
import plug from '../../icons/plug.svg?raw';
import pool from './icons/pool.svg?raw';
import redo from '../../icons/redo-2.svg?raw';
import space from './icons/space.svg?raw';
import start from './icons/start.svg?raw';
import subprocess from './icons/subprocess.svg?raw';
import table from '../../icons/table.svg?raw';
import undo from '../../icons/undo-2.svg?raw';
import user from '../../icons/user.svg?raw';
import type { Say, TextKey } from '../shared/texts';
import { constructOf } from './constructs';
import type { Canvas, CommandStack, Selection, Shape } from './services';

type Start = (event: Event, shape: unknown, context?: unknown) => void;
type Injector = { get<T>(name: string): T };
interface Entry {
  group: string;
  html: string;
  title: string;
  action: Record<string, (event: Event) => void>;
}

const GAP = 60;

class Palette {
  static $inject = ['palette', 'injector', 'config.relais'];

  constructor(palette: { registerProvider(priority: number, provider: unknown): void }, private readonly injector: Injector,
    private readonly config: { say: Say; executed: string[] }) {
    // Below every other provider, so that ours is the only palette left.
    palette.registerProvider(100, this);
  }

  getPaletteEntries(): () => Record<string, Entry> {
    return () => ({ ...this.tools(), ...this.shapes(), ...this.history() });
  }

  private entry(group: string, key: TextKey, svg: string, action: Entry['action']): Entry {
    const title = this.config.say(key);
    const html = `<div class="entry" draggable="true" tabindex="0">${svg.replace('<svg', '<svg class="icon" aria-hidden="true"')}</div>`;
    return { group, html, title, action };
  }

  private tools(): Record<string, Entry> {
    const tool = (key: TextKey, svg: string, run: (event: Event) => void): Entry => this.entry('tools', key, svg, { click: run });
    const service = <T>(name: string): T => this.injector.get<T>(name);
    return {
      'hand-tool': tool('tool.hand', hand, (e) => service<{ activateHand(e: Event): void }>('handTool').activateHand(e)),
      'lasso-tool': tool('tool.lasso', boxSelect, (e) => service<{ activateSelection(e: Event): void }>('lassoTool').activateSelection(e)),
      'space-tool': tool('tool.space', space, (e) => service<{ activateSelection(e: Event): void }>('spaceTool').activateSelection(e)),
      'global-connect-tool': tool('tool.connect', link, (e) => service<{ start(e: Event): void }>('globalConnect').start(e)),
    };
  }

  private shapes(): Record<string, Entry> {
    const runs = (attrs: { type: string; eventDefinitionType?: string }): boolean => this.config.executed.includes(constructOf(attrs) ?? '');
    const shape = (key: TextKey, svg: string, attrs: { type: string; eventDefinitionType?: string }): Entry | null => (runs(attrs) ? this.entry('shapes', key, svg, this.creates(attrs)) : null);
    const steps: Record<string, Entry | null> = {
      'create.start-event': shape('tool.start', start, { type: 'bpmn:StartEvent' }),
      'create.user-task': shape('tool.user', user, { type: 'bpmn:UserTask' }),
      'create.service-task': shape('tool.service', plug, { type: 'bpmn:ServiceTask' }),
      'create.rule-task': shape('tool.rule', table, { type: 'bpmn:BusinessRuleTask' }),
      'create.exclusive-gateway': shape('tool.gateway', gateway, { type: 'bpmn:ExclusiveGateway' }),
      'create.intermediate-event': shape('tool.event', event, { type: 'bpmn:IntermediateCatchEvent', eventDefinitionType: 'bpmn:TimerEventDefinition' }),
      'create.end-event': shape('tool.end', end, { type: 'bpmn:EndEvent' }),
      'create.subprocess': this.entry('shapes', 'tool.subprocess', subprocess, this.creates({ type: 'bpmn:SubProcess', isExpanded: true })),
      'create.participant': this.entry('shapes', 'tool.pool', pool, this.createsPool()),
      create: this.entry('shapes', 'tool.more', more, { click: (e) => this.openMenu(e) }),
    };
    return Object.fromEntries(Object.entries(steps).filter((step): step is [string, Entry] => step[1] !== null));
  }

  private history(): Record<string, Entry> {
    const stack = (): CommandStack => this.injector.get<CommandStack>('commandStack');
    return {
      undo: this.entry('history', 'undo', undo, { click: () => stack().canUndo() && stack().undo() }),
      redo: this.entry('history', 'redo', redo, { click: () => stack().canRedo() && stack().redo() }),
    };
  }

  /** By mouse the shape follows the pointer; by keyboard it is placed at once, after the selected element if there is one. */
  private creates(attrs: object): Entry['action'] {
    const begin = (event: Event): void => {
      const shape = this.injector.get<{ createShape(attrs: object): Shape }>('elementFactory').createShape(attrs);
      if (event instanceof KeyboardEvent) this.place(shape);
      else this.injector.get<{ start: Start }>('create').start(event, shape);
    };
    return { click: begin, dragstart: begin };
  }

  private createsPool(): Entry['action'] {
    const begin = (event: Event): void => {
      const shape = this.injector.get<{ createParticipantShape(): unknown }>('elementFactory').createParticipantShape();
      this.injector.get<{ start: Start }>('create').start(event, shape);
    };
    return { click: begin, dragstart: begin };
  }

  private place(shape: Shape): void {
    const [source] = this.injector.get<Selection>('selection').get();
    const canAppend = source && !source.waypoints && source.type !== 'bpmn:EndEvent' && source.parent;
    const selection = this.injector.get<Selection>('selection');
    if (canAppend) selection.select(this.injector.get<{ append(source: Shape, shape: Shape): Shape }>('autoPlace').append(source, shape));
    else selection.select(this.placeInView(shape));
  }

  private placeInView(shape: Shape): Shape {
    const canvas = this.injector.get<Canvas>('canvas');
    const view = canvas.viewbox();
    const at = { x: view.x + view.width / 2, y: view.y + view.height / 2 + GAP };
    return this.injector.get<{ createShape(shape: Shape, at: object, parent: Shape): Shape }>('modeling')
      .createShape(shape, at, canvas.getRootElement());
  }

  private openMenu(event: Event): void {
    const box = (event.target as Element).closest('.entry')?.getBoundingClientRect();
    const canvas = this.injector.get<Canvas>('canvas');
    const title = this.config.say('tool.more');
    this.injector.get<{ open(element: Shape, id: string, at: object, options: object): void }>('popupMenu')
      .open(canvas.getRootElement(), 'bpmn-create', { x: (box?.right ?? 80) + 8, y: Math.min(box?.top ?? 80, innerHeight - 420) }, { title, width: 360, search: true });
  }
}

export default {
  __init__: ['relaisPalette'],
  relaisPalette: ['type', Palette],
  // The stock palette gives way.
  paletteProvider: ['value', null],
};
