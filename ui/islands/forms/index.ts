// The form builder: `mount(element, props)`; pages write <div data-island="forms" data-props="…">.
import './styles';
import { FormEditor } from '@bpmn-io/form-js-editor';
import { Autosave, open, Refused } from '../shared/autosave';
import { download, h } from '../shared/dom';
import { onState, showReading, showSaved, takeKept, warnOfOther, type Desk, type EditorProps } from '../shared/editor';
import { chooseFile } from '../shared/files';
import { Session } from '../shared/session';
import { notice } from '../shared/status';
import { makeSay, type Say } from '../shared/texts';
import { VersionTag } from '../shared/version';
import { FormProblems, type FormDiagnostic } from './problems';
import type { Editor } from './services';

export interface FormProps extends EditorProps {
  formName: string;
  schemaUrl: string;
  diagnostics?: FormDiagnostic[];
}

interface Bench extends Desk {
  props: FormProps;
  editor: Editor;
  problems: FormProblems;
}

interface View {
  palette: HTMLElement;
  canvas: HTMLElement;
  properties: HTMLElement;
  problems: HTMLElement;
}

const EMPTY = { type: 'default', id: 'formulaire', schemaVersion: 19, components: [] };

function buildView(root: HTMLElement, say: Say): View {
  // On a telephone the fields to add are folded away: the form itself comes first.
  const palette = h('section', { class: 'form-palette', 'aria-label': say('tools') });
  const toggle = h('button', { type: 'button', class: 'btn form-add', 'aria-expanded': 'false' }, say('form.add'));
  toggle.addEventListener('click', () => toggle.setAttribute('aria-expanded', String(palette.classList.toggle('is-open'))));
  const canvas = h('section', { class: 'form-canvas', 'aria-label': say('form.canvas') });
  const properties = h('aside', { class: 'props form-props', 'aria-label': say('properties') });
  const problems = h('section', { class: 'problems form-problems', 'aria-label': say('form.problems') });
  root.replaceChildren(toggle, palette, canvas, properties, problems);
  return { palette, canvas, properties, problems };
}

export async function mount(root: HTMLElement, props: FormProps): Promise<Editor> {
  const say = makeSay(props.locale);
  const opened = await open(props.schemaUrl);
  const view = buildView(root, say);
  const editor = new FormEditor({
    container: view.canvas, palette: { parent: view.palette }, propertiesPanel: { parent: view.properties, feelPopupContainer: document.body },
    exporter: { name: 'Relais', version: '1' },
  }) as Editor;
  const bench = assemble(root, props, say, editor, view, opened.revision ?? props.revision);
  await bench.load(opened.text);
  bench.problems.show(props.diagnostics ?? []);
  wire(bench);
  if (props.savedAt && !props.readOnly) showSaved(bench, new Date(props.savedAt));
  warnOfOther(bench);
  await takeKept(bench, opened.text);
  return editor;
}

function assemble(root: HTMLElement, props: FormProps, say: Say, editor: Editor, view: View, revision: string | null): Bench {
  const problems = new FormProblems(view.problems, editor, say);
  const read = async (): Promise<string> => JSON.stringify(editor.saveSchema(), null, 2);
  const saver = new Autosave({
    url: props.schemaUrl, session: new Session(props), user: props.user, contentType: 'application/json', revision, read,
    onState: (state) => onState(bench, state),
    onSaved: (body) => problems.show((body.diagnostics as FormDiagnostic[] | undefined) ?? []),
  });
  const bench: Bench = {
    props, say, editor, saver, problems, place: root, url: props.schemaUrl, version: new VersionTag(say, props.nextVersion),
    load: async (text) => void (await editor.importSchema(text ? (JSON.parse(text) as object) : EMPTY)),
    download: () => exportFile(bench),
  };
  return bench;
}

function wire(bench: Bench): void {
  const { editor, saver, props, say } = bench;
  const actions: Record<string, () => Promise<void>> = { export: async () => exportFile(bench) };
  document.addEventListener('click', (event) => {
    const action = (event.target as Element).closest<HTMLElement>('[data-form-action]')?.dataset.formAction;
    if (action) void actions[action]?.();
  });
  if (props.readOnly) return showReading(say);
  actions.import = () => importFile(bench);
  editor.on('changed', () => saver.changed());
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== 's') return;
    event.preventDefault();
    void saver.save();
  });
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
