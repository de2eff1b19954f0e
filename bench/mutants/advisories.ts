// Shows that the tests named after advisories can fail: each of our guards is taken out of a copy of the sources, and the
// test must turn red there, while it is green in a copy where nothing was taken out. `npm run attacks -- --advisories`
import { type Outcome, runTests } from '../attacks/vitest.ts';
import { inCopy, type Mutation } from './copy.ts';

interface Guard {
  advisory: string;
  /** What the guard does. */
  guard: string;
  mutation: Mutation;
  /** The test file and a part of the name of the test that must notice. */
  test: { file: string; name: string };
}

const PARTS = ['src', 'test', 'bench', 'migrations', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

export const GUARDS: readonly Guard[] = [
  {
    advisory: 'GHSA-97w4-f4rq-mgqm',
    guard: 'a number of requests bounds chains of pages that name each other',
    mutation: {
      file: 'src/federation/egress/budget.ts',
      line: "if (one.requestsLeft <= 0) throw new EgressRefusal('too-many-requests', url.href);",
      instead: '',
    },
    test: { file: 'test/attacks/floods.test.ts', name: 'GHSA-97w4' },
  },
  {
    advisory: 'GHSA-4qhx-hhwf-8685',
    guard: 'an activity stands on the origin of its actor',
    mutation: {
      file: 'src/federation/gate/activity.ts',
      line: "if (typeof id !== 'string' || readIri(id, schemes)?.origin !== actor.origin) {",
      instead: "if (typeof id !== 'string') {",
    },
    test: { file: 'test/attacks/forged.test.ts', name: 'GHSA-4qhx' },
  },
  {
    advisory: 'GHSA-8863-8468-7hq7',
    guard: 'a document is what its address says',
    mutation: {
      file: 'src/federation/egress/documents.ts',
      line: 'if (askers.every((asker) => asker === withoutFragment(named) || isKeyStub({ node, named, asker }))) continue;',
      instead: 'if (askers.length > 0) continue;',
    },
    test: { file: 'test/federation/egress/documents.test.ts', name: 'GHSA-8863' },
  },
  {
    advisory: 'GHSA-r48c-xx2h-fv4g',
    guard: 'the address that is dialled is judged once more',
    mutation: {
      file: 'src/federation/egress/connect.ts',
      line: "const reason = rule(socket.remoteAddress ?? '');",
      instead: 'const reason = null;',
    },
    test: { file: 'test/federation/egress/connect.test.ts', name: 'the dialled address is judged' },
  },
  {
    advisory: 'GHSA-r48c-xx2h-fv4g',
    guard: 'every address that a name has is judged before one is dialled',
    mutation: {
      file: 'src/federation/egress/connect.ts',
      line: 'const reason = addresses.map(({ address }) => rule(address)).find((judged) => judged !== null);',
      instead: 'const reason = undefined;',
    },
    test: { file: 'test/federation/egress/addresses.test.ts', name: 'GHSA-r48c' },
  },
  {
    advisory: 'GHSA-r388',
    guard: 'what a Create brings has an id on the origin of its actor',
    mutation: {
      file: 'src/federation/gate/activity.ts',
      line: 'if (id?.origin !== by.actor.origin) return "The object is not on the actor\'s origin.";',
      instead: 'if (id === null) return null;',
    },
    test: { file: 'test/attacks/forged.test.ts', name: 'T16 an object on another origin' },
  },
  {
    advisory: 'GHSA-fq5h, GHSA-9pmv',
    guard: 'whoever does not answer is left',
    mutation: {
      file: 'src/federation/egress/transfer.ts',
      line: 'const headersTimer = setTimeout(cut, limits.headers);',
      instead: 'const headersTimer = setTimeout(() => undefined, limits.headers);',
    },
    test: { file: 'test/federation/egress/limits.test.ts', name: 'GHSA-fq5h' },
  },
  {
    advisory: 'CVE-2026-96623',
    guard: 'a body is read to its first mebibyte',
    mutation: {
      file: 'src/federation/egress/transfer.ts',
      line: "if (length > bytesMax) throw refused('too-large');",
      instead: '',
    },
    test: { file: 'test/federation/egress/limits.test.ts', name: 'one byte more than a mebibyte' },
  },
  {
    advisory: 'RFC 9421, components (T20)',
    guard: 'a signature covers method, target and body',
    mutation: {
      file: 'src/federation/gate/rfc9421.ts',
      line: "if (!covers('@method', 'content-digest') || !(covers('@target-uri') || covers('@authority', '@path'))) {",
      instead: 'if (components.length > 1_000) {',
    },
    test: { file: 'test/attacks/signatures.test.ts', name: 'covers nothing, or not enough' },
  },
  {
    advisory: 'Accept-Signature oracle (T21)',
    guard: 'no peer chooses what our signatures leave out',
    mutation: {
      file: 'src/federation/egress/transfer.ts',
      line: "const WITHHELD = ['accept-signature', ",
      instead: 'const WITHHELD = [',
    },
    test: { file: 'test/federation/egress/response.test.ts', name: 'Accept-Signature does not get through' },
  },
];

export interface Trial {
  advisory: string;
  guard: string;
  /** The test in a copy in which nothing was taken out, and in one without the guard. */
  whole: Outcome | null;
  without: Outcome | null;
}

/** Whether the test is green with the guard and red without it. */
export function noticed({ whole, without }: Trial): boolean {
  return whole?.passed === true && without?.passed === false;
}

/** Tries the guards in turn. @throws Error when a line to be taken out is not there exactly once. */
export async function* tryGuards(): AsyncGenerator<Trial> {
  for (const { advisory, guard, mutation, test } of GUARDS) {
    const outcomeIn = async (root: string): Promise<Outcome | null> => {
      const { outcomes } = await runTests({ root, files: [test.file], only: test.name });
      return outcomes.find(({ passed }) => !passed) ?? outcomes[0] ?? null;
    };
    const whole = await inCopy({ parts: PARTS, mutation: null }, outcomeIn);
    const without = await inCopy({ parts: PARTS, mutation }, outcomeIn);
    yield { advisory, guard, whole, without };
  }
}
