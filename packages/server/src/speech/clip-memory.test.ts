import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clip } from './clip.ts';
import { createClip, sharedSamples } from './clip.ts';
import { createClipMemory } from './clip-memory.ts';

/** A clip that costs 1,024 bytes, overhead included. */
function clip(): Clip {
  return createClip(sharedSamples(256), []);
}

describe('Clips in memory', () => {
  it('are found again', () => {
    const memory = createClipMemory(4_096);
    const one = clip();
    memory.put('a', one);
    assert.equal(memory.get('a'), one);
    assert.equal(memory.get('b'), undefined);
  });

  it('leave in the order of their last use when there are too many bytes', () => {
    const memory = createClipMemory(3 * 1_024);
    for (const key of ['a', 'b', 'c']) memory.put(key, clip());
    memory.get('a');
    memory.put('d', clip());
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((key) => memory.get(key) !== undefined),
      [true, false, true, true],
    );
    assert.equal(memory.bytes, 3 * 1_024);
    assert.equal(memory.count, 3);
  });

  it('are not kept when one alone is over the bound', () => {
    const memory = createClipMemory(1_023);
    memory.put('a', clip());
    assert.equal(memory.get('a'), undefined);
    assert.equal(memory.bytes, 0);
  });

  it('are counted once when put twice', () => {
    const memory = createClipMemory(4_096);
    memory.put('a', clip());
    memory.put('a', clip());
    assert.equal(memory.bytes, 1_024);
  });
});
