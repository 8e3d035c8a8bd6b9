// Lists with boxes to tick (`form[data-bulk]`): the bar appears with the first choice and counts; Shift ticks a range.
let lastBox: HTMLInputElement | null = null;

function boxes(form: HTMLFormElement): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>('input[type=checkbox][name]:not([data-all])')];
}

function refresh(form: HTMLFormElement): void {
  const count = boxes(form).filter((box) => box.checked).length;
  const bar = form.querySelector('[data-bulk-bar]');
  const text = bar?.querySelector<HTMLElement>('[data-bulk-count]');
  bar?.classList.toggle('is-on', count > 0);
  if (!text) return;
  text.textContent = count === 1 ? text.dataset.one ?? '' : (text.dataset.many ?? '').replace('{n}', String(count));
}

export function tick(box: HTMLInputElement, range: boolean): void {
  const form = box.form;
  if (!form) return;
  if (range && lastBox?.form === form) {
    const all = boxes(form);
    const [from, to] = [all.indexOf(lastBox), all.indexOf(box)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((other) => (other.checked = box.checked));
  }
  lastBox = box;
  refresh(form);
}

export function startBulk(): void {
  document.querySelectorAll<HTMLFormElement>('form[data-bulk]').forEach(refresh);
  document.addEventListener('click', (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== 'checkbox' || !box.form?.matches('[data-bulk]')) return;
    tick(box, event.shiftKey);
  });
  document.addEventListener('live:refreshed', () => document.querySelectorAll<HTMLFormElement>('form[data-bulk]').forEach(refresh));
  document.addEventListener('reset', (event) => {
    const form = event.target as HTMLFormElement;
    if (form.matches('[data-bulk]')) setTimeout(() => refresh(form));
  });
}
