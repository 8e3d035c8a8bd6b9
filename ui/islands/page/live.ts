// `data-live="url"`: a part of the page that asks for itself again. The server answers 304 while its revision
// (ETag) has not moved, so that an open page costs almost nothing. Polling rests while the tab is hidden.
const MAX_WAIT_SECONDS = 60;

interface Part {
  element: HTMLElement;
  etag: string;
  wait: number;
}

/** True when replacing the part would take the cursor, a choice or an open menu away from someone. */
function inUse(element: HTMLElement): boolean {
  return element.contains(document.activeElement) || element.querySelector('details[data-menu][open], input:checked') !== null;
}

async function refresh(part: Part, process: (element: HTMLElement) => void): Promise<void> {
  const headers: Record<string, string> = { 'X-Requested-With': 'live' };
  if (part.etag) headers['If-None-Match'] = part.etag;
  const answer = await fetch(part.element.dataset.live ?? '', { headers, cache: 'no-store', redirect: 'error' });
  if (answer.status !== 200 || inUse(part.element)) return;
  part.etag = answer.headers.get('ETag') ?? '';
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  part.element.replaceChildren(...fresh.body.childNodes);
  process(part.element);
}

function loop(part: Part, process: (element: HTMLElement) => void): void {
  const seconds = Number(part.element.dataset.liveSeconds) || 5;
  const tick = async (): Promise<void> => {
    if (!part.element.isConnected) return;
    try {
      if (!document.hidden) await refresh(part, process);
      part.wait = seconds;
    } catch (error) {
      // No network, or the session has ended: ask more and more rarely.
      if (!(error instanceof TypeError)) throw error;
      part.wait = Math.min(part.wait * 2, MAX_WAIT_SECONDS);
    } finally {
      setTimeout(tick, part.wait * 1000);
    }
  };
  setTimeout(tick, seconds * 1000);
}

export function startLive(process: (element: HTMLElement) => void): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-live]')) {
    loop({ element, etag: element.dataset.liveEtag ?? '', wait: Number(element.dataset.liveSeconds) || 5 }, process);
  }
}
