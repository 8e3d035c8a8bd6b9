import type { Plugin } from 'vite';

// htmx carries code that turns text into functions. The product switches it off (`allowEval: false`) and its
// Content-Security-Policy forbids it; taking it out keeps the built files free of it altogether.
const REPLACEMENTS: [RegExp, string][] = [
  [/return eval\(str\)/g, "throw new Error('not allowed')"],
  [/return Function\(conditionalSource\)\(\)/g, "throw new Error('not allowed')"],
  [/new Function\('event', code\)/g, '() => undefined'],
  [/return Function\('event', 'return \(' \+ str \+ '\)'\)\.call\(elt, event\)/g, "throw new Error('not allowed')"],
  [/return Function\('return \(' \+ str \+ '\)'\)\.call\(elt\)/g, "throw new Error('not allowed')"],
];

// preact-markup, inside bpmn-js-element-templates, can turn attributes into handlers; the option is never on.
const HANDLER = /new Function\(p\)/;

// How lodash looks for the global object in old browsers.
const GLOBAL = /\bFunction\((['"])return this\1\)\(\)/;

export function noEval(): Plugin {
  return {
    name: 'relais-no-eval',
    transform(code, id) {
      if (id.includes('/htmx.org/')) return { code: REPLACEMENTS.reduce((text, [found, instead]) => text.replace(found, instead), code), map: null };
      if (id.includes('/bpmn-js-element-templates/')) return { code: code.replace(HANDLER, 'undefined'), map: null };
      return GLOBAL.test(code) ? { code: code.replace(GLOBAL, 'globalThis'), map: null } : null;
    },
  };
}
