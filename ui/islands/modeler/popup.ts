// What the "change" and "append" menus offer: only constructs that the engine executes. Others can be imported and
// are then named by the check, but a menu that offers them would promise what cannot run.

const LEFT_OUT = [
  /complex-gateway/, /transaction/, /ad-?hoc/, /conditional-/, /cancel-/, /choreography/, /event-based-instantiating/,
  /parallel-event-based/, /rpa/, /agent/,
];

type Entries = Record<string, unknown>;

class ExecutableOnly {
  static $inject = ['popupMenu'];

  constructor(popupMenu: { registerProvider(id: string, priority: number, provider: unknown): void }) {
    for (const menu of ['bpmn-replace', 'bpmn-append', 'bpmn-create']) popupMenu.registerProvider(menu, 100, this);
  }

  getPopupMenuEntries(): (entries: Entries) => Entries {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([id]) => !LEFT_OUT.some((pattern) => pattern.test(id))));
  }
}

export const popupModule = { __init__: ['relaisPopup'], relaisPopup: ['type', ExecutableOnly] };
