// What the egress says when it will not ask, or will not pass on what it was told.

/** Why a request or its answer was refused. */
export type EgressReason =
  /** Not https (or, under the private-address flag, http towards a public address). */
  | 'scheme'
  | 'userinfo'
  | 'port'
  /** The host is, or resolves to, an address that is not on the public internet. */
  | 'private-address'
  | 'too-large'
  | 'too-slow'
  | 'too-many-requests'
  /** The document does not call itself by the address it was asked for at. */
  | 'foreign-id'
  /** An ActivityPub document was wanted and something else came. */
  | 'media-type'
  | 'encoding';

/** Thrown by the egress' `fetch` where it refuses; network failures stay `TypeError`s, as `fetch` has them. */
export class EgressRefusal extends Error {
  readonly reason: EgressReason;
  readonly url: string;
  /** What the host answered, where only the body of its answer was refused. */
  readonly status: number | undefined;

  constructor(reason: EgressReason, url: string, status?: number) {
    super(`${reason}: ${url}`);
    this.name = 'EgressRefusal';
    this.reason = reason;
    this.url = url;
    this.status = status;
  }
}
