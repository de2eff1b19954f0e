// Reading what a form sent: plain fields, nothing else. Pages post `application/x-www-form-urlencoded` only.
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { HTTPException } from 'hono/http-exception';
import type { Asking, Env } from './door.ts';

/** A form sends each byte of Thai as three, so the longest entry (400,000 bytes) comes as 1.2 MB. */
const BODY_BYTES_MAX = 2 * 1024 * 1024;
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface Form {
  /** The field's value with line feeds alone; empty when it was not sent. */
  text(name: string): string;
  /** Every field as it came. */
  fields: [string, string][];
}

/** Whether the method only reads. */
export function isSafe(method: string): boolean {
  return SAFE.has(method);
}

/** Reads the form of a request. */
export async function formOf(c: Asking): Promise<Form> {
  const fields = new URLSearchParams(await c.req.text());
  return { text: (name) => (fields.get(name) ?? '').replace(/\r\n?/g, '\n'), fields: [...fields] };
}

const limited = bodyLimit({ maxSize: BODY_BYTES_MAX });

/**
 * Refuses larger bodies than any form of ours sends, with 413. Reading brings none, and asking whether it does would have a whole
 * request made, with its signal and streams.
 */
export const smallBodies = createMiddleware<Env>(async (c, next) =>
  isSafe(c.req.method) ? await next() : await limited(c, next),
);

/**
 * Refuses every other encoding with 400: the check of the Origin header looks at the encodings that a foreign page can
 * send without asking, and this closes the rest.
 */
export const onlyForms = createMiddleware<Env>(async (c, next) => {
  const type = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  if (!isSafe(c.req.method) && type !== undefined && type !== 'application/x-www-form-urlencoded') {
    throw new HTTPException(400);
  }
  await next();
});
