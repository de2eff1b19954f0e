// What Deno cannot be asked: each test by its file and its whole name, with the hole in Deno that is the cause. Read by
// test/deno-setup.ts, which leaves them out, and by test/deno.ts, which counts them and refuses a name that is no test.

export interface DenoSkip {
  file: string;
  /** With its groups before it, parted by ` > `. */
  test: string;
  because: string;
}

export const DENO_SKIPS: readonly DenoSkip[] = [];
