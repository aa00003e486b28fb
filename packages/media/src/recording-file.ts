import type { Result } from './result.ts';
import { succeed, fail } from './result.ts';

/** A file being written; one call at a time. */
export interface RecordingFile {
  /** Writes all of the bytes at a position. They must stay as they are until `done` is called: once, at once or later. */
  write(bytes: Uint8Array, at: number, done: (error: string | undefined) => void): void;
  close(done: (error: string | undefined) => void): void;
}

/** Where recordings are kept: real files in the worker, memory in simulations. */
export interface RecordingFiles {
  /** Makes a file that was not there. */
  create(path: string, done: (created: Result<RecordingFile>) => void): void;
}

/** Recordings in memory, by path. */
export interface MemoryRecordings extends RecordingFiles {
  /** What the file holds so far; undefined when there is none. */
  read(path: string): Uint8Array | undefined;
}

export function createMemoryRecordings(): MemoryRecordings {
  const files = new Map<string, MemoryFile>();
  return {
    read: (path) => files.get(path)?.content(),
    create: (path, done) => {
      if (files.has(path)) {
        done(fail(`EEXIST: file already exists, open '${path}'`));
        return;
      }
      const file = new MemoryFile();
      files.set(path, file);
      done(succeed(file));
    },
  };
}

class MemoryFile implements RecordingFile {
  #bytes = new Uint8Array(0);
  #length = 0;

  content(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  write(bytes: Uint8Array, at: number, done: (error: string | undefined) => void): void {
    const end = at + bytes.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, at);
    this.#length = Math.max(this.#length, end);
    done(undefined);
  }

  close(done: (error: string | undefined) => void): void {
    done(undefined);
  }
}
