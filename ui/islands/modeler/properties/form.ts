// The form of a start event or a user task, and the process that a step calls: chosen by name.
import { Group, isSelectEntryEdited } from '@bpmn-io/properties-panel';
import type { Say } from '../../shared/texts';
import type { Shape } from '../services';
import { chooser } from './choosing';
import { extensionOf } from './extension';

const FORM = chooser({ stem: 'form', kind: 'form', extension: 'zeebe:FormDefinition', attribute: 'formId', choices: ({ forms }) => forms });
const CALLED = chooser({ stem: 'called', kind: 'diagram', extension: 'zeebe:CalledElement', attribute: 'processId', choices: ({ processes }) => processes });

function takesForm(element: Shape): boolean {
  const { businessObject } = element;
  if (element.labelTarget) return false;
  return businessObject.$instanceOf('bpmn:UserTask')
    || (businessObject.$instanceOf('bpmn:StartEvent') && !businessObject.eventDefinitions?.length && !!element.parent?.businessObject.$instanceOf('bpmn:Process'));
}

/** A formula that names the process stays a formula, in the stock field. */
function callsByName(element: Shape): boolean {
  if (element.labelTarget || !element.businessObject.$instanceOf('bpmn:CallActivity')) return false;
  return !String(extensionOf(element, 'zeebe:CalledElement')?.get('processId') ?? '').startsWith('=');
}

export function formGroup(element: Shape, say: Say): object | null {
  if (!takesForm(element)) return null;
  return {
    id: 'form', label: say('form'), component: Group,
    entries: [{ id: 'formId', component: FORM.Field, isEdited: isSelectEntryEdited }, { id: 'formLink', component: FORM.Links }],
    shouldOpen: true,
  };
}

export function calledGroup(element: Shape, say: Say): object | null {
  if (!callsByName(element)) return null;
  return {
    id: 'calledElement', label: say('called'), component: Group,
    entries: [{ id: 'targetProcessId', component: CALLED.Field, isEdited: isSelectEntryEdited }, { id: 'calledLink', component: CALLED.Links }],
    shouldOpen: true,
  };
}
