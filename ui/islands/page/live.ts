// `data-live="url"`: a page that asks for its moving parts again. The server answers 304 while its revision (ETag)
// has not moved, so that an open page costs almost nothing; otherwise every `data-part` of the answer takes the
// place of the part of that name, wherever it stands on the page. Polling rests while the tab is hidden.
const MAX_WAIT_SECONDS = 60;
const FOCUSABLE = 'a[href],button,input,select,textarea,summary';

interface Live {
  element: HTMLElement;
  etag: string;
  wait: number;
}

/** How to find the same control in a part that was drawn afresh; empty for one without a name of its own. */
function keyOf(control: Element): string {
  if (control.id) return `#${CSS.escape(control.id)}`;
  if (control instanceof HTMLElement && control.dataset.key) return `[data-key="${CSS.escape(control.dataset.key)}"]`;
  if (control instanceof HTMLAnchorElement) return `a[href="${CSS.escape(control.getAttribute('href') ?? '')}"]`;
  if (control instanceof HTMLInputElement && control.name) return boxKey(control);
  return '';
}

function boxKey(box: HTMLInputElement): string {
  return `input[name="${CSS.escape(box.name)}"][value="${CSS.escape(box.value)}"]`;
}

/** What the reader looks at, and what must not jump away: the focused control, else the first link in sight. */
function anchorOf(part: Element, focused: Element | null): Element | undefined {
  const candidates = [...(focused ? [focused] : []), ...part.querySelectorAll('li a[href]')];
  return candidates.find((found) => {
    const { top } = found.getBoundingClientRect();
    return top >= 0 && top < window.innerHeight;
  });
}

function check(box: HTMLInputElement | null): void {
  if (box) box.checked = true;
}

/** Put the fresh content in; what was chosen, focused and looked at stays so. */
function replace(part: HTMLElement, fresh: Element): void {
  const chosen = [...part.querySelectorAll<HTMLInputElement>('input:checked')].map(boxKey);
  const active = document.activeElement;
  const held = active && part.contains(active) && active.matches(FOCUSABLE) ? active : null;
  const focused = held ? keyOf(held) : '';
  const anchor = anchorOf(part, held);
  const anchorKey = anchor ? keyOf(anchor) : '';
  const top = anchor?.getBoundingClientRect().top ?? 0;
  part.replaceChildren(...fresh.childNodes);
  for (const key of chosen) check(part.querySelector<HTMLInputElement>(key));
  if (focused) part.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
  const moved = anchorKey ? part.querySelector(anchorKey) : null;
  if (moved && window.scrollY > 0) window.scrollBy(0, moved.getBoundingClientRect().top - top);
}

/** True when drawing the part afresh would take a menu or a nameless button from under someone's hand. */
function inUse(part: HTMLElement): boolean {
  const active = document.activeElement;
  const held = active !== null && part.contains(active) && keyOf(active) === '';
  return held || part.querySelector('details[data-menu][open]') !== null;
}

async function refresh(live: Live, process: (element: HTMLElement) => void): Promise<void> {
  const headers: Record<string, string> = { 'X-Requested-With': 'live' };
  if (live.etag) headers['If-None-Match'] = live.etag;
  const answer = await fetch(live.element.dataset.live ?? '', { headers, cache: 'no-store', redirect: 'error' });
  const parts = [...document.querySelectorAll<HTMLElement>('[data-part]')];
  if (answer.status !== 200 || parts.some(inUse)) return;
  live.etag = answer.headers.get('ETag') ?? '';
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const part of parts) {
    const found = fresh.querySelector(`[data-part="${CSS.escape(part.dataset.part ?? '')}"]`);
    if (!found || found.innerHTML === part.innerHTML) continue;
    replace(part, found);
    process(part);
  }
  live.element.dispatchEvent(new CustomEvent('live:refreshed', { bubbles: true }));
}

function loop(live: Live, process: (element: HTMLElement) => void): void {
  const seconds = live.wait;
  const tick = async (): Promise<void> => {
    if (!live.element.isConnected) return;
    try {
      if (!document.hidden) await refresh(live, process);
      live.wait = seconds;
    } catch (error) {
      // No network, or the session has ended: ask more and more rarely.
      if (!(error instanceof TypeError)) throw error;
      live.wait = Math.min(live.wait * 2, MAX_WAIT_SECONDS);
    } finally {
      setTimeout(tick, live.wait * 1000);
    }
  };
  setTimeout(tick, seconds * 1000);
}

export function startLive(process: (element: HTMLElement) => void): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-live]')) {
    loop({ element, etag: element.dataset.liveEtag ?? '', wait: Number(element.dataset.liveSeconds) || 5 }, process);
  }
}
