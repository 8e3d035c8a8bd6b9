// F6 and Maj F6 go round the zones of the workshop: canvas, properties, problems, head of the page.
const STOPS = 'button,a[href],input,select,textarea,summary,svg[tabindex="0"],[tabindex="0"]';

function stopIn(zone: HTMLElement): HTMLElement | SVGElement | undefined {
  const canvas = zone.querySelector<SVGElement>('.djs-container > svg[tabindex]');
  return canvas ?? [...zone.querySelectorAll<HTMLElement>(STOPS)].find((element) => element.getClientRects().length > 0);
}

export function startZones(root: HTMLElement): void {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'F6') return;
    const head = document.querySelector<HTMLElement>('.editor-head');
    // A zone with nothing to reach is passed over.
    const zones = [...root.querySelectorAll<HTMLElement>('[data-zone]'), ...(head ? [head] : [])].filter(stopIn);
    const here = zones.findIndex((zone) => zone.contains(document.activeElement));
    const next = zones[(here + (event.shiftKey ? -1 : 1) + zones.length) % zones.length];
    if (!next) return;
    event.preventDefault();
    stopIn(next)?.focus();
  });
}
