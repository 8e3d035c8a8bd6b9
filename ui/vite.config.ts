import { defineConfig } from 'vite';
import { formTexts } from './build/form-texts.ts';
import { noEval } from './build/no-eval.ts';
import { libraryTexts } from './build/library-texts.ts';

// Entries are named by folder (islands) or file (styles); ui/__init__.py finds them by that name in the manifest.
export default defineConfig({
  base: './',
  publicDir: false,
  plugins: [noEval(), formTexts(), libraryTexts()],
  build: {
    outDir: 'dist',
    manifest: true,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4000,
    rollupOptions: {
      output: { chunkFileNames: 'assets/shared-[hash].js' },
      input: {
        base: 'styles/base.css',
        pages: 'styles/pages.css',
        public: 'styles/public.css',
        editor: 'styles/editor.css',
        page: 'islands/page/index.ts',
        modeler: 'islands/modeler/index.ts',
        forms: 'islands/forms/index.ts',
      },
    },
  },
});
