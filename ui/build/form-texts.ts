import type { Plugin } from 'vite';
import french from '../islands/forms/i18n/fr.json' with { type: 'json' };

// form-js has no translation service: its English is written in its code. While building, each text that the French
// dictionary knows is wrapped, where it stands as a value, in a call that answers in the page's language.
// A key that is found nowhere fails the build, so that a new version of form-js cannot lose its French unnoticed.
const SAY = decodeURI(new URL('../islands/forms/text.ts', import.meta.url).pathname);
const SOURCES = /@bpmn-io\/form-js-(editor|viewer)\/dist\/index\.es\.js$/;

const NAMES = '(?:label|name|title|placeholder|children|description|tooltip|ariaLabel|message|content|text|searchPlaceholder|emptyMessage)';
const BEFORE = [
  `\\b${NAMES}\\s*[:=]\\s*\\[?\\s*`, '[\'"]aria-label[\'"]\\s*:\\s*', '\\breturn\\s+', '\\btranslate\\(', '\\?\\s+', '\\]:\\s+', '\\|\\|\\s+', ', \\[',
  '(?<=[\'"]\\s|[A-Za-z\\])]\\s):\\s+', '(?<=\\?[^?:\\n]{0,80})\\s:\\s+', '\\blabel\\(',
];
const STRING = `('(?:[^'\\\\\\n]|\\\\.)*'|"(?:[^"\\\\\\n]|\\\\.)*")`;
const VALUE = new RegExp(`(${BEFORE.join('|')})${STRING}(?!\\s*:\\s*['"]?[a-z]+['"]?\\s*=>)`, 'g');

function unquote(literal: string): string {
  return literal.slice(1, -1).replace(/\\(.)/g, '$1');
}

export function formTexts(): Plugin {
  const dictionary = french as Record<string, string>;
  const found = new Set<string>();
  return {
    name: 'relais-form-texts',
    transform(code, id) {
      if (!SOURCES.test(id)) return null;
      const text = code.replace(VALUE, (whole, before: string, literal: string) => {
        const key = unquote(literal);
        if (!Object.hasOwn(dictionary, key)) return whole;
        found.add(key);
        return `${before}__say(${literal})`;
      });
      return { code: `import { formText as __say } from ${JSON.stringify(SAY)};\n${text}`, map: null };
    },
    buildEnd(error) {
      const lost = Object.keys(dictionary).filter((key) => !found.has(key));
      if (!error && lost.length) this.error(`islands/forms/i18n/fr.json: not found in form-js: ${lost.join(' | ')}`);
    },
  };
}
