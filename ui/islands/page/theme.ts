// Light, dark or the system's choice; a cookie carries it so that the server draws the next page right at once.
const YEAR_SECONDS = 31_536_000;

function current(): string {
  return document.documentElement.dataset.theme ?? '';
}

function apply(theme: string): void {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  document.cookie = `theme=${theme}; path=/; max-age=${theme ? YEAR_SECONDS : 0}; samesite=lax`;
  show();
}

function show(): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-theme-value]')) {
    button.setAttribute('aria-pressed', String(button.dataset.themeValue === current()));
  }
}

export function startTheme(): void {
  show();
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-theme-value]');
    if (button) apply(button.dataset.themeValue ?? '');
  });
}
