// JSON-LD contexts for what we compose: only those that ship with the library. Composing never touches the network.
import { preloadedContexts, type RemoteDocument } from '@fedify/vocab-runtime';

/** Loads a context that ships with the library. @throws Error for any other, which would be a bug of ours. */
export async function shippedContext(url: string): Promise<RemoteDocument> {
  const document = preloadedContexts[url];
  if (document === undefined) throw new Error(`the context ${url} does not ship with the library`);
  return { contextUrl: null, documentUrl: url, document };
}
