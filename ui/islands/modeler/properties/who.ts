// Who gets a task: people and teams of the directory, by name; the diagram holds their keys. A formula stays possible.
import { h } from '@bpmn-io/properties-panel/preact';
import { useState } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';
import type { Say } from '../../shared/texts';
import type { Directory, Named } from '../props';
import type { Shape } from '../services';
import { extensionOf, setExtension, type Factory, type Stack } from './extension';

const ASSIGNMENT = 'zeebe:AssignmentDefinition';

interface Entry {
  id: string;
  component: unknown;
}
interface Field {
  attribute: 'assignee' | 'candidateGroups' | 'candidateUsers';
  from: keyof Directory;
  label: 'who.assignee' | 'who.teams' | 'who.people';
  add: 'who.assignee.none' | 'who.add.team' | 'who.add.person';
}

const FIELDS: Record<string, Field> = {
  assignmentDefinitionAssignee: { attribute: 'assignee', from: 'people', label: 'who.assignee', add: 'who.assignee.none' },
  assignmentDefinitionCandidateGroups: { attribute: 'candidateGroups', from: 'teams', label: 'who.teams', add: 'who.add.team' },
  assignmentDefinitionCandidateUsers: { attribute: 'candidateUsers', from: 'people', label: 'who.people', add: 'who.add.person' },
};

const valueOf = (element: Shape, field: Field): string => String(extensionOf(element, ASSIGNMENT)?.get(field.attribute) ?? '');

function useField(element: Shape, field: Field): { say: Say; known: Named[]; set: (value: string) => void } {
  const { say, directory } = useService('config.relais') as { say: Say; directory: Directory };
  const factory = useService('bpmnFactory') as Factory;
  const stack = useService('commandStack') as Stack;
  const set = (value: string): void => setExtension(element, ASSIGNMENT, { [field.attribute]: value || undefined }, factory, stack);
  return { say, known: directory[field.from], set };
}

function nameOf(known: Named[], id: string, say: Say): string {
  return known.find((one) => one.id === id)?.name ?? say('who.unknown', { id });
}

function options(known: Named[], first: string): unknown[] {
  return [h('option', { value: '' }, first), ...known.map(({ id, name }) => h('option', { value: id }, name))];
}

/** One person, or nobody in particular. */
function One({ element, field, id }: { element: Shape; field: Field; id: string }): unknown {
  const { say, known, set } = useField(element, field);
  const chosen = valueOf(element, field);
  const all = chosen && !known.some((one) => one.id === chosen) ? [...known, { id: chosen, name: say('who.unknown', { id: chosen }) }] : known;
  return h('select', { id, class: 'bio-properties-panel-input', value: chosen, onChange: (event: { target: HTMLSelectElement }) => set(event.target.value) },
    ...options(all, say(field.add)));
}

/** Several teams or people, each with a button that takes it out. */
function Several({ element, field, id }: { element: Shape; field: Field; id: string }): unknown {
  const { say, known, set } = useField(element, field);
  const chosen = valueOf(element, field).split(',').map((one) => one.trim()).filter(Boolean);
  const rest = known.filter((one) => !chosen.includes(one.id));
  const row = (one: string): unknown => {
    const name = nameOf(known, one, say);
    const remove = (): void => set(chosen.filter((other) => other !== one).join(','));
    return h('li', { key: one }, h('span', {}, name), h('button', { type: 'button', 'aria-label': say('who.remove', { name }), title: say('who.remove', { name }), onClick: remove }, '×'));
  };
  const add = (event: { target: HTMLSelectElement }): void => {
    if (event.target.value) set([...chosen, event.target.value].join(','));
    event.target.value = '';
  };
  return h('div', { class: 'who' }, chosen.length ? h('ul', {}, ...chosen.map(row)) : null,
    h('select', { id, class: 'bio-properties-panel-input', value: '', onChange: add }, ...options(rest, say(field.add))));
}

/** The stock field for formulas, ours for names; a button leads from one to the other. */
function directoryField(entry: Entry, field: Field): unknown {
  return function Who(props: { element: Shape; id: string }): unknown {
    const { element } = props;
    const { say, set } = useField(element, field);
    const [writing, setWriting] = useState<string | null>(null);
    const isFormula = valueOf(element, field).startsWith('=');
    const id = `who-${field.attribute}`;
    const toNames = (): void => {
      setWriting(null);
      if (isFormula) set('');
    };
    if (isFormula || writing === element.id) {
      return h('div', {}, h(entry.component as never, props), h('p', { class: 'bio-properties-panel-entry props-link' }, h('button', { type: 'button', class: 'link', onClick: toNames }, say('who.choose'))));
    }
    return h('div', { class: 'bio-properties-panel-entry', 'data-entry-id': entry.id }, h('label', { class: 'bio-properties-panel-label', for: id }, say(field.label)),
      h((field.attribute === 'assignee' ? One : Several) as never, { element, field, id }),
      h('p', { class: 'props-link' }, h('button', { type: 'button', class: 'link', onClick: () => setWriting(element.id) }, say('who.formula'))));
  };
}

const made = new Map<string, unknown>();

/** The same entry, with people and teams to choose from. Components must stay the same from one drawing to the next. */
export function withDirectory<E extends Entry>(entry: E): E {
  const field = FIELDS[entry.id];
  if (!field) return entry;
  if (!made.has(entry.id)) made.set(entry.id, directoryField(entry, field));
  return { ...entry, component: made.get(entry.id) };
}
