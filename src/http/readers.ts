// Who counts as a reader: somebody with a browser who looks at a page now. Programs that fetch pages say so, most of them.

/**
 * Programs that call themselves `Mozilla/5.0` as browsers do: crawlers, previews of links, watchers of uptime. The words are those
 * that their makers publish (Googlebot, Bingbot, facebookexternalhit, GPTBot, ClaudeBot, Applebot, YandexBot, Baiduspider, …);
 * most also give an address, `+http…`, which no browser does. Cubot makes phones.
 */
const PROGRAMS =
  /(?<!cu)bot(?:\b|_)|crawl|spider|slurp|preview|facebookexternalhit|headless|lighthouse|pagespeed|monitor|pingdom|uptime|archiver|scrape|feedfetcher|mediapartners|google-|bingpreview|yandex(?!search)|\+https?:/i;

/** Every browser in use begins like this; command-line tools, libraries and fediverse servers begin with their own names. */
const BROWSER = /^(?:Mozilla\/5\.0 |Opera\/)/;

/** A browser that fetches ahead what nobody may ever look at says so in one of these (W3C Resource Hints; Fetch, `Sec-Purpose`). */
const PURPOSES = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/** Whether a GET with these headers is somebody who reads; `header` gives one by its name in lower case. */
export function isReader(header: (name: string) => string | string[] | null | undefined): boolean {
  const agent = header('user-agent');
  if (typeof agent !== 'string' || !BROWSER.test(agent) || PROGRAMS.test(agent)) return false;
  return !PURPOSES.some((name) => /prefetch|prerender|preview/i.test(String(header(name) ?? '')));
}
