// What search engines read of an entry: schema.org's BlogPosting as JSON-LD in the page's head.
import { absolute, path } from '../urls.ts';
import type { EntryHead } from './head.ts';
import type { Shell } from './layout.ts';
import { licenceNamed } from './licences.ts';
import { dataBlock, type Html } from './template.ts';

/** An entry as a BlogPosting; only for one that is published. */
export function blogPosting(shell: Shell, entry: EntryHead): Html {
  const { blog, published, revised, picture } = entry;
  const page = absolute(shell.origin, path.entry(blog.handle, entry.number));
  const blogPage = absolute(shell.origin, path.blog(blog.handle));
  const licence = licenceNamed(entry.licence, shell.language);
  return dataBlock('application/ld+json', {
    '@context': 'https://schema.org',
    '@type': 'BlogPosting',
    '@id': entry.activity,
    url: page,
    mainEntityOfPage: page,
    headline: entry.title,
    description: entry.highlight,
    inLanguage: entry.language,
    datePublished: published,
    dateModified: revised ?? published,
    author: { '@type': blog.kind === 'team' ? 'Organization' : 'Person', name: blog.title, url: blogPage },
    ...publisherOf(shell),
    ...(licence.url === null ? { copyrightNotice: licence.name } : { license: licence.url }),
    ...(picture === null ? {} : { image: picture.address }),
    ...seriesOf(shell, entry),
    keywords: entry.tags,
    commentCount: entry.comments,
  });
}

function publisherOf({ organisation, origin }: Shell): object {
  if (organisation === null) return {};
  return { publisher: { '@type': 'Organization', name: organisation.name, url: absolute(origin, path.home()) } };
}

function seriesOf({ origin }: Shell, { series }: EntryHead): object {
  if (series === null) return {};
  const isPartOf = { '@type': 'CreativeWorkSeries', name: series.title, url: absolute(origin, path.series(series.id)) };
  return { isPartOf, ...(series.part === null ? {} : { position: series.part }) };
}
