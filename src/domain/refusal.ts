// A refusal is not a bug: somebody asked for what may not be. It is thrown here and mapped once at each door.

export type RefusalKind =
  | 'not-found'
  | 'gone'
  | 'forbidden'
  | 'invalid'
  | 'conflict'
  | 'too-large'
  | 'sign-in'
  | 'busy';

/** What a reader or operator may be told, in both languages; each says what to do next. */
export interface Telling {
  th: string;
  en: string;
}

/** Thrown when an act may not be done. `field` names the form's field that is at fault, where one is. */
export class Refusal extends Error {
  readonly kind: RefusalKind;
  readonly telling: Telling;
  readonly field: string | undefined;

  constructor(kind: RefusalKind, telling: Telling, field?: string) {
    super(telling.en);
    this.name = 'Refusal';
    this.kind = kind;
    this.telling = telling;
    this.field = field;
  }
}
