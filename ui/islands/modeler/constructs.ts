// Which construct of BPMN a menu entry makes, in the words of the server's check: `inclusiveGateway`,
// `startEvent:signal`, `eventSubProcess/startEvent:error`. The entries are bpmn-js's own tables.
import { PopupEntries } from 'bpmn-js/lib/features/popup-menu/PopupEntries';
import * as replaceOptions from 'bpmn-js/lib/features/replace/ReplaceOptions';
import type { Shape } from './services';

interface Target {
  type: string;
  eventDefinitionType?: string;
  triggeredByEvent?: boolean;
  isInterrupting?: boolean;
  instantiate?: boolean;
  eventGatewayType?: string;
}
interface Option {
  actionName?: string;
  target?: Target;
}

const LOOPS: Record<string, string> = {
  'toggle-loop': 'loop', 'toggle-parallel-mi': 'parallelMultiInstance', 'toggle-sequential-mi': 'sequentialMultiInstance',
};
/** Elements that mean something when a case runs; everything else is drawn and explained. */
const RUN = /(Task|Gateway|Event|SubProcess|Activity|Transaction)$/i;
const TARGETS = targets();

function targets(): Map<string, Target> {
  const found = new Map(Object.entries(PopupEntries as Record<string, Option>).map(([id, { target }]) => [id, target]));
  for (const options of Object.values(replaceOptions) as Option[][]) {
    if (!Array.isArray(options)) continue;
    for (const { actionName, target } of options) if (actionName && target) found.set(actionName.replace('replace-with-', ''), target);
  }
  return found as Map<string, Target>;
}

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** The construct of a type with its event; null for what is only drawn. */
export function constructOf(target: Target, insideEventSubProcess = false): string | null {
  const type = target.type.replace('bpmn:', '');
  if (!RUN.test(type)) return null;
  if (target.triggeredByEvent) return 'eventSubProcess';
  if (target.instantiate) return 'eventBasedGateway/instantiate';
  const event = target.eventDefinitionType?.replace('bpmn:', '').replace('EventDefinition', '');
  const inside = type === 'StartEvent' && event && (insideEventSubProcess || target.isInterrupting === false);
  return `${inside ? 'eventSubProcess/' : ''}${lower(type)}${event ? `:${lower(event)}` : ''}`;
}

/** The construct that an entry of the menus « change », « append » and « create » makes; null for what is only drawn. */
export function constructOfEntry(id: string, element?: Shape): string | null {
  if (LOOPS[id]) return LOOPS[id];
  const target = TARGETS.get(id.replace(/^(replace-with|append|create)-/, ''));
  const parent = element?.parent?.businessObject;
  return target ? constructOf(target, Boolean(parent?.get?.('triggeredByEvent'))) : null;
}
