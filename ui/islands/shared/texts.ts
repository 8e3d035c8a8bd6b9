// The islands' own words, French then English; the words of bpmn-js are in modeler/i18n/fr.json.
import texts from './texts.json';

export type TextKey = keyof typeof texts;
export type Locale = 'fr' | 'en';
export type Say = (key: TextKey, values?: Record<string, string | number>) => string;

export function makeSay(locale: Locale): Say {
  const column = locale === 'en' ? 1 : 0;
  return (key, values = {}) => texts[key][column].replace(/{(\w+)}/g, (_, name: string) => String(values[name] ?? ''));
}
