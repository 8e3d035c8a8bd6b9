// Which groups the properties panel shows: only what the engine executes, and in simple mode only what a first
// process needs. What is left out here but present in an imported file is named by the server's check.
import type { Say } from '../../shared/texts';
import type { EventBus, Shape } from '../services';
import { calledGroup, formGroup } from './form';
import { withDirectory } from './who';

type GroupLike = { id: string; entries?: { id: string; component: unknown }[]; shouldOpen?: boolean };

/** Not executed, or decided by Relais itself. */
const NEVER_GROUPS = new Set(['userTaskImplementation', 'Zeebe__ExecutionListeners', 'Zeebe__TaskListeners', 'adHocSubProcessImplementation', 'businessRuleImplementation', 'ElementTemplates__Configurations']);
const NEVER_ENTRIES = new Set(['bindingType', 'versionTag', 'isExecutable', 'isStartableInTasklist']);
/** For those who know BPMN: identifiers, raw mappings, headers. */
const EXPERT_GROUPS = new Set(['headers', 'Zeebe__ExtensionProperties', 'inputs', 'outputs', 'inputPropagation', 'outputPropagation', 'taskDefinition', 'scriptImplementation', 'activeElements', 'outputCollection']);
const EXPERT_ENTRIES = new Set(['id', 'processId', 'assignmentDefinitionCandidateUsers', 'taskScheduleFollowUpDate']);

/** Made here, or in their place. */
const OURS = new Set(['form', 'calledElement']);

const MODE = 'modeler:detail';

export class Detail {
  constructor(private readonly say: Say) {}

  get full(): boolean {
    return localStorage.getItem(MODE) === 'full';
  }

  private choose(full: boolean): void {
    localStorage.setItem(MODE, full ? 'full' : 'simple');
  }

  /** The two buttons of the panel's head; `changed` redraws the panel. */
  buildToggle(place: HTMLElement, changed: () => void): void {
    const buttons = (['simple', 'full'] as const).map((mode) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = this.say(`detail.${mode}`);
      button.addEventListener('click', () => {
        this.choose(mode === 'full');
        show();
        changed();
      });
      return button;
    });
    const show = (): void => buttons.forEach((button, index) => button.setAttribute('aria-pressed', String((index === 1) === this.full)));
    place.append(...buttons);
    show();
  }
}

class RelaisGroups {
  static $inject = ['propertiesPanel', 'config.relais', 'eventBus'];

  constructor(panel: { registerProvider(priority: number, provider: unknown): void }, private readonly config: { say: Say; detail: Detail }, eventBus: EventBus) {
    // Last of all: it sees every group and decides.
    panel.registerProvider(50, this);
    eventBus.on('relais.detail.changed', () => eventBus.fire('propertiesPanel.providersChanged'));
  }

  getGroups(element: Shape): (groups: GroupLike[]) => GroupLike[] {
    return (groups) => this.withForm(element, groups.filter((group) => this.keeps(group))).map((group) => this.trim(group));
  }

  private keeps(group: GroupLike): boolean {
    return !NEVER_GROUPS.has(group.id) && (this.config.detail.full || !EXPERT_GROUPS.has(group.id));
  }

  private trim(group: GroupLike): GroupLike {
    if (!group.entries || OURS.has(group.id)) return group;
    const hidden = (id: string): boolean => NEVER_ENTRIES.has(id) || (!this.config.detail.full && EXPERT_ENTRIES.has(id));
    // The name is what people change first.
    const shouldOpen = group.shouldOpen || group.id === 'general';
    return { ...group, shouldOpen, entries: group.entries.filter((entry) => !hidden(entry.id)).map(withDirectory) };
  }

  /** Ours in the place of the stock form group, or right after the general one. */
  private withForm(element: Shape, groups: GroupLike[]): GroupLike[] {
    const ours = (formGroup(element, this.config.say) ?? calledGroup(element, this.config.say)) as GroupLike | null;
    const others = groups.filter((group) => group.id !== 'form' && group.id !== ours?.id);
    if (!ours) return others;
    const at = others.findIndex((group) => group.id === 'general') + 1;
    return [...others.slice(0, at), ours, ...others.slice(at)];
  }
}

export default { __init__: ['relaisGroups'], relaisGroups: ['type', RelaisGroups] };
