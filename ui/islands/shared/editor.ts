// What the modeler and the form builder share: the save state and the questions it asks, and work kept from before.
import { open, type Autosave, type Conflict, type Kept, type SaveState } from './autosave';
import { clockTime } from './dom';
import { notice, showState } from './status';
import type { Locale, Say } from './texts';
import type { VersionTag } from './version';

export interface EditorProps {
  locale: Locale;
  csrf: string;
  user?: string;
  sessionUrl?: string;
  signInUrl?: string;
  readOnly?: boolean;
  readUrl?: string;
  revision: string | null;
  nextVersion: number;
  /** When the package last changed; nothing: it was never saved. */
  savedAt?: string;
  /** Who else changed it a moment ago. */
  other?: string | null;
}

export interface Desk {
  props: EditorProps;
  say: Say;
  saver: Autosave;
  version: VersionTag;
  /** Where notices stand. */
  place: HTMLElement;
  url: string;
  /** Takes another document in the place of this one; null: a blank one. */
  load: (text: string | null) => Promise<void>;
  download: () => void | Promise<void>;
}

const statusPlace = (): HTMLElement | null => document.querySelector('[data-save-status]');

export function showSaved(desk: Desk, at: Date): void {
  showState(statusPlace(), { name: 'saved', at }, desk.say, desk.props.locale);
}

export function showReading(say: Say): void {
  const place = statusPlace();
  if (place) place.textContent = say('readonly');
}

/** Where the save stands; what needs a choice asks for it. */
export function onState(desk: Desk, state: SaveState): void {
  const { say, props, version } = desk;
  showState(statusPlace(), state, say, props.locale);
  if (state.name !== 'saved') version.changed();
  if (state.name === 'conflict') offerChoice(desk, state.conflict);
  if (state.name === 'session') askToSignIn(desk, 'session');
  if (state.name === 'other-person') askToSignIn(desk, 'other-person');
  if (state.name === 'saved') desk.place.querySelector('[data-about=session]')?.remove();
}

function askToSignIn({ place, say, saver, props }: Desk, why: 'session' | 'other-person'): void {
  const again = { text: say('session.retry'), primary: !props.signInUrl, run: () => saver.save() };
  const enter = { text: say('session.sign-in'), primary: true, keep: true, run: () => void window.open(props.signInUrl, '_blank') };
  const box = notice(place, say(`${why}.title`), say(`${why}.text`), props.signInUrl ? [enter, again] : [again], 'late');
  box.dataset.about = 'session';
}

export function offerChoice(desk: Desk, conflict: Conflict): void {
  const { say, props, place, saver } = desk;
  const at = conflict.changed_at ? new Date(conflict.changed_at) : new Date();
  const title = say('conflict.title', { who: conflict.changed_by || say('conflict.someone'), time: clockTime(at, props.locale) });
  notice(place, title, say('conflict.text'), [
    { text: say('conflict.theirs'), primary: true, run: () => takeTheirs(desk) },
    { text: say('conflict.mine'), run: () => saver.overwrite(conflict) },
    { text: say('conflict.copy'), keep: true, run: () => desk.download() },
  ], 'late');
}

async function takeTheirs(desk: Desk): Promise<void> {
  const opened = await open(desk.url);
  desk.saver.forget();
  desk.saver.revision = opened.revision;
  await desk.load(opened.text);
  showSaved(desk, new Date());
}

/** Somebody else is at it: look only, or go on knowingly. */
export function warnOfOther({ props, say, place }: Desk): void {
  if (!props.other || props.readOnly) return;
  const time = clockTime(new Date(props.savedAt ?? Date.now()), props.locale);
  notice(place, say('at-work.title', { who: props.other }), say('at-work.text', { time }), [
    { text: say('at-work.read'), primary: true, run: () => location.assign(props.readUrl ?? location.href) },
    { text: say('at-work.take'), run: () => undefined },
  ]);
}

/** Work that never reached the server: taken up at once when nobody wrote in between, offered otherwise. */
export async function takeKept(desk: Desk, serverText: string | null): Promise<void> {
  const { saver, say, props, place } = desk;
  const kept = saver.kept();
  if (!kept || props.readOnly) return;
  if (kept.text === serverText) return saver.forget();
  if (kept.revision === saver.revision && serverText !== null) return take(desk, kept);
  const date = new Date(kept.at);
  const day = date.toLocaleDateString(props.locale === 'fr' ? 'fr-FR' : 'en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
  notice(place, say('restore.title'), say('restore.text', { date: day, time: clockTime(date, props.locale) }), [
    { text: say('restore.yes'), primary: true, run: () => take(desk, kept) }, { text: say('restore.no'), run: () => saver.forget() }]);
}

async function take({ load, saver }: Desk, kept: Kept): Promise<void> {
  await load(kept.text);
  saver.changed();
}
