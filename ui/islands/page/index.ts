// Every page: what makes a working page quicker. Nothing here is needed for a page to work.
import htmx from 'htmx.org';
import { startBulk } from './bulk';
import { startDialogs } from './dialogs';
import { startDrafts } from './drafts';
import { startForms } from './forms';
import { startLive } from './live';
import { startMenus } from './menus';
import { startShortcuts } from './shortcuts';
import { startTheme } from './theme';
import { startToasts } from './toasts';

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;

document.documentElement.classList.add('js');

function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name=csrf-token]')?.content ?? '';
}

document.addEventListener('htmx:configRequest', (event) => {
  (event as CustomEvent).detail.headers['X-CSRFToken'] = csrfToken();
});

startTheme();
startMenus();
startDialogs();
startToasts();
startForms();
startBulk();
startDrafts(csrfToken);
startLive((element) => htmx.process(element));
startShortcuts();
