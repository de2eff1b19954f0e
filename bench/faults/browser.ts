// Somebody at a browser without script, over a real socket: signs in, fills the forms that pages show, sends them.
import { hiddenIn } from '../../test/http/doors.ts';

const ANSWER_MS = 20_000;

/** An answer that came whole. */
export interface Page {
  status: number;
  location: string | null;
  text: string;
}

export interface Browser {
  get(path: string): Promise<Page>;
  post(path: string, fields: Record<string, string>): Promise<Page>;
}

/** Signs in at the node. The session lives in the node's database; here is only its cookie. */
export async function signedIn(origin: string, who: { username: string; password: string }): Promise<Browser> {
  let cookie = '';
  const send = async (path: string, init: RequestInit): Promise<Page> => {
    const own = { Origin: origin, 'Sec-Fetch-Site': 'same-origin', Accept: 'text/html', Cookie: cookie };
    // A connection that is kept may be closed by the node just as it is used again, and would look like a kill.
    const headers = { ...own, Connection: 'close' };
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetch(origin + path, { ...init, headers, signal, redirect: 'manual' });
    cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return { status: answer.status, location: answer.headers.get('location'), text: await answer.text() };
  };
  const browser: Browser = {
    get: (path) => send(path, {}),
    post: (path, fields) => send(path, { method: 'POST', body: new URLSearchParams(fields) }),
  };
  const { status } = await browser.post('/sign-in', who);
  if (status !== 303) throw new Error(`signing in as ${who.username} was answered with ${status}`);
  return browser;
}

/** The hidden fields of a page's form. */
export async function hiddenFields({ text }: Page): Promise<Record<string, string>> {
  return await hiddenIn(new Response(text));
}
