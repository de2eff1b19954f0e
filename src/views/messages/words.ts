// Chooses the words of a page by its language.
import { en } from './en.ts';
import { th } from './th.ts';

/** The languages that pages speak. What people wrote keeps its own language. */
export type Language = 'th' | 'en';

/** Every word of the pages, in one language. */
export type Words = typeof th;

/** All words in `language`. */
export function words(language: Language): Words {
  return language === 'en' ? en : th;
}
