// `form[data-draft-url]`: what is typed is kept. It goes to the server after a pause, and stays in this browser
// until the server has it: an expired session or a cut network loses nothing.
const PAUSE_MS = 1500;
const MAX_AGE_MS = 7 * 24 * 3600 * 1000;

type Kept = { at: number; fields: [string, string][] };

function keyOf(form: HTMLFormElement): string {
  return `draft:${form.dataset.draftUser ?? ''}:${form.dataset.draftUrl}`;
}

/** The answers, without files, passwords and the security field. */
function fieldsOf(form: HTMLFormElement): [string, string][] {
  const secret = new Set([...form.querySelectorAll<HTMLInputElement>('input[type=password]')].map((input) => input.name));
  return [...new FormData(form)].filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[0] !== 'csrf_token' && !secret.has(pair[0]),
  );
}

function keep(form: HTMLFormElement): void {
  localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), fields: fieldsOf(form) } satisfies Kept));
}

function kept(form: HTMLFormElement): Kept | null {
  const found = JSON.parse(localStorage.getItem(keyOf(form)) ?? 'null') as Kept | null;
  return found && Date.now() - found.at < MAX_AGE_MS ? found : null;
}

function say(form: HTMLFormElement, name: 'saved' | 'kept' | 'restored'): void {
  const status = form.querySelector<HTMLElement>('[data-draft-status]');
  const text = status?.dataset[name];
  if (status && text) status.textContent = text.replace('{time}', clock());
}

function clock(): string {
  const now = new Date();
  const [hours, minutes] = [now.getHours(), String(now.getMinutes()).padStart(2, '0')];
  return document.documentElement.lang === 'fr' ? `${hours} h ${minutes}` : `${hours}:${minutes}`;
}

async function send(form: HTMLFormElement, token: string): Promise<void> {
  const body = new URLSearchParams(fieldsOf(form));
  try {
    const answer = await fetch(form.dataset.draftUrl ?? '', {
      method: 'POST', body, headers: { 'X-CSRFToken': token }, redirect: 'error', keepalive: true,
    });
    if (!answer.ok) throw new TypeError(`draft not saved: ${answer.status}`);
    localStorage.removeItem(keyOf(form));
    say(form, 'saved');
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    say(form, 'kept');
  }
}

function restore(form: HTMLFormElement): void {
  const found = kept(form);
  if (!found || form.querySelector('.error-summary')) return;
  for (const element of form.elements) {
    if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement)) continue;
    if (!element.name || ['file', 'password', 'hidden', 'submit'].includes(element.type)) continue;
    const values = found.fields.filter(([name]) => name === element.name).map(([, value]) => value);
    if (element instanceof HTMLInputElement && ['checkbox', 'radio'].includes(element.type)) element.checked = values.includes(element.value);
    else if (values.length) element.value = values[0];
  }
  say(form, 'restored');
}

function watch(form: HTMLFormElement, csrfToken: () => string): void {
  let timer = 0;
  const flush = (): void => {
    clearTimeout(timer);
    timer = 0;
    void send(form, csrfToken());
  };
  restore(form);
  form.addEventListener('input', () => {
    keep(form);
    clearTimeout(timer);
    timer = window.setTimeout(flush, PAUSE_MS);
  });
  form.addEventListener('draft:save', flush);
  form.addEventListener('submit', () => clearTimeout(timer));
  window.addEventListener('online', () => kept(form) && flush());
  document.addEventListener('visibilitychange', () => document.hidden && timer && flush());
}

export function startDrafts(csrfToken: () => string): void {
  // A page that says its answers were accepted frees what was kept for them.
  for (const done of document.querySelectorAll<HTMLElement>('[data-draft-done]')) {
    localStorage.removeItem(`draft:${done.dataset.draftUser ?? ''}:${done.dataset.draftDone}`);
  }
  document.querySelectorAll<HTMLFormElement>('form[data-draft-url]').forEach((form) => watch(form, csrfToken));
}
