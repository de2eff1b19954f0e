// Text for readers that are programs, where a page's own escaping is not enough.

/** What XML 1.0 cannot carry, escaped or not: one of these in a title, and no reader gets any of the feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
const UNREADABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/**
 * Text or HTML in NFC that XML can carry. Markup keeps out of the normal form: U+0338 behind a `>` would make ≯ of the two
 * and swallow the tag.
 */
export function readable(text: string): string {
  return text
    .toWellFormed()
    .replace(UNREADABLE, '')
    .replace(/[^<>=]+/g, (run) => run.normalize('NFC'));
}
