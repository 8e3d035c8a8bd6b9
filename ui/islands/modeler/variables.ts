// Variables that the server knows beyond what the diagram says (form fields, operation results): they complete FEEL.
import type { BusinessObject, Shape } from './services';

export interface KnownVariable {
  name: string;
  type?: string;
  detail?: string;
}

class KnownVariables {
  static $inject = ['variableResolver', 'config.relais'];

  constructor(resolver: { registerProvider(provider: unknown): void }, private readonly config: { variables: KnownVariable[] }) {
    resolver.registerProvider(this);
  }

  /** The resolver asks with shapes of the canvas and with bare elements of the model. */
  getVariables(element: Shape | BusinessObject): object[] | undefined {
    const model = 'businessObject' in element ? element.businessObject : element;
    if (!model.$instanceOf('bpmn:Process')) return undefined;
    return this.config.variables.map(({ name, type, detail }) => ({ name, type, info: detail }));
  }
}

export const variablesModule = { __init__: ['relaisVariables'], relaisVariables: ['type', KnownVariables] };
