import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { Programs } from './program.ts';
import { ServerUnderTest } from './server.ts';

const programs = new Programs();

it('a server that cannot start is named with its exit code and what it said, and nothing of it is left', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  t.after(() => rmSync(dataDir, { recursive: true }));
  await assert.rejects(
    ServerUnderTest.start(programs, { dataDir, settings: { PARLEY_SIP_PORT: 'none' } }),
    /^Error: server has ended and did not become ready \(exit code 2\)\.\n +\| parley: PARLEY_SIP_PORT/,
  );
  const [failed, ...others] = programs.casualties();
  assert.equal(failed?.over, true);
  assert.deepEqual(others, []);
  await programs.endAll();
});
