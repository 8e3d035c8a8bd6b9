// Makes a form, or the diagram of a process to call, in the package: asks for its name, the server makes the file.
import { h } from '../shared/dom';
import { cameToNothing, type Session } from '../shared/session';
import type { Say, TextKey } from '../shared/texts';
import type { Choice } from './props';

export interface MakingConfig {
  say: Say;
  session: Session;
  newFileUrl: string;
  place: HTMLElement;
}

/** What was made; null when the person went back; a sentence when it could not be made. */
export async function createFile(config: MakingConfig, kind: 'form' | 'diagram', stem: 'form' | 'called'): Promise<Choice | string | null> {
  const name = await askName(config.say, stem);
  if (name === null) return null;
  try {
    const answer = await config.session.send(config.newFileUrl, {
      method: 'POST', redirect: 'error', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ kind, name }),
    });
    const body = (await answer.json()) as Choice & { message: string };
    return answer.ok ? body : body.message;
  } catch (error) {
    if (!cameToNothing(error)) throw error;
    return config.say('no-server');
  }
}

function askName(say: Say, stem: string): Promise<string | null> {
  const text = (name: string): string => say(`${stem}.new.${name}` as TextKey);
  const input = h('input', { class: 'input', id: 'new-file-name', required: true, maxlength: '200', autocomplete: 'off' });
  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': 'new-file-title' });
  dialog.append(h('form', { method: 'dialog' },
    h('h2', { id: 'new-file-title' }, text('title')),
    h('div', { class: 'field' }, h('label', { for: 'new-file-name' }, text('name')), input),
    h('div', { class: 'cluster' },
      h('button', { class: 'btn btn-primary', value: 'yes' }, text('do')),
      h('button', { class: 'btn btn-quiet', value: '', formnovalidate: true }, say('new.back')))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener('close', () => {
    dialog.remove();
    resolve(dialog.returnValue === 'yes' && input.value.trim() ? input.value.trim() : null);
  }));
}
