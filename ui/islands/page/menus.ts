// `details[data-menu]`: closes on Escape and on a chosen action (focus goes back to its button), on a click elsewhere,
// and when focus leaves.
const ACTION = '[data-modeler-action], [data-form-action]';

function close(menu: HTMLDetailsElement, focus: boolean): void {
  menu.open = false;
  if (focus) menu.querySelector('summary')?.focus();
}

function openMenus(): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>('details[data-menu][open]')];
}

export function startMenus(): void {
  document.addEventListener('click', (event) => {
    for (const menu of openMenus()) {
      if (!menu.contains(event.target as Node)) close(menu, false);
      else if ((event.target as Element).closest(ACTION)) close(menu, true);
    }
  });
  document.addEventListener('focusin', (event) => {
    for (const menu of openMenus()) {
      if (!menu.contains(event.target as Node)) close(menu, false);
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const menu of openMenus()) close(menu, menu.contains(document.activeElement));
  });
}
