import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as nodeTest from 'node:test';
import { storeConformance } from '../conformance.ts';
import { openSqliteStore } from './sqlite-store.ts';

storeConformance(nodeTest, 'SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-store-'));
  const open = () => openSqliteStore({ directory });
  return {
    store: await open(),
    reopen: open,
    dispose: () => rm(directory, { recursive: true }),
  };
});
