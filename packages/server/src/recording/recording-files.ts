import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** Where the sound of recordings is kept: a WAV file each, named after the recording. Ids are UUIDs, so names are safe. */
export interface RecordingFiles {
  /** The file of a recording, there or to be made. */
  pathOf(id: string): string;
  /** Makes the directory, for this user alone; before the first recording. */
  prepare(): Promise<void>;
  /** Bytes written so far; undefined when there is no file. */
  sizeOf(id: string): Promise<number | undefined>;
  /** From `first` to `last`, both included. */
  read(id: string, first: number, last: number): Readable;
  /** Changes nothing when there is no file. */
  remove(id: string): Promise<void>;
}

export function createRecordingFiles(directory: string): RecordingFiles {
  const pathOf = (id: string): string => join(directory, `${id}.wav`);
  return {
    pathOf,
    async prepare() {
      await mkdir(directory, { recursive: true, mode: 0o700 });
    },
    async sizeOf(id) {
      try {
        return (await stat(pathOf(id))).size;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    read: (id, first, last) => createReadStream(pathOf(id), { start: first, end: last }),
    remove: (id) => rm(pathOf(id), { force: true }),
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
