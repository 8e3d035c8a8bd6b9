import type { Plugin } from 'vite';

// Some texts of the libraries do not go through the `translate` service: they are written in the code, or go through
// a function that nobody replaces. While building, each of them is led to the dictionary. Each text must still stand
// where it stood: when a new version changes it, the build stops instead of showing English.
const SAY = decodeURI(new URL('../islands/modeler/i18n/library.ts', import.meta.url).pathname);

type Change = [found: string, instead: string];

const CHANGES: Record<string, Change[]> = {
  'diagram-js/lib/features/popup-menu/PopupMenuComponent.js': [
    ["${ entriesToShow.length } ${ entriesToShow.length === 1 ? 'result' : 'results' } found",
      "${ entriesToShow.length === 1 ? __say('1 result found') : __say('{n} results found', { n: entriesToShow.length }) }"],
    ["title || 'Search'", "title || __say('Search')"],
  ],
  'diagram-js/lib/features/popup-menu/PopupMenuBreadcrumbs.js': [
    ['title="Back"', "title=${ __say('Back') }"],
    ['aria-label="Back"', "aria-label=${ __say('Back') }"],
  ],
  'diagram-js/lib/features/popup-menu/PopupMenuItem.js': [['title="Open entry documentation"', "title=${ __say('Open entry documentation') }"]],
  '@bpmn-io/properties-panel/dist/index.esm.js': [
    ["function translateFallback(template, replacements) {", "function translateFallback(template, replacements) {\n  return __say(template, replacements);"],
    ["children: \"Opened in popup\"", "children: __say('Opened in editor')"],
    ["label = '<empty>'", "label = __say('<empty>')"],
  ],
  'bpmn-js-element-templates/dist/index.esm.js': [
    ['title: "Toggle section"', "title: __say('Toggle section')"],
    ['title: "Select a template"', "title: __say('Select a template')"],
    ["const message = `Element template incompatible with current <${engine}> environment. ` + `Requires '${engine} ${required}'; found '${actual}'. ` + `${updateAvailable ? 'Update available.' : ''}`;",
      "const message = __say('This template needs {engine} {required}; here is {actual}.', { engine, required, actual }) + ' ' + (updateAvailable ? __say('Update available.') : '');"],
  ],
  '@bpmn-io/feel-lint/dist/index.js': [
    ["type: 'Syntax Error'", "type: __say('Syntax error')"],
    ['`Unrecognized token in <${parent.name}>`', "__say('This part is not understood.')"],
    ['`Unrecognized token <${next.name}> in <${parent.name}>`', "__say('This part is not understood.')"],
    ['`Incomplete <${ (before || parent).name }>`', "__say('Something is missing here.')"],
    ["'First item is accessed via [1]'", "__say('The first item is number [1].')"],
  ],
  '@codemirror/state/dist/index.js': [["phrase(phrase, ...insert) {", "phrase(phrase, ...insert) {\n        phrase = __say(phrase);"]],
};
const PHRASE = /\bphrase\(("(?:[^"\\]|\\.)*")/g;
const TRANSLATE = /\b_{0,2}(?:translate|say)\(\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/g;
const LABEL = /\b(?:label|title|name|detail): ('(?:[^'\\]|\\.)*')/g;
// Menu entries: their labels are translated where they are shown.
const LABELLED = /(ReplaceOptions|CreateOptions|ColorPopupProvider|create-append-anything\/dist\/index\.es)\.js$/;
// bpmn-js-properties-panel also holds the provider of another dialect, which is not loaded.
const OTHER_DIALECT = 'function AsynchronousContinuationsProps';
// What the sources put together from pieces.
const COMPOSED = [
  'List contains {numOfItems} item', 'List contains {numOfItems} items',
  'Click to remove dynamic value with FEEL expression', 'Click to set a dynamic value with FEEL expression',
  ...['left', 'center', 'right', 'top', 'middle', 'bottom'].map((side) => `Align elements ${side}`),
];

const unquote = (literal: string): string => literal.slice(1, -1).replace(/\\n/g, '\n').replace(/\\(.)/g, '$1');

function changesOf(id: string): Change[] {
  const file = Object.keys(CHANGES).find((path) => id.endsWith(`/node_modules/${path}`));
  return file ? CHANGES[file] : [];
}

/** The texts that a source asks for. The comments of the sources show examples of calls. */
function keysOf(code: string, id: string): string[] {
  let text = code.replace(/\/\*[\s\S]*?\*\//g, '');
  if (id.includes('/bpmn-js-properties-panel/')) text = text.slice(0, text.indexOf(OTHER_DIALECT));
  const patterns = [TRANSLATE, ...(id.includes('/@codemirror/') ? [PHRASE] : []), ...(LABELLED.test(id) ? [LABEL] : [])];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((found) => unquote(found[1]))).filter(Boolean);
}

/** Leads bare texts to the dictionary, and writes `.vite/library-texts.json`: every text that the sources ask for. */
export function libraryTexts(): Plugin {
  const keys = new Set(COMPOSED);
  const done = new Set<string>();
  return {
    name: 'relais-library-texts',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('/node_modules/') || !/\.m?js$/.test(id) || /\/form-js-/.test(id)) return null;
      const changes = changesOf(id);
      const lost = changes.filter(([found]) => !code.includes(found)).map(([found]) => found);
      if (lost.length) this.error(`${id} has changed: ${lost.join(' | ')}`);
      const text = changes.reduce((all, [found, instead]) => all.replaceAll(found, instead), code);
      keysOf(text, id).forEach((key) => keys.add(key));
      if (!changes.length) return null;
      done.add(Object.keys(CHANGES).find((path) => id.endsWith(path)) ?? '');
      return { code: `import { libraryText as __say } from ${JSON.stringify(SAY)};\n${text}`, map: null };
    },
    buildEnd(error) {
      const unused = Object.keys(CHANGES).filter((path) => !done.has(path));
      if (!error && unused.length) this.error(`never loaded: ${unused.join(' | ')}`);
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: '.vite/library-texts.json', source: JSON.stringify([...keys].sort(), null, 1) });
    },
  };
}
