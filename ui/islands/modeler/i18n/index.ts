// bpmn-js asks for each English text through its `translate` service; the French dictionary answers.
import type { Locale } from '../../shared/texts';
import french from './fr.json';

type Replacements = Record<string, unknown>;
const dictionary = french as Record<string, string>;

/** Keys that were asked for and have no French: read by tests. */
export const missing = new Set<string>();

export function translator(locale: Locale): (template: string, replacements?: Replacements) => string {
  return (template, replacements = {}) => {
    if (locale === 'fr' && template && !(template in dictionary)) missing.add(template);
    const text = locale === 'fr' ? dictionary[template] ?? template : template;
    return text.replace(/{([^}]+)}/g, (whole, key: string) => (key in replacements ? String(replacements[key]) : whole));
  };
}

export function translateModule(locale: Locale): object {
  return { translate: ['value', translator(locale)] };
}
