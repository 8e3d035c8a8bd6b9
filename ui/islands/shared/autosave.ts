// Keeps a document (diagram or form) saved on the server, one revision at a time, and in this browser until it is.
// Protocol: ui/README.md. Nothing typed is ever dropped: a refusal leaves the text in localStorage and says so.
import { debounce } from './dom';
import { OtherPerson, type Session } from './session';

const PAUSE_MS = 1200;
const FIRST_RETRY_SECONDS = 5;
const MAX_RETRY_SECONDS = 60;
// Browsers let a request outlive its page up to 64 KiB; accents take two bytes.
const KEEPALIVE_LIMIT = 30_000;

export type Conflict = { revision: string; changed_by?: string; changed_at?: string };
export type SaveState =
  | { name: 'saved'; at: Date }
  | { name: 'unsaved' | 'saving' | 'session' | 'other-person' }
  | { name: 'offline'; seconds: number }
  | { name: 'refused'; reason: string }
  | { name: 'conflict'; conflict: Conflict };
export type Kept = { text: string; revision: string | null; at: number };

export interface AutosaveOptions {
  url: string;
  session: Session;
  /** Whose work is kept in this browser. */
  user?: string;
  contentType: string;
  revision: string | null;
  /** The document as it is now. */
  read: () => Promise<string>;
  onState: (state: SaveState) => void;
  /** What the server said of the document that it took. */
  onSaved?: (body: SavedBody) => void;
}

export interface SavedBody {
  revision: string;
  saved_at?: string;
  [more: string]: unknown;
}

export interface Opened {
  text: string | null;
  revision: string | null;
}

export class Refused extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** The document on the server; `text` is null when there is none yet. */
export async function open(url: string): Promise<Opened> {
  const answer = await fetch(url, { cache: 'no-store', redirect: 'error' });
  if (answer.status === 204) return { text: null, revision: null };
  if (!answer.ok) throw new Refused(answer.status, answer.statusText);
  return { text: await answer.text(), revision: revisionOf(answer.headers.get('ETag')) };
}

/** Under which name a browser keeps somebody's unsaved work. */
export function keptKey(url: string, user = ''): string {
  return `unsaved:${user}:${url}`;
}

function revisionOf(etag: string | null): string | null {
  return etag ? etag.replace(/^W\//, '').replace(/^"|"$/g, '') : null;
}

export class Autosave {
  revision: string | null;
  private readonly later: ReturnType<typeof debounce>;
  private sending: Promise<void> | null = null;
  private dirty = false;
  private retrySeconds = FIRST_RETRY_SECONDS;
  private countdown = 0;
  /** Another version exists, or nobody is signed in: nothing is sent until the person has chosen. */
  private waiting: 'conflict' | 'session' | null = null;

  constructor(private readonly options: AutosaveOptions) {
    this.revision = options.revision;
    this.later = debounce(() => void this.save(), PAUSE_MS);
    window.addEventListener('online', () => this.dirty && void this.save());
    document.addEventListener('visibilitychange', () => (document.hidden ? this.later.flush() : this.back()));
    window.addEventListener('focus', () => this.back());
  }

  /** Something changed: keep it here at once, send it after a pause. */
  changed(): void {
    this.dirty = true;
    clearInterval(this.countdown);
    void this.keep();
    if (this.waiting) return;
    this.options.onState({ name: 'unsaved' });
    this.later();
  }

  /** The person comes back to this page, perhaps from signing in again in another tab. */
  private back(): void {
    if (this.waiting === 'session') void this.retrySession();
  }

  private async retrySession(): Promise<void> {
    this.waiting = null;
    await this.save();
  }

  get pending(): boolean {
    return this.dirty;
  }

  /** Send what is pending; resolves when the server has it or has refused. */
  async save(): Promise<void> {
    this.later.cancel();
    if (this.waiting === 'conflict') return;
    this.waiting = null;
    if (this.sending) await this.sending;
    if (!this.dirty) return;
    this.sending = this.send().finally(() => (this.sending = null));
    await this.sending;
  }

  /** Write over the revision that someone else saved. */
  async overwrite(conflict: Conflict): Promise<void> {
    this.waiting = null;
    this.revision = conflict.revision;
    await this.save();
  }

  kept(): Kept | null {
    return JSON.parse(localStorage.getItem(this.key) ?? 'null') as Kept | null;
  }

  forget(): void {
    this.dirty = false;
    this.waiting = null;
    localStorage.removeItem(this.key);
  }

  private get key(): string {
    return keptKey(this.options.url, this.options.user);
  }

  private async keep(text?: string): Promise<void> {
    const kept: Kept = { text: text ?? (await this.options.read()), revision: this.revision, at: Date.now() };
    localStorage.setItem(this.key, JSON.stringify(kept));
  }

  private async send(): Promise<void> {
    const text = await this.options.read();
    this.dirty = false;
    this.options.onState({ name: 'saving' });
    try {
      await this.answered(await this.put(text));
    } catch (error) {
      this.dirty = true;
      await this.keep(text);
      if (error instanceof OtherPerson) return this.options.onState({ name: 'other-person' });
      if (!(error instanceof TypeError)) throw error;
      this.retry();
    }
  }

  private put(text: string): Promise<Response> {
    const { url, session, contentType } = this.options;
    const condition: Record<string, string> = this.revision === null ? { 'If-None-Match': '*' } : { 'If-Match': `"${this.revision}"` };
    return session.send(url, {
      method: 'PUT', body: text, redirect: 'manual', keepalive: text.length < KEEPALIVE_LIMIT, headers: { 'Content-Type': contentType, ...condition },
    });
  }

  private async answered(answer: Response): Promise<void> {
    if (answer.ok) return this.saved((await answer.json()) as SavedBody);
    this.dirty = true;
    if (answer.status >= 500) return this.retry();
    // A page that asks for a password instead of taking the text says the same as 401.
    if (answer.status === 401 || answer.type === 'opaqueredirect') return this.wait('session', { name: 'session' });
    const body = (await json(answer)) as Conflict & { message?: string };
    if (answer.status === 412 || answer.status === 409) return this.wait('conflict', { name: 'conflict', conflict: body });
    this.options.onState({ name: 'refused', reason: body.message ?? String(answer.status) });
  }

  private wait(why: 'conflict' | 'session', state: SaveState): void {
    this.waiting = why;
    void this.keep();
    this.options.onState(state);
  }

  private saved(body: SavedBody): void {
    this.revision = String(body.revision);
    this.options.onSaved?.(body);
    this.retrySeconds = FIRST_RETRY_SECONDS;
    if (this.dirty) return this.later();
    localStorage.removeItem(this.key);
    this.options.onState({ name: 'saved', at: body.saved_at ? new Date(body.saved_at) : new Date() });
  }

  /** Counts down aloud, then tries again; each failure waits longer, a minute at most. */
  private retry(): void {
    let seconds = this.retrySeconds;
    this.retrySeconds = Math.min(this.retrySeconds * 2, MAX_RETRY_SECONDS);
    clearInterval(this.countdown);
    this.options.onState({ name: 'offline', seconds });
    this.countdown = window.setInterval(() => {
      seconds -= 1;
      if (seconds > 0) return this.options.onState({ name: 'offline', seconds });
      clearInterval(this.countdown);
      void this.save();
    }, 1000);
  }
}

async function json(answer: Response): Promise<unknown> {
  const type = answer.headers.get('Content-Type') ?? '';
  return type.includes('json') ? answer.json() : {};
}
