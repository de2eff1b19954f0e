// Markdown to HTML for our own entries and comments. Raw HTML is not Markdown here: it shows as written.
// No typographer and no guessed links: "GotoKnow.org" in an old entry stays the words that it was.
import MarkdownIt from 'markdown-it';
import type { SafeHtml } from './sanitise.ts';
import { sanitiseOwn } from './sanitise.ts';

// People on phones press Enter for a new line and mean it, and a joined Thai line would get a space that nobody typed.
const markdown = new MarkdownIt({ html: false, linkify: true, typographer: false, breaks: true, maxNesting: 40 });
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });

type Tokens = ReturnType<typeof markdown.parse>;

/** HTML of a Markdown text, sanitised, with every address absolute on `origin`. Thai comes out as it went in. */
export function renderMarkdown(source: string, { origin }: { origin: string }): SafeHtml {
  return sanitiseOwn(markdown.render(source, { labels: new Map<string, number>() }), { origin });
}

/**
 * Markdown that shows one line of plain text as it stands, even where it looks like Markdown. Addresses stay bare so that
 * they become links.
 */
export function literalMarkdown(line: string): string {
  return literalPhrase(line)
    .replace(/^[#>+-]/, '\\$&')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2');
}

/** Like `literalMarkdown`, for words inside a line or a heading. */
export function literalPhrase(words: string): string {
  return words
    .split(/(https?:\/\/[\p{L}\p{M}\p{N}_\-./?#=%&+,:;@]+)/u)
    .map((piece, i) => (i % 2 === 1 ? piece : piece.replace(/[\\`*_[\]<~]|&(?=#?\w+;)|(?<!#)#+$/g, '\\$&')))
    .join('');
}

/** A table scrolls in a frame of its own (design language, "Prose"), named by its column heads for those who cannot see it. */
markdown.renderer.rules.table_open = (tokens, index, _options, env) => {
  const label = headsOf(tokens, index).join(' · ');
  const labels = env?.labels instanceof Map ? (env.labels as Map<string, number>) : new Map<string, number>();
  const count = (labels.get(label) ?? 0) + 1;
  labels.set(label, count);
  const name = markdown.utils.escapeHtml(count === 1 ? label : `${label} (${count})`);
  return `<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table>\n`;
};
markdown.renderer.rules.table_close = () => '</table></div>\n';
markdown.renderer.rules.th_open = (tokens, index) => `<th scope="col"${alignment(tokens, index)}>`;
markdown.renderer.rules.td_open = (tokens, index) => `<td${alignment(tokens, index)}>`;

function headsOf(tokens: Tokens, table: number): string[] {
  const heads: string[] = [];
  for (const token of tokens.slice(table)) {
    if (token.type === 'thead_close') break;
    if (token.type === 'inline') heads.push((token.children ?? []).map((child) => child.content).join(''));
  }
  return heads;
}

/** Numbers stand right (`r`), sentences may wrap (`free`); styles in attributes would be refused by our own CSP. */
function alignment(tokens: Tokens, index: number): string {
  if (tokens[index]?.attrGet('style') === 'text-align:right') return ' class="r"';
  const long = (tokens[index + 1]?.content.length ?? 0) > 24;
  return long && tokens[index]?.tag === 'td' ? ' class="free"' : '';
}

/** An image alone in its paragraph is a figure, and its title the caption: `![alt](address "caption")`. */
markdown.core.ruler.push('figure', (state) => {
  state.tokens.forEach((token, i) => {
    const [image, ...others] = token.children ?? [];
    const [before, after] = [state.tokens[i - 1], state.tokens[i + 1]];
    const caption = image?.type === 'image' ? image.attrGet('title') : null;
    if (caption === null || caption === '' || others.length > 0) return;
    if (before?.type !== 'paragraph_open' || before.hidden || after === undefined) return;
    before.tag = 'figure';
    after.tag = 'figure';
    const text = new state.Token('text', '', 0);
    text.content = String(caption);
    token.children?.push(new state.Token('caption_open', 'figcaption', 1), text);
    token.children?.push(new state.Token('caption_close', 'figcaption', -1));
  });
});
