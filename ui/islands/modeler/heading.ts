// The head of the properties: the element's name and, in words, what it is.
import type { Say } from '../shared/texts';
import type { Modeler, Shape } from './services';

type Translate = (text: string) => string;

const KINDS: Record<string, string> = {
  StartEvent: 'start event', IntermediateCatchEvent: 'intermediate catch event', IntermediateThrowEvent: 'intermediate throw event',
  BoundaryEvent: 'boundary event', EndEvent: 'end event',
};
const PLAIN: Record<string, string> = {
  StartEvent: 'Start event', EndEvent: 'End event', BoundaryEvent: 'Boundary event', IntermediateThrowEvent: 'Intermediate throw event',
  IntermediateCatchEvent: 'Intermediate throw event', Task: 'Task', UserTask: 'User task', ServiceTask: 'Service task', SendTask: 'Send task',
  ReceiveTask: 'Receive task', ManualTask: 'Manual task', BusinessRuleTask: 'Business rule task', ScriptTask: 'Script task',
  CallActivity: 'Call activity', SubProcess: 'Sub-process', ExclusiveGateway: 'Exclusive gateway', ParallelGateway: 'Parallel gateway',
  InclusiveGateway: 'Inclusive gateway', EventBasedGateway: 'Event-based gateway', SequenceFlow: 'Sequence flow', Participant: 'Pool',
  Lane: 'Lane', TextAnnotation: 'Text annotation', DataObjectReference: 'Data object reference', DataStoreReference: 'Data store reference',
  Group: 'Group', Association: 'Association', MessageFlow: 'Message flow', Process: 'Process', Collaboration: 'Collaboration',
};

/** In English, as bpmn-js names it: the dictionary translates. */
function kindOf(element: Shape): string {
  const { businessObject } = element;
  const type = businessObject.$type.replace('bpmn:', '');
  const [definition] = (businessObject.eventDefinitions ?? []) as { $type: string }[];
  if (!definition || !KINDS[type]) return PLAIN[type] ?? type;
  const event = definition.$type.replace('bpmn:', '').replace('EventDefinition', '');
  const quiet = type === 'BoundaryEvent' && businessObject.get('cancelActivity') === false;
  return `${event} ${KINDS[type]}${quiet ? ' (non-interrupting)' : ''}`;
}

export function showHeading(place: HTMLElement, modeler: Modeler, say: Say, elements: Shape[]): void {
  const translate = modeler.get<Translate>('translate');
  const title = place.querySelector('h2');
  const kind = place.querySelector('.props-kind');
  if (!title || !kind) return;
  if (elements.length > 1) {
    title.textContent = say('multiple');
    kind.textContent = '';
    return;
  }
  const element = elements[0]?.labelTarget ?? elements[0] ?? modeler.get<{ getRootElement(): Shape }>('canvas').getRootElement();
  const template = modeler.get<{ get(element: Shape): { name: string } | undefined } | null>('elementTemplates', false)?.get(element);
  const name = template?.name ?? translate(kindOf(element));
  title.textContent = element.businessObject.name || name;
  kind.textContent = element.businessObject.name ? name : '';
}
