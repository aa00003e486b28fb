import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Clip } from './clip.ts';
import { createClip, sharedSamples } from './clip.ts';
import { printClipFile } from './clip-file.ts';
import type { ClipStore } from './clip-store.ts';
import { createClipStore } from './clip-store.ts';

function clip(length: number): Clip {
  const samples = sharedSamples(length);
  samples.fill(length);
  return createClip(samples, []);
}

const fileLength = printClipFile(clip(1_000)).length;

describe('Clips on disk', () => {
  let root: string;
  let directory: string;
  let troubles: string[];
  let folders = 0;
  let wallTime = 0;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'parley-clips-'));
  });

  after(async () => {
    await rm(root, { recursive: true });
  });

  beforeEach(() => {
    folders += 1;
    directory = join(root, `${folders}`);
    troubles = [];
  });

  function open(maxBytes = 1_000_000): ClipStore {
    const tick = (): number => (wallTime += 1_000);
    return createClipStore({
      directory,
      maxBytes,
      wallTime: tick,
      onTrouble: (message) => troubles.push(message),
    });
  }

  async function kept(store: ClipStore, keys: readonly string[]): Promise<string> {
    const found = await Promise.all(keys.map(async (key) => ((await store.get(key)) ? key : '-')));
    return found.join('');
  }

  it('are found again, also by the next process', async () => {
    const store = open();
    await store.put('a', clip(1_000));
    assert.equal((await store.get('a'))?.samples[999], 1_000);
    await store.close();
    const next = open();
    assert.equal((await next.get('a'))?.samples[999], 1_000);
    assert.equal(await next.get('b'), undefined);
    assert.equal(next.bytes, fileLength);
    await next.close();
    assert.deepEqual(troubles, []);
  });

  it('are one file each under their key, with nothing unfinished left', async () => {
    const store = open();
    await Promise.all([store.put('a', clip(10)), store.put('b', clip(10)), store.put('a', clip(10))]);
    await store.close();
    assert.deepEqual((await readdir(directory)).sort(), ['a.wav', 'b.wav']);
  });

  it('are readable by their owner only', async () => {
    const store = open();
    await store.put('a', clip(10));
    await store.close();
    const { stat } = await import('node:fs/promises');
    assert.equal((await stat(join(directory, 'a.wav'))).mode & 0o777, 0o600);
    assert.equal((await stat(directory)).mode & 0o777, 0o700);
  });

  it('leave in the order of their last use when there are too many bytes', async () => {
    const store = open(3 * fileLength);
    for (const key of ['a', 'b', 'c']) await store.put(key, clip(1_000));
    await store.get('a');
    await store.put('d', clip(1_000));
    assert.equal(await kept(store, ['a', 'b', 'c', 'd']), 'a-cd');
    assert.equal(store.bytes, 3 * fileLength);
    await store.close();
  });

  it('keep the order of their last use across a restart', async () => {
    const store = open();
    for (const key of ['a', 'b', 'c']) await store.put(key, clip(1_000));
    await store.get('a');
    await store.close();
    const next = open(2 * fileLength);
    assert.equal(await kept(next, ['a', 'b', 'c']), 'a-c');
    await next.close();
  });

  it('are not written when one alone is over the bound', async () => {
    const store = open(fileLength - 1);
    await store.put('a', clip(1_000));
    assert.equal(await store.get('a'), undefined);
    await store.close();
    assert.deepEqual(await readdir(directory), []);
  });

  it('count as missing when damaged, and are removed', async () => {
    const store = open();
    for (const key of ['a', 'b']) await store.put(key, clip(1_000));
    await store.close();
    const whole = await readFile(join(directory, 'a.wav'));
    await writeFile(join(directory, 'a.wav'), whole.subarray(0, 100));
    await writeFile(join(directory, 'b.wav'), whole.fill(0, whole.length - 200));
    const next = open();
    assert.equal(await kept(next, ['a', 'b']), '--');
    await next.close();
    assert.deepEqual(await readdir(directory), []);
    assert.equal(next.bytes, 0);
  });

  it('that a crash left unfinished are swept away, files of others are not touched', async () => {
    await open().close();
    await writeFile(join(directory, 'a.1.1.part'), 'half');
    await writeFile(join(directory, 'readme.txt'), 'mine');
    const store = open();
    assert.equal(await store.get('a'), undefined);
    await store.close();
    assert.deepEqual(await readdir(directory), ['readme.txt']);
  });

  it('cost a synthesis and a report, never a failure, when the folder cannot be used', async () => {
    await writeFile(directory, 'a file where the folder should be');
    const store = open();
    await store.put('a', clip(10));
    assert.equal(await store.get('a'), undefined);
    await store.close();
    assert.deepEqual(troubles, ['the clip folder cannot be read', 'a clip cannot be written']);
  });
});
