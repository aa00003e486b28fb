import { close, open, write } from 'node:fs';
import type { RecordingFile, RecordingFiles } from './recording-file.ts';
import { fail, succeed } from './result.ts';

/** Only who runs the call centre may read what was said. */
const MODE = 0o600;

/** Recordings on disk. Nothing here waits: the system's thread pool writes. */
export function createRecordingFiles(): RecordingFiles {
  return {
    create: (path, done) => {
      open(path, 'wx', MODE, (error, descriptor) => {
        done(error === null ? succeed(asFile(descriptor)) : fail(error.message));
      });
    },
  };
}

function asFile(descriptor: number): RecordingFile {
  const put = (bytes: Uint8Array, at: number, done: (error: string | undefined) => void): void => {
    write(descriptor, bytes, 0, bytes.length, at, (error, written) => {
      if (error !== null) done(error.message);
      else if (written < bytes.length) put(bytes.subarray(written), at + written, done);
      else done(undefined);
    });
  };
  return {
    write: put,
    close: (done) => {
      close(descriptor, (error) => {
        done(error?.message);
      });
    },
  };
}
