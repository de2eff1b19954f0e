// Parses a peer's JSON without letting its shape hurt us: what is too deep, too wide or ambiguous is refused before or
// right after JSON.parse.

export const DEPTH_MAX = 32;
export const ARRAY_LENGTH_MAX = 1_000;
export const VALUES_MAX = 10_000;

export type JsonObject = { [key: string]: unknown };

export type Read = { ok: true; document: JsonObject } | { ok: false; wrong: string };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

const strictly = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What an open bracket has seen so far: an object its keys, an array how many commas. */
interface Frame {
  keys: Set<string> | null;
  keyIsNext: boolean;
  commas: number;
}

/** Whether a JSON value is an object, not an array and not null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a JSON object from bytes. Refused: bytes that are no UTF-8, nesting over 32, arrays over 1,000, over 10,000
 * values in all, a key twice in one object (JSON.parse takes the last, others the first), `__proto__`, numbers that
 * overflow, NUL and lone surrogates, which databases and hashes treat differently.
 */
export function readJson(bytes: Uint8Array): Read {
  try {
    const text = strictly.decode(bytes);
    const shape = findShapeFault(text);
    if (shape !== null) return { ok: false, wrong: shape };
    const document: unknown = JSON.parse(text);
    if (!isObject(document)) return { ok: false, wrong: 'The body is not a JSON object.' };
    const value = findValueFault(document);
    return value === null ? { ok: true, document } : { ok: false, wrong: value };
  } catch (error) {
    // TextDecoder throws a TypeError, JSON.parse a SyntaxError; anything else is a bug of ours.
    if (error instanceof SyntaxError || error instanceof TypeError) {
      return { ok: false, wrong: 'The body is not JSON in UTF-8.' };
    }
    throw error;
  }
}

/** One pass over the text, before JSON.parse: it stops at the first excess, so that a hostile body costs next to nothing. */
function findShapeFault(text: string): string | null {
  const frames: Frame[] = [];
  let values = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const frame = frames.at(-1);
    const begins = OPENING.has(code);
    if ((begins || code === COMMA) && ++values > VALUES_MAX) return `There are more than ${VALUES_MAX} values.`;
    if (code === QUOTE) {
      const end = endOfString(text, i);
      if (frame?.keys && frame.keyIsNext) {
        const key = decodeKey(text.slice(i, end + 1));
        if (key === '__proto__') return 'The key __proto__ is not allowed.';
        if (frame.keys.has(key)) return 'A key stands twice in one object.';
        frame.keys.add(key);
        frame.keyIsNext = false;
      }
      i = end;
    } else if (code === COMMA && frame !== undefined) {
      frame.keyIsNext = true;
      if (frame.keys === null && ++frame.commas >= ARRAY_LENGTH_MAX) {
        return `An array is longer than ${ARRAY_LENGTH_MAX}.`;
      }
    } else if (begins) {
      if (frames.length === DEPTH_MAX) return `The nesting is deeper than ${DEPTH_MAX}.`;
      frames.push({ keys: code === 0x7b ? new Set() : null, keyIsNext: true, commas: 0 });
    } else if (CLOSING.has(code)) {
      frames.pop();
    }
  }
  return null;
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH) i++;
    else if (code === QUOTE) return i;
  }
  return text.length;
}

/** A key may be written with escapes, and `"\u0069d"` is `"id"`. */
function decodeKey(quoted: string): string {
  return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
}

function findValueFault(value: unknown): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'A number is too large.';
  if (typeof value === 'string') {
    return value.isWellFormed() && !value.includes('\0') ? null : 'A text has a NUL or half a surrogate pair.';
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, member] of Object.entries(value)) {
    const wrong = findValueFault(key) ?? findValueFault(member);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** Every object of a document, itself first. What stands under `@context` describes the document and is left out. */
export function* nodesOf(value: unknown): Generator<JsonObject> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesOf(item);
  } else if (isObject(value)) {
    yield value;
    for (const [key, member] of Object.entries(value)) {
      if (key !== '@context') yield* nodesOf(member);
    }
  }
}
