import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { createRecordingFiles, type RecordingFiles } from './recording-files.ts';

const id = 'be8f7a60-5142-4334-a516-0718293a4b28';

async function inDirectory(use: (files: RecordingFiles, directory: string) => Promise<void>): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), 'parley-recordings-'));
  try {
    const directory = join(parent, 'recordings');
    await use(createRecordingFiles(directory), directory);
  } finally {
    await rm(parent, { recursive: true });
  }
}

describe('the files of recordings', () => {
  it('are named after them, in a directory for this user alone', () =>
    inDirectory(async (files, directory) => {
      await files.prepare();
      await files.prepare();
      assert.equal((await stat(directory)).mode & 0o777, 0o700);
      assert.equal(files.pathOf(id), join(directory, `${id}.wav`));
    }));

  it('are read in part or whole', () =>
    inDirectory(async (files) => {
      await files.prepare();
      await writeFile(files.pathOf(id), 'RIFF and so on');
      assert.equal(await files.sizeOf(id), 14);
      assert.equal(await text(files.read(id, 0, 13)), 'RIFF and so on');
      assert.equal(await text(files.read(id, 5, 7)), 'and');
    }));

  it('that are not there have no size, and nothing to remove', () =>
    inDirectory(async (files) => {
      assert.equal(await files.sizeOf(id), undefined);
      await files.remove(id);
      await files.prepare();
      await writeFile(files.pathOf(id), 'x');
      await files.remove(id);
      assert.equal(await files.sizeOf(id), undefined);
    }));
});
