import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Stage } from './harness/stage.ts';

it('a program that could not be started is a failure at the end of a test that passed', async () => {
  const stage = new Stage();
  stage.program({ command: '/nowhere/at/all', args: [], folder: await stage.folder() });
  await assert.rejects(stage.close(true), /ENOENT/);
});

it('a program that runs is ended with its test', async () => {
  const stage = new Stage();
  const folder = await stage.folder();
  const program = stage.program({
    command: process.execPath,
    args: ['-e', 'setInterval(() => {}, 1e6)'],
    folder,
  });
  await stage.close(true);
  assert.equal(program.running, false);
});
