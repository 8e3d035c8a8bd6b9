// Requests that change something, under the session that holds now. An editor stays open for a whole day: when the
// person has signed in again elsewhere, the token of the page is stale, and the one of the new session takes its place.
export interface SessionProps {
  csrf: string;
  /** Who the page was made for; another person's session must not save this one's work. */
  user?: string;
  sessionUrl?: string;
}

export class OtherPerson extends Error {}

/** Whether a request came to nothing: no server, a page in the place of an answer, or somebody else's session. */
export function cameToNothing(error: unknown): boolean {
  return error instanceof TypeError || error instanceof OtherPerson;
}

export class Session {
  private token: string;

  constructor(private readonly props: SessionProps) {
    this.token = props.csrf;
  }

  /** Sends; when the token has become stale, asks for the present one and sends again. Raises OtherPerson. */
  async send(url: string, init: RequestInit): Promise<Response> {
    const answer = await this.once(url, init);
    if (answer.status !== 400 || !(await isStale(answer.clone())) || !(await this.renew())) return answer;
    return this.once(url, init);
  }

  private once(url: string, init: RequestInit): Promise<Response> {
    return fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), 'X-CSRFToken': this.token } });
  }

  private async renew(): Promise<boolean> {
    if (!this.props.sessionUrl) return false;
    const answer = await fetch(this.props.sessionUrl, { cache: 'no-store', redirect: 'manual' });
    if (!answer.ok) return false;
    const now = (await answer.json()) as { csrf: string; user: string };
    if (this.props.user && now.user !== this.props.user) throw new OtherPerson();
    this.token = now.csrf;
    return true;
  }
}

async function isStale(answer: Response): Promise<boolean> {
  if (!(answer.headers.get('Content-Type') ?? '').includes('json')) return false;
  return ((await answer.json()) as { reason?: string }).reason === 'csrf';
}
