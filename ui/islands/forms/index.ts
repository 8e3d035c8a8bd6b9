// The form builder: `mount(element, props)`; pages write <div data-island="forms" data-props="…">.
import './styles';
import { FormEditor } from '@bpmn-io/form-js-editor';
import { Autosave, open, Refused, type Conflict, type SaveState } from '../shared/autosave';
import { clockTime, download, h } from '../shared/dom';
import { chooseFile } from '../shared/files';
import { notice, showState } from '../shared/status';
import { makeSay, type Locale, type Say } from '../shared/texts';

export interface FormProps {
  locale: Locale;
  csrf: string;
  readOnly?: boolean;
  revision: string | null;
  formName: string;
  schemaUrl: string;
}

interface Editor {
  importSchema(schema: object): Promise<unknown>;
  saveSchema(): object;
  on(event: string, callback: () => void): void;
}

interface Bench {
  props: FormProps;
  say: Say;
  editor: Editor;
  saver: Autosave;
  place: HTMLElement;
}

const EMPTY = { type: 'default', id: 'formulaire', schemaVersion: 19, components: [] };

function buildView(root: HTMLElement, say: Say): { palette: HTMLElement; canvas: HTMLElement; properties: HTMLElement } {
  const palette = h('section', { class: 'form-palette', 'aria-label': say('tools') });
  const canvas = h('section', { class: 'form-canvas', 'aria-label': say('form.canvas') });
  const properties = h('aside', { class: 'props form-props', 'aria-label': say('properties') });
  root.replaceChildren(palette, canvas, properties);
  return { palette, canvas, properties };
}

export async function mount(root: HTMLElement, props: FormProps): Promise<Editor> {
  const say = makeSay(props.locale);
  const opened = await open(props.schemaUrl);
  const view = buildView(root, say);
  const editor = new FormEditor({
    container: view.canvas, palette: { parent: view.palette }, propertiesPanel: { parent: view.properties, feelPopupContainer: document.body },
    exporter: { name: 'Relais', version: '1' },
  }) as Editor;
  const read = async (): Promise<string> => JSON.stringify(editor.saveSchema(), null, 2);
  const saver = new Autosave({
    url: props.schemaUrl, csrf: props.csrf, contentType: 'application/json', revision: opened.revision ?? props.revision, read,
    onState: (state) => onState(bench, state),
  });
  const bench: Bench = { props, say, editor, saver, place: root };
  await editor.importSchema(opened.text ? (JSON.parse(opened.text) as object) : EMPTY);
  wire(bench);
  await takeKept(bench, opened.text);
  return editor;
}

function wire(bench: Bench): void {
  const { editor, saver, props } = bench;
  if (props.readOnly) return;
  editor.on('changed', () => saver.changed());
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== 's') return;
    event.preventDefault();
    void saver.save();
  });
  const actions: Record<string, () => Promise<void>> = { import: () => importFile(bench), export: async () => exportFile(bench) };
  document.addEventListener('click', (event) => {
    const action = (event.target as Element).closest<HTMLElement>('[data-form-action]')?.dataset.formAction;
    if (action) void actions[action]?.();
  });
}

function onState(bench: Bench, state: SaveState): void {
  const { say, props, place, saver } = bench;
  showState(document.querySelector('[data-save-status]'), state, say, props.locale);
  if (state.name === 'conflict') offerChoice(bench, state.conflict);
  if (state.name === 'session') notice(place, say('session.title'), say('session.text'), [{ text: say('session.retry'), primary: true, run: () => saver.save() }], 'late');
}

function offerChoice(bench: Bench, conflict: Conflict): void {
  const { say, props, place, saver, editor } = bench;
  const at = conflict.changed_at ? new Date(conflict.changed_at) : new Date();
  const title = say('conflict.title', { who: conflict.changed_by ?? say('conflict.someone'), time: clockTime(at, props.locale) });
  notice(place, title, say('conflict.text'), [
    { text: say('conflict.theirs'), primary: true, run: async () => {
      const theirs = await open(props.schemaUrl);
      await editor.importSchema(theirs.text ? (JSON.parse(theirs.text) as object) : EMPTY);
      saver.forget();
      saver.revision = theirs.revision;
      showState(document.querySelector('[data-save-status]'), { name: 'saved', at: new Date() }, say, props.locale);
    } },
    { text: say('conflict.mine'), run: () => saver.overwrite(conflict) },
    { text: say('conflict.copy'), run: () => {
      exportFile(bench);
      offerChoice(bench, conflict);
    } },
  ], 'late');
}

/** Work that never reached the server: taken up at once when nobody wrote in between, offered otherwise. */
async function takeKept({ saver, say, props, editor, place }: Bench, serverText: string | null): Promise<void> {
  const kept = saver.kept();
  if (!kept || props.readOnly) return;
  if (kept.text === serverText) return saver.forget();
  const take = async (): Promise<void> => {
    await editor.importSchema(JSON.parse(kept.text) as object);
    saver.changed();
  };
  if (kept.revision === saver.revision) return take();
  const date = new Date(kept.at);
  const day = date.toLocaleDateString(props.locale === 'fr' ? 'fr-FR' : 'en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
  notice(place, say('restore.title'), say('restore.text', { date: day, time: clockTime(date, props.locale) }), [
    { text: say('restore.yes'), primary: true, run: take }, { text: say('restore.no'), run: () => saver.forget() }]);
}

function exportFile({ editor, props }: Bench): void {
  download(`${props.formName || 'formulaire'}.form`, JSON.stringify(editor.saveSchema(), null, 2), 'application/json');
}

async function importFile({ editor, say, place, saver }: Bench): Promise<void> {
  const { text } = await chooseFile('.form,.json');
  const before = editor.saveSchema();
  try {
    await editor.importSchema(JSON.parse(text) as object);
    saver.changed();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await editor.importSchema(before);
    notice(place, say('import.title'), `${say('form.import.text')} (${error.message})`, [{ text: say('close'), run: () => undefined }], 'late');
  }
}

async function start(root: HTMLElement): Promise<void> {
  const props = JSON.parse(root.dataset.props ?? '{}') as FormProps;
  const say = makeSay(props.locale);
  try {
    await mount(root, props);
    root.dataset.ready = '';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = error instanceof Refused ? String(error.status) : error.message;
    notice(root, say('schema.title'), `${say('load.text')} (${reason})`, [{ text: say('session.retry'), run: () => location.reload() }], 'late');
  }
}

document.querySelectorAll<HTMLElement>('[data-island=forms]').forEach((root) => void start(root));
