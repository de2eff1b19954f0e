// What was found in this forum, with the place in the text where it stands; or what to try where nothing was.
import { html } from 'hono/html';
import type { Piece } from '../domain/text/passage.ts';
import { path } from '../urls.ts';
import { yearOf } from './dates.ts';
import { empty } from './empty.ts';
import { type EntryItem, foundItem } from './entry-item.ts';
import { input, select } from './fields.ts';
import { layout, link, type Shell } from './layout.ts';
import { licenceChoices } from './licences.ts';
import { words } from './messages/words.ts';
import { phrases } from './names.ts';
import { type Pager, pager } from './pager.ts';
import { searchBox } from './search-box.ts';
import type { Html } from './template.ts';

/** What narrows the finds, as the address carries it: empty is everything. The year is Gregorian. */
export type Narrowed = Record<'blog' | 'tag' | 'author' | 'licence' | 'area' | 'year', string>;

export interface SearchPageProps {
  asked: string;
  narrowed: Narrowed;
  choices: {
    blogs: { handle: string; title: string; language: string }[];
    /** Those who write here; only members are shown who that is. */
    authors: { id: string; name: string }[];
    /** Gregorian, newest first. */
    years: number[];
  };
  /** Null while nothing was asked; `unreadable` when there was nothing in it to look for. */
  finds: { entry: EntryItem; passage: Piece[] | null }[] | 'unreadable' | null;
  /** Whether less is found just now, because the index is being made. */
  beingMade: boolean;
  pager: Pager;
  /** Where what the index does not know is looked for, without the /en prefix; null where that was done, or would be too early. */
  deeper: string | null;
}

/** The page of finds. */
export function searchPage(shell: Shell, props: SearchPageProps): Html {
  const w = words(shell.language).search;
  const { asked, finds } = props;
  const body = html`<div class="masthead"><div class="wrap"><div><h1>${w.title}</h1><p class="lead">${phrases(w.lead)}</p></div></div></div>
<div class="wrap page two">
<div class="stack">${searchBox(shell, asked, narrowing(shell, props))}
${props.beingMade && html`<div class="notice warn"><strong>${w.beingMade}</strong>${w.beingMadeNext}</div>`}
${
  finds !== null &&
  html`<section class="entries" aria-labelledby="finds"><div class="head"><h2 id="finds">${finds === 'unreadable' || finds.length === 0 ? w.results : w.finds(asked)}</h2></div>
${found(shell, props)}
${props.deeper !== null && html`<p class="more"><a class="plain" href="${link(shell, props.deeper)}">${w.deeper}</a></p>`}
${pager(shell, props.pager)}</section>`
}</div>
<div class="aside">
<section class="notice"><strong>${w.folded}</strong><span class="small">${w.foldedHow}</span></section>
<p><a class="plain" href="${link(shell, path.tags())}">${words(shell.language).tag.all}</a></p>
</div></div>`;
  const title = asked === '' ? w.title : `${asked} · ${w.act}`;
  return layout(shell, { title, robots: 'noindex' }, body);
}

function found(shell: Shell, { asked, finds, narrowed, pager: pages }: SearchPageProps): Html {
  const w = words(shell.language);
  if (finds === 'unreadable') return empty(w.search.nothingAsked, w.search.nothingAskedNext);
  if (finds !== null && finds.length > 0) {
    return html`<ul role="list">${finds.map(({ entry, passage }) => foundItem(shell, entry, passage))}</ul>`;
  }
  if (pages.newer !== null) return empty(w.search.noMore, w.search.noMoreNext);
  return isNarrowed(narrowed)
    ? empty(w.search.empty(asked), w.search.emptyNarrow, act(shell, path.searchFor({ q: asked }), w.search.widen))
    : empty(w.search.empty(asked), w.search.emptyNext, act(shell, path.tags(), w.shell.tags));
}

function act(shell: Shell, to: string, text: string): Html {
  return html`<p><a class="button" href="${link(shell, to)}">${text}</a></p>`;
}

function isNarrowed(narrowed: Narrowed): boolean {
  return Object.values(narrowed).some((value) => value !== '');
}

function narrowing(shell: Shell, { narrowed, choices }: SearchPageProps): Html {
  const w = words(shell.language).search;
  const field = (name: keyof Narrowed) => ({ id: `search-${name}`, name, label: w[name], value: narrowed[name] });
  const any = { value: '', label: w.any };
  const blogs = choices.blogs.map(({ handle, title, language }) => ({ value: handle, label: title, language }));
  const years = choices.years.map((year) => ({ value: `${year}`, label: yearOf(shell.language, year) }));
  const authors = choices.authors.map(({ id, name }) => ({ value: id, label: name }));
  return html`<details class="narrowing"${isNarrowed(narrowed) ? html` open` : ''}><summary>${w.narrow}</summary><div>
${blogs.length > 1 && select(field('blog'), [any, ...blogs])}
${input({ ...field('tag'), attributes: { autocomplete: 'off' } })}
${authors.length > 0 && select(field('author'), [any, ...authors])}
${select(field('licence'), [any, ...licenceChoices(shell.language)])}
${select(field('year'), [any, ...years])}
${narrowed.area !== '' && input({ ...field('area'), attributes: { inputmode: 'numeric' } })}
</div></details>`;
}
