import { createReadStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { repairWav } from '@parley/media';

/** Of a WAV file: the RIFF, format and data chunk headers. */
const wavHeaderBytes = 44;

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
  /** Makes a file whole that a process left behind when it died; answers its milliseconds of sound, 0 when there is none. */
  mend(id: string): Promise<number>;
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
    mend: (id) => mend(pathOf(id)),
  };
}

async function mend(path: string): Promise<number> {
  try {
    const file = await open(path, 'r+');
    try {
      const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(wavHeaderBytes) });
      const repair = repairWav(buffer.subarray(0, bytesRead), (await file.stat()).size);
      if (!repair.ok) return 0;
      const { needed, header, bytes, durationMs } = repair.value;
      if (needed) await file.write(header, 0, header.length, 0);
      await file.truncate(bytes);
      return Math.round(durationMs);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
