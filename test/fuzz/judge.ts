// Judges HTML as a reader's program would take it: parsed, tag by tag, and not by how its text looks.
import { Parser } from 'htmlparser2';

const TAGS = new Set(
  `p br hr h2 h3 h4 h5 h6 a span blockquote pre code em strong b i u del ul ol li img figure figcaption
  table caption thead tbody tfoot tr th td ruby rp rt div`.split(/\s+/),
);
const ATTRIBUTES = new Set(
  'href class rel src alt loading start tabindex role aria-label colspan rowspan scope'.split(' '),
);
const ADDRESSES = new Set(['href', 'src']);

/** Everything in an HTML text that could act, lead somewhere odd or break out of its place. */
export function dangersIn(html: string): string[] {
  const dangers: string[] = [];
  const open: string[] = [];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        open.push(name);
        if (!TAGS.has(name)) dangers.push(`<${name}>`);
        for (const [attribute, value] of Object.entries(attributes)) {
          if (!ATTRIBUTES.has(attribute)) dangers.push(`${name} ${attribute}`);
          // A browser leaves out tabs, line ends and what stands before the scheme; URL.parse does as it does.
          if (ADDRESSES.has(attribute) && !/^https?:$/.test(URL.parse(value)?.protocol ?? '')) {
            dangers.push(`${attribute} ${value.slice(0, 60)}`);
          }
        }
      },
      onclosetag(name, implied) {
        open.splice(open.lastIndexOf(name), 1);
        if (implied && !['p', 'br', 'hr', 'img', 'li', 'tr', 'td', 'th'].includes(name))
          dangers.push(`<${name}> is left open`);
      },
      oncomment: (text) => dangers.push(`comment ${text.slice(0, 60)}`),
      onprocessinginstruction: (name) => dangers.push(name),
      oncdatastart: () => dangers.push('CDATA'),
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return dangers;
}
