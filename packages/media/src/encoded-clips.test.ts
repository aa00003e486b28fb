import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EncodedClips } from './encoded-clips.ts';
import { encodeG711 } from './g711.ts';

const clip = (key: number | undefined, length = 100): { key: number | undefined; samples: Int16Array } => ({
  key,
  samples: new Int16Array(length).fill(key ?? 7),
});

describe('encoded clips', () => {
  it('are encoded once for each codec', () => {
    const clips = new EncodedClips();
    const first = clips.get(clip(1), 'PCMU');
    assert.equal(clips.get(clip(1), 'PCMU'), first);
    assert.notEqual(clips.get(clip(1), 'PCMA'), first);
    assert.deepEqual(clips.get(clip(1), 'PCMA'), encodeG711('PCMA', clip(1).samples));
    assert.equal(clips.bytes, 200);
  });

  it('give way by last use when there are too many', () => {
    const clips = new EncodedClips(250);
    const one = clips.get(clip(1), 'PCMU');
    const two = clips.get(clip(2), 'PCMU');
    clips.get(clip(1), 'PCMU');
    clips.get(clip(3), 'PCMU');
    assert.equal(clips.bytes, 200);
    assert.equal(clips.get(clip(1), 'PCMU'), one);
    assert.notEqual(clips.get(clip(2), 'PCMU'), two);
  });

  it('are not kept when they have no key or exceed the bound by themselves', () => {
    const clips = new EncodedClips(250);
    clips.get(clip(1), 'PCMU');
    assert.equal(clips.get(clip(undefined), 'PCMU').length, 100);
    assert.equal(clips.get(clip(2, 300), 'PCMU').length, 300);
    assert.equal(clips.bytes, 100);
  });
});
