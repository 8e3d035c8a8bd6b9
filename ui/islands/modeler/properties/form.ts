// The form of a start event or a user task: chosen among the package's own forms, by name.
import { Group, SelectEntry, isSelectEntryEdited } from '@bpmn-io/properties-panel';
import { h } from '@bpmn-io/properties-panel/preact';
import { useService } from 'bpmn-js-properties-panel';
import type { Say } from '../../shared/texts';
import type { FormChoice } from '../props';
import type { BusinessObject, ExtensionElement, Shape } from '../services';

const FORM = 'zeebe:FormDefinition';

export interface FormsConfig {
  say: Say;
  forms: FormChoice[];
}

function definition(element: Shape): ExtensionElement | undefined {
  return element.businessObject.extensionElements?.values.find((value) => value.$type === FORM);
}

function takesForm(element: Shape): boolean {
  const { businessObject } = element;
  if (element.labelTarget) return false;
  return businessObject.$instanceOf('bpmn:UserTask')
    || (businessObject.$instanceOf('bpmn:StartEvent') && !businessObject.eventDefinitions?.length && !!element.parent?.businessObject.$instanceOf('bpmn:Process'));
}

type Factory = { create(type: string, attrs: object): BusinessObject & ExtensionElement };
type Stack = { execute(command: string, context: object): void };

/** One undoable step: adds, changes or removes zeebe:formDefinition. */
function setForm(element: Shape, formId: string, factory: Factory, stack: Stack): void {
  const { businessObject } = element;
  const others = (businessObject.extensionElements?.values ?? []).filter((value) => value.$type !== FORM);
  const values = formId ? [...others, factory.create(FORM, { formId })] : others;
  const extensionElements = factory.create('bpmn:ExtensionElements', { values });
  values.forEach((value) => ((value as unknown as { $parent: unknown }).$parent = extensionElements));
  (extensionElements as unknown as { $parent: unknown }).$parent = businessObject;
  stack.execute('element.updateModdleProperties', { element, moddleElement: businessObject, properties: { extensionElements } });
}

function FormChooser({ element, id }: { element: Shape; id: string }): unknown {
  const { say, forms } = useService('config.relais') as FormsConfig;
  const factory = useService('bpmnFactory') as Factory;
  const stack = useService('commandStack') as Stack;
  const chosen = definition(element)?.formId ?? '';
  const known = forms.some((form) => form.id === chosen);
  const options = [{ value: '', label: say('form.none') }, ...forms.map((form) => ({ value: form.id, label: form.name }))];
  if (chosen && !known) options.push({ value: chosen, label: say('form.missing', { id: chosen }) });
  return h(SelectEntry, {
    element, id, label: say('form.label'), description: say('form.hint'), getValue: () => chosen, getOptions: () => options,
    setValue: (value: string) => setForm(element, value, factory, stack),
  });
}

function FormLink({ element }: { element: Shape }): unknown {
  const { say, forms } = useService('config.relais') as FormsConfig;
  const form = forms.find((one) => one.id === definition(element)?.formId);
  return form ? h('p', { class: 'bio-properties-panel-entry props-link' }, h('a', { href: form.editUrl }, say('form.edit'))) : null;
}

export function formGroup(element: Shape, say: Say): object | null {
  if (!takesForm(element)) return null;
  return {
    id: 'form', label: say('form'), component: Group,
    entries: [{ id: 'formId', component: FormChooser, isEdited: isSelectEntryEdited }, { id: 'formLink', component: FormLink }],
    shouldOpen: true,
  };
}
