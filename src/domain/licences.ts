// The licences that an entry may carry: what GotoKnow offered and what people use now.

export const LICENCES = [
  'all-rights-reserved',
  'cc-by-4.0',
  'cc-by-sa-4.0',
  'cc-by-nc-4.0',
  'cc-by-nd-4.0',
  'cc-by-nc-sa-4.0',
  'cc-by-nc-nd-4.0',
] as const;
export type Licence = (typeof LICENCES)[number];

/** Whether the text names a licence that we know. */
export function isLicence(text: string): text is Licence {
  return LICENCES.some((licence) => licence === text);
}

/** The licence's address, or null where all rights are reserved. */
export function licenceUrl(licence: string): string | null {
  const match = licence.match(/^cc-(by(?:-nc)?(?:-sa|-nd)?)-4\.0$/);
  return match === null ? null : `https://creativecommons.org/licenses/${match[1]}/4.0/`;
}

/** One line for the end of a text that travels (design §4.11). */
export function licenceLine(licence: string): string {
  const match = licence.match(/^cc-(by(?:-nc)?(?:-sa|-nd)?)-4\.0$/);
  return match === null ? 'สงวนสิทธิ์ทุกประการ · All rights reserved' : `CC ${(match[1] ?? '').toUpperCase()} 4.0`;
}
