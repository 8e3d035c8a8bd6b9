import type { Plugin } from 'vite';

// The search of diagram-js's menus writes English outside its translation service. Each text must still be there:
// when a new version changes them, the build stops instead of showing English.
const FRENCH = "document.documentElement.lang === 'fr'";
const TEXTS: Record<string, [string, string][]> = {
  'PopupMenuComponent.js': [
    ["${ entriesToShow.length === 1 ? 'result' : 'results' } found",
      `\${ ${FRENCH} ? entriesToShow.length > 1 ? 'résultats' : 'résultat' : entriesToShow.length === 1 ? 'result found' : 'results found' }`],
    ["title || 'Search'", `title || (${FRENCH} ? 'Chercher' : 'Search')`],
  ],
  'PopupMenuBreadcrumbs.js': [
    ['title="Back"', `title=\${ ${FRENCH} ? 'Revenir' : 'Back' }`],
    ['aria-label="Back"', `aria-label=\${ ${FRENCH} ? 'Revenir' : 'Back' }`],
  ],
  'PopupMenuItem.js': [['title="Open entry documentation"', `title=\${ ${FRENCH} ? 'En savoir plus' : 'Open entry documentation' }`]],
};

export function popupTexts(): Plugin {
  return {
    name: 'relais-popup-texts',
    transform(code, id) {
      const texts = id.includes('diagram-js/lib/features/popup-menu/') ? TEXTS[id.split('/').pop() ?? ''] : undefined;
      if (!texts) return null;
      const lost = texts.filter(([text]) => !code.includes(text)).map(([text]) => text);
      if (lost.length) this.error(`diagram-js has changed: ${lost.join(' | ')}`);
      return { code: texts.reduce((all, [text, instead]) => all.replaceAll(text, instead), code), map: null };
    },
  };
}
