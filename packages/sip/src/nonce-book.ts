import { constantTimeEquals, type DigestHash, type Token } from './digest.ts';

export interface NonceBookDeps {
  readonly hash: DigestHash;
  readonly token: Token;
  readonly lifetimeMs: number;
  /** Nonces remembered at once. */
  readonly limit: number;
}

/**
 * Issues nonces and sees to it that each count of a nonce is used once. A nonce carries its time and a seal, so issuing
 * one costs no memory: only users who proved their secret take a place in the book, not those who merely ask.
 */
export interface NonceBook {
  issue(now: number): string;
  /** True when the nonce is ours, young enough, and `count` is above every earlier one. */
  use(nonce: string, count: number, now: number): boolean;
}

interface Use {
  readonly issuedAt: number;
  count: number;
}

const noncePattern = /^([0-9a-f]{1,13})\.([0-9a-f]{16,64})\.([0-9a-f]+)$/;

export function createNonceBook(deps: NonceBookDeps): NonceBook {
  const key = `${deps.token()}${deps.token()}`;
  const uses = new Map<string, Use>();
  /** Nonces issued up to then are refused: their place in the book had to be given away. */
  let floor = Number.NEGATIVE_INFINITY;

  function seal(issuedAt: string, salt: string): string {
    return deps.hash('SHA-256', `${key}.${issuedAt}.${salt}.${key}`);
  }

  function issue(now: number): string {
    const issuedAt = Math.max(0, Math.floor(now)).toString(16);
    const salt = deps.token();
    return `${issuedAt}.${salt}.${seal(issuedAt, salt)}`;
  }

  function use(nonce: string, count: number, now: number): boolean {
    const issuedAt = readIssueTime(nonce);
    if (issuedAt === undefined || issuedAt <= floor || now - issuedAt > deps.lifetimeMs) return false;
    const before = uses.get(nonce);
    if (count <= (before?.count ?? 0)) return false;
    if (before !== undefined) before.count = count;
    else remember(nonce, { issuedAt, count }, now);
    return true;
  }

  function readIssueTime(nonce: string): number | undefined {
    const [, issuedAt, salt, sealed] = noncePattern.exec(nonce) ?? [];
    if (issuedAt === undefined || salt === undefined || sealed === undefined) return undefined;
    return constantTimeEquals(seal(issuedAt, salt), sealed) ? Number.parseInt(issuedAt, 16) : undefined;
  }

  function remember(nonce: string, first: Use, now: number): void {
    if (uses.size >= deps.limit) makeRoom(now);
    uses.set(nonce, first);
  }

  /** Rare, and then it frees a tenth at least, so that the cost per nonce stays constant. */
  function makeRoom(now: number): void {
    const times = [...uses.values()].map((entry) => entry.issuedAt).sort((a, b) => a - b);
    const tenth = times[Math.floor(times.length / 10)] ?? floor;
    floor = Math.max(floor, Math.min(tenth, now), now - deps.lifetimeMs - 1);
    for (const [nonce, entry] of uses) if (entry.issuedAt <= floor) uses.delete(nonce);
  }

  return { issue, use };
}
