// The keys of the product. Letters alone rest while someone types, and can be switched off (WCAG 2.1.4).
// A page names what a key does on its own controls: data-key="s" clicks it, data-key="ctrl+enter" too.
import { tick } from './bulk';
import { openDialog } from './dialogs';

const OFF = 'keys:off';
const GO_WAIT_MS = 1500;
let waitingForGo = 0;

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement
    && (target.isContentEditable || target.matches('input:not([type=checkbox],[type=radio],[type=submit],[type=button]),textarea,select'));
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.tasks > li, tr[data-row]')];
}

function cursor(): HTMLElement | undefined {
  return rows().find((row) => row.classList.contains('is-cursor') || row.contains(document.activeElement));
}

function move(step: number): boolean {
  const all = rows();
  if (!all.length) return false;
  const here = cursor();
  const next = all[Math.min(Math.max((here ? all.indexOf(here) : step > 0 ? -1 : all.length) + step, 0), all.length - 1)];
  all.forEach((row) => row.classList.toggle('is-cursor', row === next));
  next.querySelector<HTMLElement>('a[href]')?.focus();
  next.scrollIntoView({ block: 'nearest' });
  return true;
}

function choose(range: boolean): boolean {
  const box = cursor()?.querySelector<HTMLInputElement>('input[type=checkbox]');
  if (!box) return false;
  box.checked = range ? true : !box.checked;
  tick(box, range);
  return true;
}

function click(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  found?.click();
  return found !== null;
}

function search(): boolean {
  const input = document.querySelector<HTMLElement>('[data-search]');
  input?.focus();
  return input !== null;
}

function awaitGo(): boolean {
  waitingForGo = Date.now();
  return true;
}

function letter(key: string, shift: boolean): boolean {
  if (waitingForGo && Date.now() - waitingForGo < GO_WAIT_MS) {
    waitingForGo = 0;
    return click(`[data-go="${CSS.escape(key)}"]`);
  }
  if (key === 'j') return move(1);
  if (key === 'k') return move(-1);
  if (key === 'x') return choose(shift);
  if (key === 'g') return awaitGo();
  if (key === '/') return search();
  if (key === '?') return openDialog('keys');
  return key.length === 1 && click(`[data-key="${CSS.escape(key)}"]`);
}

function withControl(event: KeyboardEvent): boolean {
  if (event.key === 's') return saveDraft();
  if (event.key !== 'Enter') return false;
  return click('[data-key="ctrl+enter"]');
}

function saveDraft(): boolean {
  const form = document.querySelector<HTMLFormElement>('form[data-draft-url]');
  form?.dispatchEvent(new CustomEvent('draft:save'));
  return form !== null || click('[data-key="ctrl+s"]');
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (withControl(event)) event.preventDefault();
    return;
  }
  const busy = typing(event.target) || document.querySelector('dialog[open]') !== null || inEditor(event.target);
  if (busy || localStorage.getItem(OFF)) return;
  if (letter(event.key.toLowerCase(), event.shiftKey)) event.preventDefault();
}

/** The canvas has keys of its own. */
function inEditor(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-island]') !== null;
}

export function startShortcuts(): void {
  document.addEventListener('keydown', onKey);
  for (const box of document.querySelectorAll<HTMLInputElement>('[data-single-keys]')) {
    box.checked = !localStorage.getItem(OFF);
    box.addEventListener('change', () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, '1')));
  }
}
