// Texts of the libraries that their code holds itself, in the language of the page (see build/library-texts.ts).
import { translator } from './index';

export const libraryText = translator(document.documentElement.lang === 'en' ? 'en' : 'fr');
