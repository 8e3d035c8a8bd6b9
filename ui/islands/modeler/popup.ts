// What the "change" and "append" menus offer: only constructs that the engine executes. Others can be imported and
// are then named by the check, but a menu that offers them would promise what cannot run.

import type { Say } from '../shared/texts';

const LEFT_OUT = [
  /complex-gateway/, /transaction/, /ad-?hoc/, /conditional-/, /cancel-/, /choreography/, /event-based-instantiating/,
  /parallel-event-based/, /rpa/, /agent/,
];

type Entries = Record<string, unknown>;

class ExecutableOnly {
  static $inject = ['popupMenu', 'config.relais'];

  constructor(popupMenu: { registerProvider(id: string, priority: number, provider: unknown): void }, private readonly config: { say: Say }) {
    for (const menu of ['bpmn-replace', 'bpmn-append', 'bpmn-create', 'element-template-chooser']) popupMenu.registerProvider(menu, 100, this);
  }

  getEmptyPlaceholder(): string {
    return this.config.say('menu.none');
  }

  getPopupMenuEntries(): (entries: Entries) => Entries {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([id]) => !LEFT_OUT.some((pattern) => pattern.test(id))));
  }
}

export const popupModule = { __init__: ['relaisPopup'], relaisPopup: ['type', ExecutableOnly] };
