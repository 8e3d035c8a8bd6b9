// Publishing: the dialog names the consequence; what blocks is shown where it stands.
import { h } from '../shared/dom';
import { cameToNothing } from '../shared/session';
import { notice } from '../shared/status';
import type { Say } from '../shared/texts';
import type { Conflict } from '../shared/autosave';
import type { Workshop } from './index';
import type { Diagnostic } from './props';

type OnConflict = (conflict: Conflict) => void;

/** Opens the dialog; the answer is the note, or null when the person goes back. */
function ask(say: Say, version: number): Promise<string | null> {
  const note = h('textarea', { class: 'input', id: 'publish-note', rows: '2', 'aria-describedby': 'publish-note-hint', maxlength: '500' });
  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': 'publish-title' });
  dialog.append(h('form', { method: 'dialog' },
    h('h2', { id: 'publish-title' }, say('publish.title', { version })),
    h('div', { class: 'stack' }, h('p', {}, say('publish.text', { version })),
      h('div', { class: 'field' }, h('label', { for: 'publish-note' }, say('publish.note')), h('p', { class: 'hint', id: 'publish-note-hint' }, say('publish.note.hint')), note)),
    h('div', { class: 'cluster' },
      h('button', { class: 'btn btn-primary', value: 'yes' }, say('publish.confirm', { version })),
      h('button', { class: 'btn btn-quiet', value: '' }, say('publish.back')))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener('close', () => {
    dialog.remove();
    resolve(dialog.returnValue === 'yes' ? note.value : null);
  }));
}

export async function publish(shop: Workshop, onConflict: OnConflict): Promise<void> {
  const { props, say, saver, session } = shop;
  const note = await ask(say, props.nextVersion);
  if (note === null) return;
  await saver.save();
  if (saver.pending) return;
  try {
    await answered(shop, onConflict, await session.send(props.publishUrl, {
      method: 'POST', redirect: 'error', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ revision: saver.revision, note }),
    }));
  } catch (error) {
    if (!cameToNothing(error)) throw error;
    failed(shop);
  }
}

async function answered(shop: Workshop, onConflict: OnConflict, answer: Response): Promise<void> {
  const { props, say, place, problems, version } = shop;
  if (answer.status === 422) {
    problems.show(((await answer.json()) as { diagnostics: Diagnostic[] }).diagnostics);
    notice(place, say('publish.blocked'), '', [{ text: say('problems.go'), run: () => focusProblems() }], 'late');
  } else if (answer.status === 412 || answer.status === 409) onConflict((await answer.json()) as Conflict);
  else if (!answer.ok) failed(shop);
  else {
    const done = (await answer.json()) as { version: number; url: string };
    props.nextVersion = done.version + 1;
    version.published(done.version);
    notice(place, say('publish.done', { version: done.version }), '', [
      { text: say('publish.open'), primary: true, run: () => location.assign(done.url) }, { text: say('close'), run: () => undefined }], 'done');
  }
}

function failed({ place, say }: Workshop): void {
  notice(place, say('publish.failed'), '', [{ text: say('close'), run: () => undefined }], 'late');
}

function focusProblems(): void {
  document.querySelector<HTMLElement>('.problems button')?.focus();
}
