import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { releaseStartMemory } from './start-memory.ts';

/** Answers each message with whether what it had at first is still there. */
const keeper = `
  const { parentPort } = require('node:worker_threads');
  const first = new WeakRef({ size: 'large' });
  parentPort.on('message', () => parentPort.postMessage(first.deref() !== undefined));
  parentPort.postMessage('ready');
`;

function forgotten(): WeakRef<object> {
  return new WeakRef({ size: 'large' });
}

describe('the memory of the start', () => {
  it('is given back by this thread', async () => {
    const first = forgotten();
    await releaseStartMemory();
    assert.equal(first.deref(), undefined);
  });

  it('is given back by each worker', async () => {
    const workers = [1, 2].map(() => new Worker(keeper, { eval: true }));
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    await releaseStartMemory();
    for (const worker of workers) {
      worker.postMessage('still there?');
      assert.deepEqual(await once(worker, 'message'), [false]);
      await worker.terminate();
    }
  });

  it('is no longer waited for from a worker that ends meanwhile', async () => {
    const worker = new Worker('while (true);', { eval: true });
    await once(worker, 'online');
    const released = releaseStartMemory();
    await worker.terminate();
    await released;
  });
});
