// A form or a called process: chosen by name among those that exist, opened, or made without leaving the drawing.
import { SelectEntry } from '@bpmn-io/properties-panel';
import { h } from '@bpmn-io/properties-panel/preact';
import { useService } from 'bpmn-js-properties-panel';
import { notice } from '../../shared/status';
import type { Say, TextKey } from '../../shared/texts';
import { createFile, type MakingConfig } from '../making';
import type { Choice } from '../props';
import type { EventBus, Shape } from '../services';
import { extensionOf, setExtension, type Factory, type Stack } from './extension';

export interface Choosing {
  /** Stem of its texts: `form` or `called`. */
  stem: 'form' | 'called';
  kind: 'form' | 'diagram';
  extension: string;
  attribute: string;
  choices: (config: ChoosingConfig) => Choice[];
}

export interface ChoosingConfig extends MakingConfig {
  say: Say;
  forms: Choice[];
  processes: Choice[];
}

interface Entry {
  element: Shape;
  id: string;
}

export function chooser(what: Choosing): { Field: unknown; Links: unknown } {
  const text = (say: Say, name: string, values?: Record<string, string>): string => say(`${what.stem}.${name}` as TextKey, values);
  const chosenOf = (element: Shape): string => String(extensionOf(element, what.extension)?.get(what.attribute) ?? '');

  function useSetter(element: Shape): (id: string) => void {
    const factory = useService('bpmnFactory') as Factory;
    const stack = useService('commandStack') as Stack;
    const removable = what.kind === 'form';
    return (id) => setExtension(element, what.extension, id || !removable ? { [what.attribute]: id || undefined } : null, factory, stack);
  }

  function Field({ element, id }: Entry): unknown {
    const config = useService('config.relais') as ChoosingConfig;
    const { say } = config;
    const setValue = useSetter(element);
    const chosen = chosenOf(element);
    const choices = what.choices(config);
    const options = [{ value: '', label: text(say, 'none') }, ...choices.map((one) => ({ value: one.id, label: one.name }))];
    if (chosen && !choices.some((one) => one.id === chosen)) options.push({ value: chosen, label: text(say, 'missing', { id: chosen }) });
    return h(SelectEntry, { element, id, label: text(say, 'label'), description: text(say, 'hint'), getValue: () => chosen, getOptions: () => options, setValue });
  }

  function Links({ element }: Entry): unknown {
    const config = useService('config.relais') as ChoosingConfig;
    const bus = useService('eventBus') as EventBus;
    const setValue = useSetter(element);
    const { say } = config;
    const one = what.choices(config).find((choice) => choice.id === chosenOf(element));
    const make = async (): Promise<void> => {
      const made = await createFile(config, what.kind, what.stem);
      if (typeof made === 'string') return void notice(config.place, say('new.failed', { reason: made }), '', [{ text: say('close'), run: () => undefined }], 'late');
      if (!made) return;
      what.choices(config).push(made);
      setValue(made.id);
      bus.fire('propertiesPanel.providersChanged');
    };
    return h('p', { class: 'bio-properties-panel-entry props-link' },
      one?.editUrl ? h('a', { href: one.editUrl }, text(say, 'edit')) : null,
      h('button', { type: 'button', class: 'link', onClick: () => void make() }, text(say, 'new')));
  }

  return { Field, Links };
}
