// What counts as an id at the gate: an absolute https URL that every URL parser reads alike.

/** Longest id we look at. Misskey keeps 512 characters; some peers put dates and titles into theirs. */
export const ID_CHARACTERS_MAX = 2_000;

/** Which schemes may name things: https alone, except under the private-address flag of tests and the demo. */
export interface Schemes {
  allowPrivateAddress: boolean;
}

/**
 * Reads an id, or null when it is none: no string, too long, relative, another scheme, with user name or password, or
 * with white space and backslashes, which one URL parser strips and the next keeps.
 */
export function readIri(value: unknown, { allowPrivateAddress }: Schemes): URL | null {
  if (typeof value !== 'string' || value.length > ID_CHARACTERS_MAX || /[\s\\]|\p{Cc}/u.test(value)) return null;
  const url = URL.parse(value);
  if (url === null || url.username !== '' || url.password !== '') return null;
  return url.protocol === 'https:' || (allowPrivateAddress && url.protocol === 'http:') ? url : null;
}
