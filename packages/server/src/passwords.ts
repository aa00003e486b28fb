import { type BinaryLike, scrypt, timingSafeEqual } from 'node:crypto';
import type { Chance } from '@parley/core';

/** Keeps passwords so that they cannot be read back. Both answer undefined when too many wait already. */
export interface Passwords {
  hash(password: string): Promise<string | undefined>;
  /** `hash` undefined: there is nobody to compare with. It takes just as long, so that nobody learns who there is. */
  verify(password: string, hash: string | undefined): Promise<boolean | undefined>;
}

/** Parameters of scrypt (RFC 7914): cost, block size, parallelization. */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** About a tenth of a second and 16 MiB, which is what OWASP asks for. */
const usualCost: ScryptCost = { N: 16_384, r: 8, p: 5 };

const saltBytes = 16;
const keyBytes = 32;

/** Some seconds of work. Whoever comes later than that has given up by then. */
const mostWaiting = 50;

/** One password at a time, in a thread of the pool: calls go on meanwhile. */
export function createPasswords(deps: {
  readonly chance: Pick<Chance, 'token'>;
  readonly cost?: ScryptCost;
}): Passwords {
  const { chance, cost = usualCost } = deps;
  const decoy: Kept = { cost, salt: Buffer.alloc(saltBytes), key: Buffer.alloc(keyBytes) };
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  const inTurn = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    if (waiting >= mostWaiting) return undefined;
    waiting += 1;
    const turn = last.then(work).finally(() => {
      waiting -= 1;
    });
    last = turn.catch(() => undefined);
    return await turn;
  };
  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = Buffer.from(chance.token(saltBytes), 'hex');
        return format({ cost, salt, key: await derive(password, salt, cost) });
      }),
    verify: (password, hash) =>
      inTurn(async () => {
        const known = hash === undefined ? undefined : parse(hash);
        const { salt, key, cost: then } = known ?? decoy;
        const found = await derive(password, salt, then);
        return known !== undefined && timingSafeEqual(found, key);
      }),
  };
}

interface Kept {
  readonly cost: ScryptCost;
  readonly salt: Buffer;
  readonly key: Buffer;
}

/** With its cost, so that another one can be chosen later. */
function format({ cost: { N, r, p }, salt, key }: Kept): string {
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Undefined for what was not made here, such as the empty text that is left of a deleted login. */
function parse(text: string): Kept | undefined {
  const [name, N, r, p, salt = '', key = ''] = text.split('$');
  if (name !== 'scrypt') return undefined;
  const kept = {
    cost: { N: Number(N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
  return kept.key.length === keyBytes ? kept : undefined;
}

function derive(password: BinaryLike, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  scrypt(password, salt, keyBytes, { ...cost, maxmem: 256 * cost.N * cost.r }, (error, key) =>
    error === null ? resolve(key) : reject(error),
  );
  return promise;
}
