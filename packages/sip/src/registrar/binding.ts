import type { Path } from '../transaction/path.ts';

/** One phone that is registered: an address of record is bound to its Contact (RFC 3261 section 10). */
export interface Binding {
  /** The Contact as the phone wrote it: the Request-URI of requests to it. */
  readonly uri: string;
  /** The next hop of requests to it. */
  readonly path: Path;
  /** 0..1; higher is tried first. */
  readonly q: number;
  /** Call-ID and CSeq of the REGISTER heard last. */
  readonly callId: string;
  readonly cseq: number;
  /** Which device it is (RFC 5626 section 4.1), with its flow; empty: it did not say. */
  readonly instance: string;
  readonly userAgent: string;
  /** On the clock of `now`, in milliseconds. */
  readonly registeredAt: number;
  readonly refreshedAt: number;
  readonly expiresAt: number;
}

/** Those that count at `now`, best first: by `q`, then the one heard last. */
export function inOrderOfCalling(bindings: readonly Binding[], now: number): Binding[] {
  return bindings
    .filter(({ expiresAt }) => expiresAt > now)
    .sort((a, b) => b.q - a.q || b.refreshedAt - a.refreshedAt);
}

/** The earliest time at which one of them ends; undefined: there are none. */
export function nextExpiry(bindings: readonly Binding[]): number | undefined {
  let next: number | undefined;
  for (const { expiresAt } of bindings) if (next === undefined || expiresAt < next) next = expiresAt;
  return next;
}
