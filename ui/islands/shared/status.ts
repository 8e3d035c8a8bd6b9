// Where the save stands, in the head of the page, and the notices that ask for a choice.
import checkIcon from '../../icons/circle-check.svg?raw';
import clockIcon from '../../icons/clock.svg?raw';
import lateIcon from '../../icons/octagon-alert.svg?raw';
import { clockTime, h, icon } from './dom';
import type { SaveState } from './autosave';
import type { Locale, Say } from './texts';

const LOOKS: Record<SaveState['name'], [string, string]> = {
  saved: ['done', checkIcon],
  unsaved: ['', clockIcon],
  saving: ['', clockIcon],
  offline: ['soon', clockIcon],
  session: ['late', lateIcon],
  'other-person': ['late', lateIcon],
  refused: ['late', lateIcon],
  conflict: ['late', lateIcon],
};

export function stateText(state: SaveState, say: Say, locale: Locale): string {
  switch (state.name) {
    case 'saved': return savedText(state.at, say, locale);
    case 'offline': return say('offline', { seconds: state.seconds });
    case 'refused': return say('refused', { reason: state.reason });
    default: return say(state.name);
  }
}

/** « Enregistré à 9 h 12 » today, « Enregistré le 3 décembre » before. */
function savedText(at: Date, say: Say, locale: Locale): string {
  if (at.toDateString() === new Date().toDateString()) return say('saved', { time: clockTime(at, locale) });
  const year = at.getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
  const date = at.toLocaleDateString(locale === 'fr' ? 'fr-FR' : 'en-GB', { day: 'numeric', month: 'long', year });
  return say('saved.day', { date: date.replace(/^1 /, locale === 'fr' ? '1er ' : '1 ') });
}

/** Shows the state. Counting down and pauses in typing are seen but not read out again and again. */
export function showState(place: HTMLElement | null, state: SaveState, say: Say, locale: Locale): void {
  if (!place) return;
  const [tone, drawing] = LOOKS[state.name];
  place.className = `mark ${tone}`;
  place.dataset.state = state.name;
  place.setAttribute('aria-live', ['unsaved', 'saving', 'offline'].includes(state.name) && place.dataset.said === state.name ? 'off' : 'polite');
  place.dataset.said = state.name;
  place.replaceChildren(icon(drawing), stateText(state, say, locale));
}

/** `keep`: the notice stays, the question is still open. */
export type Choice = { text: string; primary?: boolean; keep?: boolean; run: () => void | Promise<void> };

/** A notice above the canvas with its choices; a choice closes it. */
export function notice(place: HTMLElement, title: string, text: string, choices: Choice[], tone = 'soon'): HTMLElement {
  place.querySelector('.editor-notice')?.remove();
  const box = h('div', { class: `editor-notice callout ${tone}`, role: 'alert' }, icon(tone === 'done' ? checkIcon : lateIcon), h('h2', {}, title), h('p', {}, text));
  const buttons = choices.map((choice) => h('button', {
    type: 'button', class: choice.primary ? 'btn btn-small btn-primary' : 'btn btn-small',
    onclick: () => {
      if (!choice.keep) box.remove();
      void choice.run();
    },
  }, choice.text));
  box.append(h('div', { class: 'cluster' }, ...buttons));
  place.append(box);
  return box;
}
