/**
 * Clips on disk, so that a restarted server speaks its prompts at once. One WAV file per clip, named by its key and put
 * in place by a rename, so that a file is there whole or not at all. Bounded by bytes; the one unused for longest goes
 * first. The disk is a convenience: whatever goes wrong with it is reported and costs a synthesis, never a prompt.
 */
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clip } from './clip.ts';
import { parseClipFile, printClipFile } from './clip-file.ts';

export interface ClipStore {
  /** Bytes on disk, once the folder has been read. */
  readonly bytes: number;
  get(key: string): Promise<Clip | undefined>;
  put(key: string, clip: Clip): Promise<void>;
  /** Resolves when all writing has ended. */
  close(): Promise<void>;
}

export interface ClipStoreDeps {
  readonly directory: string;
  readonly maxBytes: number;
  /** Wall-clock milliseconds, for the order in which clips were last used across restarts. */
  readonly wallTime: () => number;
  readonly onTrouble: (message: string, error: unknown) => void;
}

const suffix = '.wav';
const unfinished = '.part';
/** Prompts may hold what is nobody else's business. */
const ownerOnly = { directory: 0o700, file: 0o600 } as const;

export function createClipStore(deps: ClipStoreDeps): ClipStore {
  const { directory, maxBytes, wallTime, onTrouble } = deps;
  /** Sizes by key, least recently used first. */
  const sizes = new Map<string, number>();
  let bytes = 0;
  let part = 0;
  /** Writing and removing happen one after the other; reading does not wait for them. */
  let last = readFolder().catch((error: unknown) => onTrouble('the clip folder cannot be read', error));
  const opened = last;

  const pathOf = (key: string): string => join(directory, `${key}${suffix}`);

  function remember(key: string, size: number): void {
    forget(key);
    sizes.set(key, size);
    bytes += size;
  }

  function forget(key: string): void {
    bytes -= sizes.get(key) ?? 0;
    sizes.delete(key);
  }

  async function readFolder(): Promise<void> {
    await mkdir(directory, { recursive: true, mode: ownerOnly.directory });
    const found: { key: string; size: number; usedAt: number }[] = [];
    for (const name of await readdir(directory)) {
      if (name.endsWith(unfinished)) await rm(join(directory, name), { force: true });
      if (!name.endsWith(suffix)) continue;
      const { size, mtimeMs } = await stat(join(directory, name));
      found.push({ key: name.slice(0, -suffix.length), size, usedAt: mtimeMs });
    }
    found.sort((one, other) => one.usedAt - other.usedAt);
    for (const { key, size } of found) remember(key, size);
    await makeRoom();
  }

  async function makeRoom(): Promise<void> {
    for (const key of sizes.keys()) {
      if (bytes <= maxBytes) return;
      await remove(key);
    }
  }

  async function remove(key: string): Promise<void> {
    forget(key);
    await rm(pathOf(key), { force: true });
  }

  async function touch(key: string): Promise<void> {
    const seconds = wallTime() / 1_000;
    await utimes(pathOf(key), seconds, seconds);
  }

  async function write(key: string, file: Buffer): Promise<void> {
    part += 1;
    const partPath = join(directory, `${key}.${process.pid}.${part}${unfinished}`);
    try {
      await writeFile(partPath, file, { mode: ownerOnly.file });
      await rename(partPath, pathOf(key));
    } catch (error) {
      await rm(partPath, { force: true });
      throw error;
    }
    remember(key, file.length);
    await touch(key);
    await makeRoom();
  }

  function inTurn(what: string, work: () => Promise<void>): Promise<void> {
    last = last.then(work).catch((error: unknown) => onTrouble(what, error));
    return last;
  }

  return {
    get bytes() {
      return bytes;
    },
    async get(key) {
      await opened;
      const size = sizes.get(key);
      if (size === undefined) return undefined;
      const clip = await readClip(pathOf(key));
      if (clip === undefined) {
        await inTurn('a damaged clip cannot be removed', () => remove(key));
        return undefined;
      }
      if (sizes.has(key)) remember(key, size);
      void inTurn('the use of a clip cannot be noted', () => touch(key));
      return clip;
    },
    async put(key, clip) {
      const file = printClipFile(clip);
      if (file.length > maxBytes) return;
      await inTurn('a clip cannot be written', () => write(key, file));
    },
    async close() {
      await last;
    },
  };
}

async function readClip(path: string): Promise<Clip | undefined> {
  try {
    return parseClipFile(await readFile(path));
  } catch {
    return undefined;
  }
}
