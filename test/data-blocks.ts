// The data that pages carry for machines. What is taken out here is a data block and nothing else: whatever else begins like
// a script stays, for the tests that look for scripts.

const BLOCK = /<script type="application\/ld\+json">([^<>&]*)<\/script>/g;

/** The page without its data blocks. */
export function withoutData(page: string): string {
  return page.replace(BLOCK, '');
}

/** What the data blocks of a page say. */
export function dataIn(page: string): Record<string, unknown>[] {
  return [...page.matchAll(BLOCK)].map(([, json]) => JSON.parse(json ?? ''));
}
