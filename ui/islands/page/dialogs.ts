// `data-dialog="id"` opens <dialog id>; `data-close` closes the one it is in. The browser keeps and gives back focus.
export function openDialog(id: string): boolean {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return false;
  dialog.showModal();
  return true;
}

export function startDialogs(): void {
  document.addEventListener('click', (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>('[data-dialog]');
    if (opener && openDialog(opener.dataset.dialog ?? '')) event.preventDefault();
    if (target.closest('[data-close]')) target.closest('dialog')?.close();
    if (target instanceof HTMLDialogElement && outside(target, event)) target.close();
  });
}

function outside(dialog: HTMLDialogElement, event: MouseEvent): boolean {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
