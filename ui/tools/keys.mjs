// Collects the English texts that bpmn-js and its companions may ask `translate` for, into islands/modeler/i18n/keys.json.
// Run it after raising a version; the test of the dictionary then names what lacks French.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../node_modules/', import.meta.url).pathname;
const SOURCES = [
  'bpmn-js/lib', 'diagram-js/lib', 'bpmn-js-properties-panel/dist/index.esm.js', '@bpmn-io/properties-panel/dist/index.esm.js',
  'bpmn-js-element-templates/dist/index.esm.js', '@bpmn-io/element-template-chooser/dist/index.es.js',
  'bpmn-js-create-append-anything/dist/index.es.js', 'diagram-js-minimap/dist/index.esm.js', 'bpmn-js-color-picker/colors',
];
const CALL = /\btranslate\(\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/g;
const LABEL = /\b(?:label|title|name): ('(?:[^'\\]|\\.)*')/g;
// These files hold menu entries whose labels are translated where they are shown.
const LABELLED = /(ReplaceOptions|CreateOptions|ColorPopupProvider|create-append-anything\/dist\/index\.es)\.js$/;
// Texts that the sources put together.
const COMPOSED = [
  'List contains {numOfItems} item', 'List contains {numOfItems} items',
  'Click to remove dynamic value with FEEL expression', 'Click to set a dynamic value with FEEL expression',
  ...['left', 'center', 'right', 'top', 'middle', 'bottom'].map((side) => `Align elements ${side}`),
];

function* files(path) {
  if (!statSync(path).isDirectory()) yield path;
  else for (const name of readdirSync(path)) if (!name.startsWith('.')) yield* files(join(path, name));
}

const unquote = (text) => JSON.parse(`"${text.slice(1, -1).replace(/\\'/g, "'").replace(/(?<!\\)"/g, '\\"')}"`);
const found = new Set(COMPOSED);
for (const source of SOURCES) {
  for (const file of files(join(root, source))) {
    if (!file.endsWith('.js')) continue;
    // The comments of the sources show examples of calls.
    let text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    // bpmn-js-properties-panel also holds the provider of another dialect, which is not loaded.
    if (source.includes('bpmn-js-properties-panel')) text = text.slice(0, text.indexOf('function AsynchronousContinuationsProps'));
    for (const [, key] of text.matchAll(CALL)) found.add(unquote(key));
    if (LABELLED.test(file)) for (const [, key] of text.matchAll(LABEL)) found.add(unquote(key));
  }
}
writeFileSync(new URL('../islands/modeler/i18n/keys.json', import.meta.url), JSON.stringify([...found].filter(Boolean).sort(), null, 1) + '\n');
console.log(`${found.size} texts`);
