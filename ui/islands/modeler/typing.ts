// What is typed in the panel joins the drawing when the typing pauses, and at once when the person presses anywhere:
// a change that arrives later would close the menu or the name field that was just opened on the drawing.
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

function takeWhenPressed(): void {
  document.addEventListener('pointerdown', () => [...waiting].forEach((call) => call.flush()), true);
}

export const typingModule = { __init__: [takeWhenPressed], debounceInput: ['value', delayed] };
