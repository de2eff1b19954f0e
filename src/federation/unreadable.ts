// Documents from afar that the library stumbles over. A key that is no key, or a context that is no JSON-LD, makes it throw in
// many ways (fedify #825, #847) where it might say that there is nothing: here that becomes nothing.
import { FetchError } from '@fedify/vocab-runtime';
import { getLogger } from '@logtape/logtape';
import { EgressRefusal } from './egress/refusal.ts';

const logger = getLogger(['wethi', 'federation']);

/** Answers that say: not now (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4). */
const LATER = new Set([408, 425, 429]);

/** What the drivers call their errors; `PostgresError` is ours, for theirs has no name. */
const DATABASE = new Set(['SqliteError', 'PostgresError']);

/** Thrown instead of asking another server, where nobody is to be asked yet. It says nothing about what would be read. */
export class NotAskedYet extends Error {
  constructor(url: string) {
    super(`${url} would have to be asked for`);
    this.name = 'NotAskedYet';
  }
}

/**
 * What the library reads from afar, or null where it cannot (security.md T36). What our own database throws meanwhile, or what
 * was not asked for yet, is no peer's doing, and is thrown on.
 */
export async function unlessUnreadable<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error) || DATABASE.has(error.name) || error instanceof NotAskedYet) throw error;
    logger.info('something from afar cannot be read: {reason}', { reason: `${error.name}: ${error.message}` });
    return null;
  }
}

/** As `unlessUnreadable`, but what may pass is thrown on too, so that the queue has it tried again. */
export async function unlessRefused<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (mayPass(error)) throw error;
    return await unlessUnreadable(() => Promise.reject(error));
  }
}

/** Whether a host may answer otherwise when it is asked again later. */
export function saysLater(status: number): boolean {
  return status >= 500 || LATER.has(status);
}

/** Whether what a document loader threw says nothing about the document: its host was silent, away or busy. */
export function mayPass(error: unknown): boolean {
  if (error instanceof FetchError) return error.response === undefined || saysLater(error.response.status);
  if (error instanceof EgressRefusal) return error.reason === 'too-slow';
  // Our own `fetch` throws what undici does, and the reason stands in its cause.
  return error instanceof TypeError && error.cause instanceof Error;
}
