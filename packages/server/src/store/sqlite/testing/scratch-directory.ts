import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a check in a directory of its own, which is gone afterwards. */
export async function inScratchDirectory<T>(check: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-store-'));
  try {
    return await check(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
