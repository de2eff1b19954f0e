// What everybody may read of us, as answers: nobody is asked who they are, so everybody gets the same and may keep it.

/** How long others may keep what they read of us. */
export const KEPT = 'public, max-age=180';

/** An ActivityPub document (federation.md item 9). One address can be a page too, so it says what it depends on. */
export function activityJson(body: string | Uint8Array<ArrayBuffer>, status: number): Response {
  return new Response(body, {
    status,
    headers: { 'content-type': 'application/activity+json', vary: 'Accept', 'cache-control': KEPT },
  });
}

/** A document about the node, which a browser on another site may read too (federation.md item 4). */
export function wellKnown(body: string, type: string): Response {
  const headers = { 'content-type': type, 'access-control-allow-origin': '*', 'cache-control': KEPT };
  return new Response(body, { headers });
}
