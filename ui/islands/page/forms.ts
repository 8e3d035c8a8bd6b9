// Forms: the error summary takes focus, its links put the cursor in the field, and nothing is sent twice.
function focusSummary(): void {
  const summary = document.querySelector<HTMLElement>('[data-focus]');
  summary?.removeAttribute('role');
  summary?.focus();
}

function focusField(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>('.error-summary a[href^="#"]');
  if (!link) return;
  const target = document.getElementById(link.hash.slice(1));
  const control = target?.matches('input,select,textarea') ? target : target?.querySelector<HTMLElement>('input,select,textarea');
  if (!control) return;
  event.preventDefault();
  (control.closest('.field') ?? control).scrollIntoView({ block: 'center' });
  control.focus({ preventScroll: true });
}

function sendOnce(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (!form.matches('form[data-once], form[method=post]')) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = '1';
  event.submitter?.classList.add('is-sending');
}

function free(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sending]')) {
    delete form.dataset.sending;
    form.querySelectorAll('.is-sending').forEach((button) => button.classList.remove('is-sending'));
  }
}

export function startForms(): void {
  focusSummary();
  document.addEventListener('click', focusField);
  document.addEventListener('submit', sendOnce);
  // Coming back by the browser's "previous" shows the page as it was left: the form can be sent again.
  window.addEventListener('pageshow', free);
  document.addEventListener('htmx:afterRequest', free);
}
