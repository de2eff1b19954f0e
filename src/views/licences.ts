// The licences as a reader meets them: a name in the page's language and the deed that it links to.
import type { Licence } from '../domain/licences.ts';
import { type Language, words } from './messages/words.ts';

const DEEDS: Record<Licence, string | null> = {
  'all-rights-reserved': null,
  'cc-by-4.0': 'https://creativecommons.org/licenses/by/4.0/',
  'cc-by-sa-4.0': 'https://creativecommons.org/licenses/by-sa/4.0/',
  'cc-by-nc-4.0': 'https://creativecommons.org/licenses/by-nc/4.0/',
  'cc-by-nd-4.0': 'https://creativecommons.org/licenses/by-nd/4.0/',
  'cc-by-nc-sa-4.0': 'https://creativecommons.org/licenses/by-nc-sa/4.0/',
  'cc-by-nc-nd-4.0': 'https://creativecommons.org/licenses/by-nc-nd/4.0/',
};

/** Every key with its name, in the order in which a form offers them. */
export function licenceChoices(language: Language): { value: Licence; label: string }[] {
  const names = words(language).licences;
  return (Object.keys(DEEDS) as Licence[]).map((value) => ({ value, label: names[value] }));
}

/** Name and address of a licence; the address is null where all rights are reserved. */
export function licenceNamed(licence: Licence, language: Language): { name: string; url: string | null } {
  return { name: words(language).licences[licence], url: DEEDS[licence] };
}
