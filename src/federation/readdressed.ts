// A request under another address, for the two places where what was asked and what is answered differ by it.

/**
 * `request` as if it had been sent to `url`; its body is no longer `request`'s. Spelt out, because the server's own request
 * cannot stand in for options under Deno: the library then writes `duplex`, which that class only reads.
 */
export function readdressed(request: Request, url: URL): Request {
  const { method, headers, body, signal } = request;
  return new Request(url, { method, headers, body, signal, ...(body === null ? {} : { duplex: 'half' }) });
}
