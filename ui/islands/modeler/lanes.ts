// Lanes are the page's lines, not its content: a class lets the style draw them thinner than steps.
import type { EventBus, Shape } from './services';

const LANES = new Set(['bpmn:Participant', 'bpmn:Lane']);

class Lanes {
  static $inject = ['eventBus'];

  constructor(eventBus: EventBus) {
    eventBus.on('shape.added', ({ element, gfx }: { element: Shape; gfx: SVGElement }) => {
      if (LANES.has(element.type)) gfx.classList.add('is-lane');
    });
  }
}

export const lanesModule = { __init__: ['relaisLanes'], relaisLanes: ['type', Lanes] };
