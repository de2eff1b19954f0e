// Documents whose key is text that is no key. The library's vocabulary throws while it reads one (fedify #825), instead of
// saying that there is nothing: here that becomes nothing.
import { getLogger } from '@logtape/logtape';

const logger = getLogger(['wethi', 'federation']);

/** What `read` finds, or null where it stumbles over such a key. Every other error stays one (security.md T36). */
export async function unlessOddKey<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AsnError') throw error;
    logger.info('a key that cannot be read: {reason}', { reason: error.message });
    return null;
  }
}
