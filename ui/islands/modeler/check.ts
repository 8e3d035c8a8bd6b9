// Asks the server what is wrong with the diagram, after each pause in drawing. Only the newest answer counts.
import { debounce } from '../shared/dom';
import { cameToNothing, type Session } from '../shared/session';
import type { Problems } from './problems';
import type { Diagnostic } from './props';

const PAUSE_MS = 900;

export class Checker {
  readonly later: ReturnType<typeof debounce>;
  private asked = 0;

  constructor(private readonly url: string, private readonly session: Session, private readonly read: () => Promise<string>,
    private readonly problems: Problems) {
    this.later = debounce(() => void this.check(), PAUSE_MS);
  }

  async check(): Promise<void> {
    const turn = ++this.asked;
    try {
      const answer = await this.session.send(this.url, {
        method: 'POST', body: await this.read(), redirect: 'error', headers: { 'Content-Type': 'application/xml' },
      });
      if (turn !== this.asked) return;
      if (!answer.ok) return this.problems.unavailable();
      this.problems.show(((await answer.json()) as { diagnostics: Diagnostic[] }).diagnostics);
    } catch (error) {
      if (!cameToNothing(error)) throw error;
      this.problems.unavailable();
    }
  }
}
