// The headers that every answer carries, whatever door it left by.
import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { Env, HttpDeps } from './door.ts';

/**
 * No script at all, no inline style, no frames. Pictures may come from any https address, because entries show them;
 * forms may end at any https address, because a browser counts the redirect to a reader's own server as the form's.
 */
export function safetyHeaders({ origin, allowPrivateAddress }: HttpDeps): MiddlewareHandler<Env> {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      fontSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'https:'],
      formAction: ["'self'", 'https:', ...(allowPrivateAddress ? ['http:'] : [])],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
    // Two years, without subdomains: the office's other sites are not ours to decide about.
    strictTransportSecurity: origin.startsWith('https:') ? 'max-age=63072000' : false,
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
    permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [], usb: [] },
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    // The mark says for itself that other servers' pages may show it.
    overwrite: false,
  });
}

/** The same headers as lines, for answers that do not pass through the framework. */
export async function safetyLines(deps: HttpDeps): Promise<Record<string, string>> {
  const { headers } = await new Hono<Env>()
    .use(safetyHeaders(deps))
    .get('/', (c) => c.body(null))
    .request('/');
  return Object.fromEntries(headers);
}
