// Wakes the workers of this process as soon as there is work. Other processes' work is heard of where the database calls it
// out, and found by looking where it does not.
import { type Db, whenAdded } from '../../storage/database.ts';

/** Counts its rings, so that one which falls between looking for work and lying down to wait is not missed. */
export class Bell {
  #rings = 0;
  readonly #waiting = new Set<() => void>();

  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings++;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves at the first ring after `since`, after `ms` milliseconds, or when `signal` aborts. */
  wait({ since, ms, signal }: { since: number; ms: number; signal: AbortSignal }): Promise<void> {
    if (this.#rings !== since || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}

/** Rung when a delivery was enqueued. Shared by all nodes of one process: a needless ring costs one look. */
export const outgoing = new Bell();

/** Rung when inbound work was enqueued. */
export const incoming = new Bell();

/** Has the bells rung for what other processes add, `written` for happenings, until the returned function is called. */
export function hearOthers(db: Db, { written }: { written: Bell }): () => void {
  const bells = { happenings: written, deliveries: outgoing, messages: incoming };
  return whenAdded(db, (work) => bells[work].ring());
}
