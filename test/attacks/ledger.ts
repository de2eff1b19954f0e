// Names each attack after its threat in the threat list, and says at the end of a file which of them held.
import { afterAll, test } from 'vitest';

const lines: string[] = [];

/** A test of one threat: `T12` and a sentence. It must send the honest control in the same run. `seconds` is all it may take. */
export function attack(threat: string, name: string, body: () => Promise<void>, { seconds = 30 } = {}): void {
  test(`${threat} ${name}`, { timeout: seconds * 1_000 }, async () => {
    const line = lines.push(`${threat.padEnd(4)} BROKEN  ${name}`) - 1;
    await body();
    lines[line] = `${threat.padEnd(4)} held    ${name}`;
  });
}

/** Adds to what is said at the end, such as a figure that was measured. */
export function measured(text: string): void {
  lines.push(`     ${text}`);
}

/** Prints the table when the file is through. */
export function printLedger(): void {
  afterAll(() => {
    process.stdout.write(`${lines.join('\n')}\n`);
  });
}
