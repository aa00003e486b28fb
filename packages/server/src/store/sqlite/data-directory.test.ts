import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Store } from '@parley/core';
import { put, sample, succeed } from '../conformance/samples.ts';
import { StoreError } from '../store-error.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { inScratchDirectory } from './testing/scratch-directory.ts';
import { WritingProcess } from './testing/writing-process.ts';

/** Opens a store that is not to open. */
async function refusal(directory: string): Promise<StoreError> {
  const onFatal = (): void => assert.fail('whoever opens it is told by the rejection');
  const opened: Store | StoreError = await openSqliteStore({ directory, onFatal }).catch((error: unknown) => {
    assert.ok(error instanceof StoreError, String(error));
    return error;
  });
  if (opened instanceof StoreError) return opened;
  await opened.close();
  return assert.fail('it opened');
}

describe('A data directory', () => {
  it('is made for its user alone, and all that is in it', async () => {
    await inScratchDirectory(async (scratch) => {
      const directory = join(scratch, 'deep', 'down');
      const store = await openSqliteStore({ directory });
      await succeed(store, { puts: [put('tag', sample.tag())] });
      const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
      assert.equal(await modeOf(directory), 0o700);
      const files = await readdir(directory);
      assert.deepEqual(files.toSorted(), ['parley.db', 'parley.db-wal', 'parley.pid']);
      for (const file of files) assert.equal(await modeOf(join(directory, file)), 0o600, file);
      await store.close();
      assert.deepEqual(await readdir(directory), ['parley.db']);
    });
  });

  it('is refused to a second store of the same process, and free again after the first is closed', async () => {
    await inScratchDirectory(async (directory) => {
      const first = await openSqliteStore({ directory });
      const error = await refusal(directory);
      assert.equal(error.code, 'inUse');
      assert.ok(error.message.includes(directory) && error.message.includes(`process ${process.pid}`));
      await succeed(first, { puts: [put('tag', sample.tag())] });
      await first.close();
      await (await openSqliteStore({ directory })).close();
    });
  });

  it('is refused while another process has it, and free at once when that one is killed', async () => {
    await inScratchDirectory(async (directory) => {
      const other = new WritingProcess(directory);
      try {
        assert.equal(await other.line(), 'open');
        const error = await refusal(directory);
        assert.equal(error.code, 'inUse');
        assert.ok(error.message.includes(directory) && error.message.includes(`process ${other.pid}`));
      } finally {
        await other.kill();
      }
      assert.equal(await readFile(join(directory, 'parley.pid'), 'utf8'), `${other.pid}\n`);
      await (await openSqliteStore({ directory })).close();
    });
  });

  it('may be one that is there already, whatever else is in it', async () => {
    await inScratchDirectory(async (directory) => {
      await writeFile(join(directory, 'notes.txt'), 'mine');
      await (await openSqliteStore({ directory })).close();
      assert.equal(await readFile(join(directory, 'notes.txt'), 'utf8'), 'mine');
    });
  });

  it('is refused when its path is that of a file', async () => {
    await inScratchDirectory(async (scratch) => {
      const path = join(scratch, 'file');
      await writeFile(path, '');
      const error = await refusal(path);
      assert.equal(error.code, 'notWritable');
      assert.ok(error.message.includes(path));
    });
  });

  it('is refused where nothing can be made', async () => {
    const error = await refusal('/proc/parley');
    assert.equal(error.code, 'notWritable');
    assert.ok(error.message.includes('/proc/parley'));
  });

  it('is refused when its database is none', async () => {
    await inScratchDirectory(async (directory) => {
      await writeFile(join(directory, 'parley.db'), 'My shopping list.\n'.repeat(100));
      const error = await refusal(directory);
      assert.equal(error.code, 'damaged');
      assert.match(error.message, /parley\.db is not a database/);
    });
  });
});
