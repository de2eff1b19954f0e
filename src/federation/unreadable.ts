// Documents from afar that the library stumbles over. A key that is no key, or a context that is no JSON-LD, makes it throw in
// many ways (fedify #825, #847) where it might say that there is nothing: here that becomes nothing.
import { getLogger } from '@logtape/logtape';

const logger = getLogger(['wethi', 'federation']);

/** What the drivers call their errors; `PostgresError` is ours, for theirs has no name. */
const DATABASE = new Set(['SqliteError', 'PostgresError']);

/**
 * What the library reads from afar, or null where it cannot (security.md T36). What our own database throws meanwhile is no
 * peer's doing, and is thrown on.
 */
export async function unlessUnreadable<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error) || DATABASE.has(error.name)) throw error;
    logger.info('something from afar cannot be read: {reason}', { reason: `${error.name}: ${error.message}` });
    return null;
  }
}
