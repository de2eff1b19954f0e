// What somebody shows who embeds an entry: oEmbed 1.0, of the type `link`.
import { html } from 'hono/html';
import { readable } from './machine-text.ts';

export interface EmbedProps {
  title: string;
  author: { name: string; page: string };
  provider: { name: string; page: string };
}

/** The fields of the answer under their own names. */
function fields({ title, author, provider }: EmbedProps): Record<string, string> {
  return {
    version: '1.0',
    type: 'link',
    title: readable(title),
    author_name: readable(author.name),
    author_url: author.page,
    provider_name: readable(provider.name),
    provider_url: provider.page,
  };
}

/** As JSON. */
export function embedJson(props: EmbedProps): string {
  return JSON.stringify(fields(props));
}

/** As XML. */
export function embedXml(props: EmbedProps): string {
  const { version, type, title, author_name, author_url, provider_name, provider_url } = fields(props);
  return `${html`<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<oembed>
<version>${version}</version>
<type>${type}</type>
<title>${title}</title>
<author_name>${author_name}</author_name>
<author_url>${author_url}</author_url>
<provider_name>${provider_name}</provider_name>
<provider_url>${provider_url}</provider_url>
</oembed>
`}`;
}
