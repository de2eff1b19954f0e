// Feeds and sitemaps as others read them: a real XML parser that refuses what is not well-formed, and knows no HTML.
import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** A parsed element: text, or names of children with what they hold; attributes begin with `@`. */
export type Element = string | { [name: string]: Element | Element[] };

const LISTS = ['item', 'entry', 'category', 'link', 'atom:link', 'url', 'sitemap'];
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // Without this it leaves numeric references as they are. HTML's own names are refused below.
  htmlEntities: true,
  isArray: (name) => LISTS.includes(name),
});

/** Parses. @throws Error for what is not well-formed, or carries what XML 1.0 cannot. */
export function readXml(text: string): Element {
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new Error(`${valid.err.code} in line ${valid.err.line}: ${valid.err.msg}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for; the parser lets them through.
  const control = text.match(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/);
  if (control !== null) throw new Error(`a character that XML cannot carry at ${control.index}`);
  const name = text.match(/&(?!(?:amp|lt|gt|quot|apos|#\d+);)/);
  if (name !== null) throw new Error(`a reference that XML does not know at ${name.index}`);
  return parser.parse(text);
}

/** What stands at a path of names, as a list. */
export function all(element: Element | undefined, ...path: string[]): Element[] {
  let found = element === undefined ? [] : [element];
  for (const name of path) {
    found = found.flatMap((one) => (typeof one === 'string' ? [] : [one[name] ?? []].flat()));
  }
  return found;
}

/** The text of the first element at a path; an attribute is a name that begins with `@`. Undefined where there is none. */
export function text(element: Element | undefined, ...path: string[]): string | undefined {
  const [first] = all(element, ...path);
  if (first === undefined || typeof first === 'string') return first;
  return typeof first['#text'] === 'string' ? first['#text'] : '';
}

/** The addresses of links, by their `rel`. */
export function linked(element: Element | undefined, name: string, rel: string): (string | undefined)[] {
  return all(element, name)
    .filter((link) => text(link, '@rel') === rel)
    .map((link) => text(link, '@href'));
}
