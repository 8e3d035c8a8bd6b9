// One extension element of a step (zeebe:formDefinition, zeebe:calledElement…), read and written in one undoable step.
import type { BusinessObject, ExtensionElement, Shape } from '../services';

export type Factory = { create(type: string, attrs: object): BusinessObject & ExtensionElement };
export type Stack = { execute(command: string, context: object): void };
type Attributes = Record<string, string | undefined>;

export function extensionOf(element: Shape, type: string): ExtensionElement | undefined {
  return element.businessObject.extensionElements?.values.find((value) => value.$type === type);
}

/** Changes the attributes given; null takes the extension away. */
export function setExtension(element: Shape, type: string, attributes: Attributes | null, factory: Factory, stack: Stack): void {
  const present = extensionOf(element, type);
  if (present && attributes) return stack.execute('element.updateModdleProperties', { element, moddleElement: present, properties: attributes });
  const { businessObject } = element;
  const others = (businessObject.extensionElements?.values ?? []).filter((value) => value !== present);
  const values = attributes ? [...others, factory.create(type, attributes)] : others;
  const extensionElements = factory.create('bpmn:ExtensionElements', { values });
  values.forEach((value) => ((value as unknown as { $parent: unknown }).$parent = extensionElements));
  (extensionElements as unknown as { $parent: unknown }).$parent = businessObject;
  stack.execute('element.updateModdleProperties', { element, moddleElement: businessObject, properties: { extensionElements } });
}
