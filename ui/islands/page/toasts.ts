// Messages: successes leave by themselves unless someone is reading or pointing; refusals stay until closed.
const STAY_MS = 10_000;

function leaveLater(toast: HTMLElement): void {
  if (toast.classList.contains('late') || toast.querySelector('a')) return;
  const leave = (): void => {
    if (toast.matches(':hover, :focus-within')) setTimeout(leave, STAY_MS);
    else toast.remove();
  };
  setTimeout(leave, STAY_MS);
}

export function startToasts(): void {
  document.querySelectorAll<HTMLElement>('[data-toasts] .toast').forEach(leaveLater);
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest('[data-dismiss]');
    button?.closest('.toast')?.remove();
  });
}
