import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Chance } from '@parley/core';

/** Chance as the operating system has it. */
export function createSystemChance(): Chance {
  return {
    id: () => randomUUID(),
    token: (bytes) => randomBytes(bytes).toString('hex'),
    fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  };
}

/** SHA-256 in lower-case hex: how access keys are kept. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
