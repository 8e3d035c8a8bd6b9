// The modeler of a process: `mount(element, props)`; pages write <div data-island="modeler" data-props="…">.
import './styles';
import { Autosave, open, Refused, type Conflict, type SaveState } from '../shared/autosave';
import { clockTime, download } from '../shared/dom';
import { chooseFile } from '../shared/files';
import { notice, showState } from '../shared/status';
import { makeSay, type Say } from '../shared/texts';
import { blankDiagram } from './blank';
import { Checker } from './check';
import { exportBpmn, exportSvg } from './files';
import { showHeading } from './heading';
import { missing } from './i18n';
import { createModeler } from './modeler';
import { Problems } from './problems';
import { Detail } from './properties/groups';
import type { FormChoice, ModelerProps } from './props';
import { publish } from './publish';
import type { Canvas, CommandStack, EventBus, Modeler, Shape } from './services';
import type { KnownVariable } from './variables';
import { buildView, type View } from './view';
import { startZones } from './zones';

/** Air around a diagram that was fitted to the window. */
const FIT_MARGIN = 0.94;

interface Workshop {
  props: ModelerProps;
  say: Say;
  view: View;
  modeler: Modeler;
  saver: Autosave;
  checker: Checker;
  problems: Problems;
}

async function list<T>(url: string | undefined): Promise<T[]> {
  if (!url) return [];
  const answer = await fetch(url, { redirect: 'error' });
  return answer.ok ? ((await answer.json()) as T[]) : [];
}

export async function mount(root: HTMLElement, props: ModelerProps): Promise<Modeler> {
  const say = makeSay(props.locale);
  const [opened, templates, forms, variables] = await Promise.all([
    open(props.draftUrl), list<object>(props.templatesUrl), list<FormChoice>(props.formsUrl), list<KnownVariable>(props.variablesUrl),
  ]);
  const view = buildView(root, say);
  const detail = new Detail(say);
  const modeler = createModeler({ props, view, say, detail, forms, variables });
  const shop = assemble({ props, say, view, modeler }, opened.revision ?? props.revision);
  if (!props.readOnly) modeler.get<{ setTemplates(list: object[]): void }>('elementTemplatesLoader').setTemplates(templates);
  if (!props.readOnly) detail.buildToggle(view.detail, () => modeler.get<EventBus>('eventBus').fire('relais.detail.changed'));
  await modeler.importXML(opened.text ?? blankDiagram(props.processId, props.processName, say('start')));
  wire(shop);
  if (opened.text === null && !props.readOnly) shop.saver.changed();
  offerKept(shop, opened.text);
  return modeler;
}

function assemble(base: Pick<Workshop, 'props' | 'say' | 'view' | 'modeler'>, revision: string | null): Workshop {
  const { props, say, view, modeler } = base;
  const read = async (): Promise<string> => (await modeler.saveXML({ format: true })).xml;
  const problems = new Problems(view.problems, modeler, say);
  const checker = new Checker(props.checkUrl, props.csrf, read, problems);
  const saver = new Autosave({
    url: props.draftUrl, csrf: props.csrf, contentType: 'application/xml', revision, read, onState: (state) => onState(shop, state),
  });
  const shop: Workshop = { ...base, problems, checker, saver };
  return shop;
}

function onState(shop: Workshop, state: SaveState): void {
  const { say, props, view } = shop;
  showState(document.querySelector('[data-save-status]'), state, say, props.locale);
  if (state.name === 'conflict') offerChoice(shop, state.conflict);
  if (state.name === 'session') {
    notice(view.canvas, say('session.title'), say('session.text'), [{ text: say('session.retry'), primary: true, run: () => shop.saver.save() }], 'late');
  }
}

function offerChoice(shop: Workshop, conflict: Conflict): void {
  const { say, props, view, saver, modeler } = shop;
  const at = conflict.changed_at ? new Date(conflict.changed_at) : new Date();
  const title = say('conflict.title', { who: conflict.changed_by ?? say('conflict.someone'), time: clockTime(at, props.locale) });
  notice(view.canvas, title, say('conflict.text'), [
    { text: say('conflict.theirs'), primary: true, run: () => takeTheirs(shop) },
    { text: say('conflict.mine'), run: () => saver.overwrite(conflict) },
    { text: say('conflict.copy'), run: async () => {
      await exportBpmn(modeler, props.processName);
      offerChoice(shop, conflict);
    } },
  ], 'late');
}

async function takeTheirs({ saver, modeler, props, say }: Workshop): Promise<void> {
  const opened = await open(props.draftUrl);
  saver.forget();
  saver.revision = opened.revision;
  await modeler.importXML(opened.text ?? blankDiagram(props.processId, props.processName, say('start')));
  showState(document.querySelector('[data-save-status]'), { name: 'saved', at: new Date() }, say, props.locale);
}

/** Work that never reached the server: taken up at once when nobody wrote in between, offered otherwise. */
function offerKept(shop: Workshop, serverText: string | null): void {
  const { saver, say, props, view, modeler } = shop;
  const kept = saver.kept();
  if (!kept || props.readOnly) return;
  if (kept.text === serverText) return saver.forget();
  const take = async (): Promise<void> => {
    await modeler.importXML(kept.text);
    saver.changed();
  };
  if (kept.revision === saver.revision && serverText !== null) return void take();
  const date = new Date(kept.at);
  const day = date.toLocaleDateString(props.locale === 'fr' ? 'fr-FR' : 'en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
  notice(view.canvas, say('restore.title'), say('restore.text', { date: day, time: clockTime(date, props.locale) }), [
    { text: say('restore.yes'), primary: true, run: take }, { text: say('restore.no'), run: () => saver.forget() }]);
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
  const status = document.querySelector('[data-save-status]');
  if (status) status.textContent = say('readonly');
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

function fit(modeler: Modeler): void {
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

/** Buttons anywhere on the page: data-modeler-action="publish | import | export-bpmn | export-svg". */
function wireActions(shop: Workshop): void {
  const { modeler, props, say, saver, problems, view } = shop;
  const actions: Record<string, () => Promise<void>> = {
    publish: () => publish({ props, say, saver, problems, place: view.canvas, onConflict: (conflict) => offerChoice(shop, conflict) }),
    import: () => importFile(shop),
    'export-bpmn': () => exportBpmn(modeler, props.processName),
    'export-svg': () => exportSvg(modeler, props.processName),
  };
  document.addEventListener('click', (event) => {
    const action = (event.target as Element).closest<HTMLElement>('[data-modeler-action]')?.dataset.modelerAction;
    if (action) void actions[action]?.();
  });
}

async function importFile({ modeler, say, view, saver }: Workshop): Promise<void> {
  const { name, text } = await chooseFile('.bpmn,.xml');
  const before = (await modeler.saveXML({ format: true })).xml;
  const close = [{ text: say('close'), run: (): void => undefined }];
  try {
    await modeler.importXML(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await modeler.importXML(before);
    notice(view.canvas, say('import.title'), `${say('import.text')} ${error.message}`, close, 'late');
    return;
  }
  fit(modeler);
  saver.changed();
  notice(view.canvas, say('import.done', { name }), '', close, 'done');
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
    const kept = JSON.parse(localStorage.getItem(`unsaved:${props.draftUrl}`) ?? 'null') as { text: string } | null;
    if (kept) notice(root, say('load.title'), say('load.text'), [{ text: say('conflict.copy'), run: () => download('brouillon.bpmn', kept.text, 'application/xml') }], 'late');
  }
}

document.querySelectorAll<HTMLElement>('[data-island=modeler]').forEach((root) => void start(root));
document.addEventListener('relais:missing-texts', (event) => ((event as CustomEvent<string[]>).detail.push(...missing)));
