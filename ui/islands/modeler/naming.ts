// A step made from a connector starts with the connector's name: a nameless box says nothing to anyone.
import type { EventBus, Shape } from './services';

type Templates = { get(element: Shape): { name: string } | undefined };
type Modeling = { updateProperties(element: Shape, properties: object): void };

class Naming {
  static $inject = ['eventBus', 'elementTemplates', 'modeling'];

  constructor(eventBus: EventBus, private readonly templates: Templates, private readonly modeling: Modeling) {
    const commands = ['shape.create', 'shape.append', 'shape.replace', 'propertiesPanel.zeebe.changeTemplate'];
    eventBus.on(commands.map((command) => `commandStack.${command}.postExecuted`), (event: { context: Context }) => this.name(event.context));
  }

  /** Inside the same command: one "undo" takes step and name back together. */
  private name({ shape, newShape, element }: Context): void {
    const target = newShape ?? shape ?? element;
    if (!target || target.labelTarget || target.waypoints || target.businessObject.name) return;
    const template = this.templates.get(target);
    if (template) this.modeling.updateProperties(target, { name: template.name });
  }
}

interface Context {
  shape?: Shape;
  newShape?: Shape;
  element?: Shape;
}

export const namingModule = { __init__: ['relaisNaming'], relaisNaming: ['type', Naming] };
