// What is typed in the panel joins the drawing when the typing pauses, and at once when the pointer moves outside:
// a change that arrives later would close the menu or the name field that was just opened on the drawing. Not at the
// press itself: the change draws the buttons beside the step again, and the press would meet none.
const PAUSE_MS = 400;

type Call = (...args: unknown[]) => void;
type Delayed = Call & { flush(): void; cancel(): void };

const waiting = new Set<Delayed>();

function delayed(run: Call): Delayed {
  let timer: number | undefined;
  let last: unknown[] | null = null;
  const cancel = (): void => {
    clearTimeout(timer);
    waiting.delete(call);
    last = null;
  };
  const flush = (): void => {
    const args = last;
    cancel();
    if (args) run(...args);
  };
  const call: Delayed = Object.assign((...args: unknown[]) => {
    clearTimeout(timer);
    last = args;
    waiting.add(call);
    timer = window.setTimeout(flush, PAUSE_MS);
  }, { flush, cancel });
  return call;
}

function takeOnLeaving(): void {
  document.addEventListener('pointermove', (event) => {
    if (waiting.size && !(event.target as Element).closest('.props')) [...waiting].forEach((call) => call.flush());
  }, true);
}

export const typingModule = { __init__: [takeOnLeaving], debounceInput: ['value', delayed] };
