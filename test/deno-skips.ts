// What Deno cannot be asked: each test by its file and its whole name, with the hole in Deno that is the cause. Read by
// test/deno-setup.ts, which leaves them out, and by test/deno.ts, which counts them and refuses a name that is no test.

export interface DenoSkip {
  file: string;
  /** With its groups before it, parted by ` > `. */
  test: string;
  because: string;
}

/** The fault bench measures how late the server's loop is, by a module that NODE_OPTIONS loads before the server's own. */
const NO_PULSE =
  'Deno loads nothing for the --import of NODE_OPTIONS, so the server on trial has no pulse that could be judged.';

export const DENO_SKIPS: readonly DenoSkip[] = [
  {
    file: 'test/federation/gate/body.test.ts',
    test: 'over a socket > a chunked GiB in pieces of one byte costs 1 MiB of reading, 32 MB of memory and the line',
    because:
      'The mebibyte and the line hold, the memory does not: Deno leaves up to 100 MB of garbage of so many pieces, once, before it collects.',
  },
  {
    file: 'test/fuzz/doors.test.ts',
    test: 'whatever is asked for, no answer is a fault of ours, nothing is asked of others and no row changes',
    because:
      'Node answers 400 to a chunked request that ends in the middle; Deno closes the connection without a word, which the judge holds for a fault.',
  },
  ...[
    'while telling: every inbox hears of entry, revision and withdrawal in order, under one id each',
    'twice while listening: what was acknowledged has its effect, once',
    'between two refusals: an overwhelmed peer still gets its mail',
  ].map((test) => ({ file: 'test/journeys/kill.test.ts', test: `a node that is killed > ${test}`, because: NO_PULSE })),
];
