// form-js's own words in the language of the page (see build/form-texts.ts).
import french from './i18n/fr.json';

const dictionary = french as Record<string, string>;
const isFrench = document.documentElement.lang === 'fr';

export function formText(text: string): string {
  return isFrench ? dictionary[text] ?? text : text;
}
