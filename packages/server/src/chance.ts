import { createHash, randomFillSync, randomUUID } from 'node:crypto';
import type { Chance } from '@parley/core';

/** Randomness is fetched from the system in pieces of this size: one by one it costs a call more than all its SIP. */
const poolBytes = 4096;

/** Chance as the operating system has it. */
export function createSystemChance(): Chance {
  const pool = Buffer.alloc(poolBytes);
  let used = poolBytes;
  const take = <T>(bytes: number, read: (at: number) => T): T => {
    if (used + bytes > poolBytes) {
      randomFillSync(pool);
      used = 0;
    }
    const value = read(used);
    // What was given out must not be found here later.
    pool.fill(0, used, used + bytes);
    used += bytes;
    return value;
  };
  return {
    id: () => randomUUID(),
    token: (bytes) => take(bytes, (at) => pool.toString('hex', at, at + bytes)),
    fraction: () => take(6, (at) => pool.readUIntBE(at, 6)) / 2 ** 48,
  };
}

/** SHA-256 in lower-case hex: how access keys are kept. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
