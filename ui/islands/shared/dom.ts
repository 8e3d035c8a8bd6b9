// Building DOM without innerHTML for text: h('button', { type: 'button', onclick }, 'Publier').
type Child = Node | string | null | undefined | false;
type Props = Record<string, string | boolean | null | undefined | ((event: never) => void)>;

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value as EventListener);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child): child is Node | string => Boolean(child)));
  return element;
}

/** The drawing of an icon file imported with `?raw`; only files of ui/icons go through here. */
export function icon(svg: string): SVGElement {
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement as unknown as SVGElement;
  parsed.setAttribute('class', 'icon');
  parsed.setAttribute('aria-hidden', 'true');
  return document.importNode(parsed, true);
}

export function download(name: string, text: string, type: string): void {
  downloadBlob(name, new Blob([text], { type }));
}

export function downloadBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function debounce(run: () => void, pauseMs: number): { (): void; flush(): void; cancel(): void } {
  let timer = 0;
  const cancel = (): void => {
    clearTimeout(timer);
    timer = 0;
  };
  const call = (): void => {
    cancel();
    timer = window.setTimeout(() => {
      timer = 0;
      run();
    }, pauseMs);
  };
  const flush = (): void => {
    if (!timer) return;
    cancel();
    run();
  };
  return Object.assign(call, { flush, cancel });
}

export function clockTime(date: Date, locale: string): string {
  const minutes = String(date.getMinutes()).padStart(2, '0');
  return locale === 'fr' ? `${date.getHours()}\u00a0h\u00a0${minutes}` : `${date.getHours()}:${minutes}`;
}
