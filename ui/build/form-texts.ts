import type { Plugin } from 'vite';
import french from '../islands/forms/i18n/fr.json' with { type: 'json' };

// form-js has no translation service: its English is written in its code. While building, each text that the French
// dictionary knows is wrapped, where it stands as a value, in a call that answers in the page's language.
// A key that is found nowhere fails the build, so that a new version of form-js cannot lose its French unnoticed;
// `.vite/form-texts.json` lists the texts in such places that the dictionary does not know.
const SAY = decodeURI(new URL('../islands/forms/text.ts', import.meta.url).pathname);
const LIBRARY = decodeURI(new URL('../islands/modeler/i18n/library.ts', import.meta.url).pathname);
const SOURCES = /@bpmn-io\/form-js-(editor|viewer)\/dist\/index\.es\.js$/;

/** Text for people: it begins with a capital and is more than a constant. */
const WORDS = /^[A-Z][a-z]/;

const NAMES = '(?:label|name|title|placeholder|children|description|tooltip|ariaLabel|message|content|text|searchPlaceholder|emptyMessage)';
const BEFORE = [
  `\\b${NAMES}\\s*[:=]\\s*\\[?\\s*`, '[\'"]aria-label[\'"]\\s*:\\s*', '\\breturn\\s+', '\\btranslate\\(', '\\?\\s+', '\\]:\\s+', '\\|\\|\\s+', ', \\[',
  '(?<=[\'"]\\s|[A-Za-z\\])]\\s):\\s+', '(?<=\\?[^?:\\n]{0,80})\\s:\\s+', '\\blabel\\(',
];
const STRING = `('(?:[^'\\\\\\n]|\\\\.)*'|"(?:[^"\\\\\\n]|\\\\.)*")`;
const VALUE = new RegExp(`(${BEFORE.join('|')})${STRING}(?!\\s*:\\s*['"]?[a-z]+['"]?\\s*=>)`, 'g');

// Texts that are not values of a known name, or that follow the browser's own language whatever that of the page.
const WHOLE: Record<string, [string, string][]> = {
  'form-js-viewer': [
    ['placeholder: getLocaleReadableDateFormat()', "placeholder: __say('dd/mm/yyyy')"],
    ['getLocaleDateFlatpickrConfig()', "'d/m/Y'"],
    ['getSubheading: field => field.id', "getSubheading: field => document.querySelector('.editor-head h1')?.textContent || field.id"],
    ["children: valueLabel || 'Select'", "children: valueLabel || __say('Choose')"],
    ["TEXT_VIEW_DEFAULT_TEXT = '# Text'", "TEXT_VIEW_DEFAULT_TEXT = __say('# Text')"],
    ['alt: "This is an image placeholder"', "alt: __say('This is an image placeholder')"],
  ],
  'form-js-editor': [
    ["let placeholderContent = 'Expression is empty'", "let placeholderContent = __say('Expression is empty')"],
    ["placeholderContent = `Expression for '${key}'`", "placeholderContent = `${__say('Value of')} ${key}`"],
    ['children: ["A comma-separated list of"', "children: [__say('A comma-separated list of')"],
    ['children: "file type specifiers"', "children: __say('file type specifiers')"],
    ['function translateFallback(template, replacements) {', 'function translateFallback(template, replacements) {\n  return __library(template, replacements);'],
  ],
};

function unquote(literal: string): string {
  return literal.slice(1, -1).replace(/\\(.)/g, '$1');
}

export function formTexts(): Plugin {
  const dictionary = french as Record<string, string>;
  const found = new Set<string>();
  const unknown = new Set<string>();
  return {
    name: 'relais-form-texts',
    transform(code, id) {
      if (!SOURCES.test(id)) return null;
      const changes = WHOLE[/form-js-\w+/.exec(id)?.[0] ?? ''];
      const lost = changes.filter(([text]) => !code.includes(text)).map(([text]) => text);
      if (lost.length) this.error(`form-js has changed: ${lost.join(' | ')}`);
      const whole = changes.reduce((all, [text, instead]) => all.replaceAll(text, instead), code);
      const text = whole.replace(VALUE, (whole, before: string, literal: string) => {
        const key = unquote(literal);
        if (!Object.hasOwn(dictionary, key)) {
          if (WORDS.test(key)) unknown.add(key);
          return whole;
        }
        found.add(key);
        return `${before}__say(${literal})`;
      });
      return { code: `import { formText as __say } from ${JSON.stringify(SAY)};\nimport { libraryText as __library } from ${JSON.stringify(LIBRARY)};\n${text}`, map: null };
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: '.vite/form-texts.json', source: JSON.stringify([...unknown].sort(), null, 1) });
    },
    buildEnd(error) {
      const lost = Object.keys(dictionary).filter((key) => !found.has(key) && !Object.values(WHOLE).flat().some(([, instead]) => instead.includes(`'${key}'`)));
      if (!error && lost.length) this.error(`islands/forms/i18n/fr.json: not found in form-js: ${lost.join(' | ')}`);
    },
  };
}
