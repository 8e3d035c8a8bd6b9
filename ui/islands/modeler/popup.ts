// What the menus « change », « append » and « create » offer: the constructs that the server's check accepts. Others can
// be imported and are then named by the check, but a menu that offers them would promise what cannot run.
import type { Say } from '../shared/texts';
import { constructOfEntry } from './constructs';
import type { Shape } from './services';

type Entries = Record<string, unknown>;
type Menus = { registerProvider(id: string, priority: number, provider: unknown): void };
type Pad = { registerProvider(priority: number, provider: unknown): void };

/** The buttons beside a step that make one construct. */
const PAD: Record<string, string> = {
  'append.receive-task': 'receiveTask', 'append.intermediate-event': 'intermediateThrowEvent', 'append.compensation-activity': 'boundaryEvent:compensate',
  'append.message-intermediate-event': 'intermediateCatchEvent:message', 'append.timer-intermediate-event': 'intermediateCatchEvent:timer',
  'append.condition-intermediate-event': 'intermediateCatchEvent:conditional', 'append.signal-intermediate-event': 'intermediateCatchEvent:signal',
};
type Filter = (entries: Entries) => Entries;

class ExecutableOnly {
  static $inject = ['popupMenu', 'contextPad', 'config.relais'];
  private readonly executed: Set<string>;

  constructor(popupMenu: Menus, contextPad: Pad, private readonly config: { say: Say; executed: string[] }) {
    this.executed = new Set(config.executed);
    for (const menu of ['bpmn-replace', 'bpmn-append', 'bpmn-create', 'element-template-chooser']) popupMenu.registerProvider(menu, 100, this);
    contextPad.registerProvider(100, this);
  }

  getEmptyPlaceholder(): string {
    return this.config.say('menu.none');
  }

  getPopupMenuEntries(element: Shape): Filter {
    return this.filter(element);
  }

  getPopupMenuHeaderEntries(element: Shape): Filter {
    return this.filter(element);
  }

  getContextPadEntries(): Filter {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([id]) => !PAD[id] || this.executed.has(PAD[id])));
  }

  private filter(element: Shape): Filter {
    const runs = (id: string): boolean => {
      const construct = constructOfEntry(id, element);
      return construct === null || this.executed.has(construct);
    };
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([id]) => runs(id)));
  }
}

export const popupModule = { __init__: ['relaisPopup'], relaisPopup: ['type', ExecutableOnly] };
