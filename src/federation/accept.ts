// What a visitor wants to read: the page or its data. One address can be both, so every answer varies by Accept.

const DATA = ['application/activity+json', 'application/ld+json', 'application/json'];

/**
 * Whether data is preferred to a page. Browsers and a bare star get the page; what names a JSON type at least as strongly
 * as HTML gets data: the five Accept lines of federation.md §7 all do.
 */
export function wantsData(accept: string | null): boolean {
  let data = 0;
  let page = 0;
  for (const part of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = part.trim().toLowerCase().split(';');
    const weight = weightOf(parameters);
    if (DATA.includes(type.trim())) data = Math.max(data, weight);
    if (['text/html', 'application/xhtml+xml'].includes(type.trim())) page = Math.max(page, weight);
  }
  return data > 0 && data >= page;
}

function weightOf(parameters: string[]): number {
  const q = parameters
    .map((parameter) => parameter.trim().match(/^q=([01](?:\.\d{1,3})?)$/)?.[1])
    .find((found) => found !== undefined);
  return q === undefined ? 1 : Number(q);
}
