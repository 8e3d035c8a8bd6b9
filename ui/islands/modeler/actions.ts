// Buttons anywhere on the page: data-modeler-action="publish | import | export-bpmn | export-svg | export-png".
import { offerChoice } from '../shared/editor';
import { chooseFile } from '../shared/files';
import { cameToNothing } from '../shared/session';
import { notice } from '../shared/status';
import { exportBpmn, exportPng, exportSvg } from './files';
import { fit, type Workshop } from './index';
import { createFile } from './making';
import { publish } from './publish';

export function wireActions(shop: Workshop): void {
  const { modeler, props } = shop;
  const actions: Record<string, () => Promise<void>> = {
    publish: () => publish(shop, (conflict) => offerChoice(shop, conflict)),
    import: () => importFile(shop),
    'export-bpmn': () => exportBpmn(modeler, props.processName),
    'export-svg': () => exportSvg(modeler, props.processName),
    'export-png': () => exportImage(shop),
    'new-form': () => makeAndOpen(shop, 'form'),
    'new-diagram': () => makeAndOpen(shop, 'diagram'),
  };
  document.addEventListener('click', (event) => {
    const action = (event.target as Element).closest<HTMLElement>('[data-modeler-action]')?.dataset.modelerAction;
    if (action) void actions[action]?.();
  });
}

function tell({ view, say }: Workshop, title: string, text: string, tone: 'late' | 'done'): void {
  notice(view.canvas, title, text, [{ text: say('close'), run: () => undefined }], tone);
}

async function makeAndOpen(shop: Workshop, kind: 'form' | 'diagram'): Promise<void> {
  const { say, session, props, view, saver } = shop;
  const made = await createFile({ say, session, newFileUrl: props.newFileUrl, place: view.canvas }, kind, kind === 'form' ? 'form' : 'called');
  if (typeof made === 'string') return tell(shop, say('new.failed', { reason: made }), '', 'late');
  if (!made) return;
  await saver.save();
  location.assign(made.editUrl ?? location.href);
}

async function exportImage(shop: Workshop): Promise<void> {
  if (!(await exportPng(shop.modeler, shop.props.processName))) tell(shop, shop.say('export.failed'), '', 'late');
}

/** The server reads the file first: it gives places to what has none, and says what cannot be read. */
async function importFile(shop: Workshop): Promise<void> {
  const { modeler, say, saver, view } = shop;
  const { name, file } = await chooseFile('.bpmn,.xml');
  const arranged = await arrange(shop, file);
  if (arranged === null) return;
  const before = (await modeler.saveXML({ format: true })).xml;
  try {
    await modeler.importXML(arranged.xml);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await modeler.importXML(before);
    return tell(shop, say('import.title'), `${say('import.text')} ${error.message}`, 'late');
  }
  fit(modeler);
  saver.changed();
  const { report } = arranged;
  if (report === null) return tell(shop, say('import.done', { name }), '', 'done');
  const read = async (): Promise<void> => {
    await saver.save();
    location.assign(report);
  };
  notice(view.canvas, say('import.done', { name }), say('import.translated'), [{ text: say('import.report'), primary: true, run: read }, { text: say('close'), run: () => undefined }], 'done');
}

/** Sent as it is: the server knows its encoding. */
async function arrange(shop: Workshop, file: File): Promise<{ xml: string; report: string | null } | null> {
  const { session, props, say } = shop;
  try {
    const answer = await session.send(props.arrangeUrl, { method: 'POST', body: file, redirect: 'error', headers: { 'Content-Type': 'application/xml' } });
    if (answer.ok) return { xml: await answer.text(), report: answer.headers.get('X-Relais-Report') };
    const { message } = (await answer.json()) as { message: string };
    tell(shop, say('import.title'), `${message} ${say('import.text')}`, 'late');
  } catch (error) {
    if (!cameToNothing(error)) throw error;
    tell(shop, say('import.title'), say('import.offline'), 'late');
  }
  return null;
}
