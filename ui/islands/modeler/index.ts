// The modeler of a process: `mount(element, props)`; pages write <div data-island="modeler" data-props="…">.
import './styles';
import { Autosave, keptKey, open, Refused } from '../shared/autosave';
import { download } from '../shared/dom';
import { onState, showReading, showSaved, takeKept, warnOfOther, type Desk } from '../shared/editor';
import { Session } from '../shared/session';
import { notice } from '../shared/status';
import { makeSay, type Say } from '../shared/texts';
import { VersionTag } from '../shared/version';
import { wireActions } from './actions';
import { blankDiagram } from './blank';
import { Checker } from './check';
import { exportBpmn } from './files';
import { showHeading } from './heading';
import { missing } from './i18n';
import { createModeler } from './modeler';
import { Problems } from './problems';
import { Detail } from './properties/groups';
import type { Choice, Directory, ModelerProps } from './props';
import type { Canvas, CommandStack, EventBus, Modeler, Shape } from './services';
import type { KnownVariable } from './variables';
import { buildView, type View } from './view';
import { startZones } from './zones';

/** Air around a diagram that was fitted to the window. */
const FIT_MARGIN = 0.94;

export interface Workshop extends Desk {
  props: ModelerProps;
  view: View;
  modeler: Modeler;
  session: Session;
  checker: Checker;
  problems: Problems;
}

/** What the modeler asks the server when it opens. */
interface Known {
  templates: object[];
  forms: Choice[];
  processes: Choice[];
  directory: Directory;
  variables: KnownVariable[];
}

async function ask<T>(url: string | undefined, otherwise: T): Promise<T> {
  if (!url) return otherwise;
  const answer = await fetch(url, { redirect: 'error' });
  return answer.ok ? ((await answer.json()) as T) : otherwise;
}

async function askAll(props: ModelerProps): Promise<Known> {
  const [templates, forms, processes, directory, variables] = await Promise.all([
    ask<object[]>(props.templatesUrl, []), ask<Choice[]>(props.formsUrl, []), ask<Choice[]>(props.processesUrl, []),
    ask<Directory>(props.readOnly ? undefined : props.directoryUrl, { teams: [], people: [] }), ask<KnownVariable[]>(props.variablesUrl, []),
  ]);
  return { templates, forms, processes, directory, variables };
}

export async function mount(root: HTMLElement, props: ModelerProps): Promise<Modeler> {
  const say = makeSay(props.locale);
  const [opened, known] = await Promise.all([open(props.draftUrl), askAll(props)]);
  const view = buildView(root, say);
  const detail = new Detail(say);
  const session = new Session(props);
  const modeler = createModeler({ props, view, say, detail, session, ...known });
  const shop = assemble({ props, say, view, modeler, session }, opened.revision ?? props.revision);
  if (!props.readOnly) modeler.get<{ setTemplates(list: object[]): void }>('elementTemplatesLoader').setTemplates(known.templates);
  if (!props.readOnly) detail.buildToggle(view.detail, () => modeler.get<EventBus>('eventBus').fire('relais.detail.changed'));
  await shop.load(opened.text);
  wire(shop);
  if (opened.text === null && !props.readOnly) shop.saver.changed();
  else if (props.savedAt && !props.readOnly) showSaved(shop, new Date(props.savedAt));
  warnOfOther(shop);
  await takeKept(shop, opened.text);
  goToLinked(shop);
  return modeler;
}

/** A link into the diagram names its element after the #, as the report of an import does. */
function goToLinked({ problems }: Workshop): void {
  const elementId = decodeURIComponent(location.hash.slice(1));
  if (elementId) problems.go(elementId);
}

function assemble(base: Pick<Workshop, 'props' | 'say' | 'view' | 'modeler' | 'session'>, revision: string | null): Workshop {
  const { props, say, view, modeler, session } = base;
  const read = async (): Promise<string> => (await modeler.saveXML({ format: true })).xml;
  const problems = new Problems(view.problems, modeler, say, props);
  const checker = new Checker(props.checkUrl, session, read, problems);
  const saver = new Autosave({
    url: props.draftUrl, session, user: props.user, contentType: 'application/xml', revision, read, onState: (state) => onState(shop, state),
  });
  const shop: Workshop = {
    ...base, problems, checker, saver, version: new VersionTag(say, props.nextVersion), place: view.canvas, url: props.draftUrl,
    load: async (text) => void (await modeler.importXML(text ?? blankDiagram(props.processId, props.processName, say('start')))),
    download: () => exportBpmn(modeler, props.processName),
  };
  return shop;
}

function wire(shop: Workshop): void {
  const { modeler, saver, checker, view, say, props } = shop;
  nameCanvas(view, say);
  fit(modeler);
  void checker.check();
  startZones(view.canvas.parentElement ?? document.body);
  wireZoom(shop);
  wireActions(shop);
  if (props.readOnly) return showReadOnly(shop);
  modeler.on(['commandStack.changed', 'import.done'], () => {
    updateHistory(modeler, view);
    checker.later();
  });
  modeler.on('commandStack.changed', () => saver.changed());
  const heading = (elements: Shape[]): void => showHeading(view.properties.firstElementChild as HTMLElement, modeler, say, elements);
  modeler.on('selection.changed', (event: { newSelection: Shape[] }) => heading(event.newSelection));
  modeler.on('elements.changed', () => heading(modeler.get<{ get(): Shape[] }>('selection').get()));
  heading([]);
  updateHistory(modeler, view);
  wireKeys(shop);
}

/** A drawing and its problems; nothing to change, so no tools and no properties. */
function showReadOnly({ view, say }: Workshop): void {
  view.properties.remove();
  view.palette.remove();
  view.canvas.parentElement?.classList.add('is-read-only');
  document.querySelectorAll('[data-modeler-action=import],[data-modeler-action=publish]').forEach((button) => button.remove());
  showReading(say);
}

function nameCanvas(view: View, say: Say): void {
  view.host.querySelector('.djs-container > svg')?.setAttribute('aria-label', say('canvas.help'));
  view.host.querySelector('.djs-container > svg')?.setAttribute('role', 'application');
  const palette = view.host.querySelector('.djs-palette');
  if (!palette) return;
  // A column of its own: the drawing then fits the room that is really free.
  view.palette.append(palette);
  palette.setAttribute('role', 'toolbar');
  palette.setAttribute('aria-label', say('tools'));
  palette.setAttribute('aria-orientation', 'vertical');
}

function updateHistory(modeler: Modeler, view: View): void {
  const stack = modeler.get<CommandStack>('commandStack');
  for (const [name, on] of [['undo', stack.canUndo()], ['redo', stack.canRedo()]] as const) {
    view.palette.querySelector(`[data-action=${name}]`)?.setAttribute('aria-disabled', String(!on));
  }
}

export function fit(modeler: Modeler): void {
  const canvas = modeler.get<Canvas>('canvas');
  canvas.resized();
  canvas.zoom('fit-viewport', 'auto');
  canvas.zoom(Math.min(canvas.zoom() * FIT_MARGIN, 1), 'auto');
}

function wireZoom({ modeler, view }: Workshop): void {
  const canvas = modeler.get<Canvas>('canvas');
  const step = (factor: number): void => void canvas.zoom(Math.min(Math.max(canvas.zoom() * factor, 0.2), 4), 'auto');
  const show = (): void => void (view.zoom.level.textContent = `${Math.round(canvas.zoom() * 100)}\u00a0%`);
  view.zoom.in.addEventListener('click', () => step(1.2));
  view.zoom.out.addEventListener('click', () => step(1 / 1.2));
  view.zoom.fit.addEventListener('click', () => fit(modeler));
  const minimap = modeler.get<{ toggle(): void } | null>('minimap', false);
  if (minimap) view.zoom.map.addEventListener('click', () => minimap.toggle());
  else view.zoom.map.remove();
  modeler.on('canvas.viewbox.changed', show);
  show();
}

/** Palette entries answer Enter and Space; Ctrl S saves. */
function wireKeys({ modeler, saver, view }: Workshop): void {
  view.palette.addEventListener('keydown', (event) => {
    const entry = (event.target as Element).closest<HTMLElement>('.djs-palette .entry');
    if (!entry || !['Enter', ' '].includes(event.key)) return;
    event.preventDefault();
    modeler.get<{ triggerEntry(id: string, action: string, event: Event): void }>('palette').triggerEntry(entry.dataset.action ?? '', 'click', event);
  });
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== 's') return;
    event.preventDefault();
    void saver.save();
  });
}

async function start(root: HTMLElement): Promise<void> {
  const props = JSON.parse(root.dataset.props ?? '{}') as ModelerProps;
  const say = makeSay(props.locale);
  try {
    await mount(root, props);
    root.dataset.ready = '';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = error instanceof Refused ? String(error.status) : error.message;
    notice(root, say('load.title'), `${say('load.text')} (${reason})`, [{ text: say('session.retry'), run: () => location.reload() }], 'late');
    const kept = JSON.parse(localStorage.getItem(keptKey(props.draftUrl, props.user)) ?? 'null') as { text: string } | null;
    if (kept) notice(root, say('load.title'), say('load.text'), [{ text: say('conflict.copy'), run: () => download('brouillon.bpmn', kept.text, 'application/xml') }], 'late');
  }
}

document.querySelectorAll<HTMLElement>('[data-island=modeler]').forEach((root) => void start(root));
document.addEventListener('relais:missing-texts', (event) => ((event as CustomEvent<string[]>).detail.push(...missing)));
