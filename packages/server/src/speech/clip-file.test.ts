import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { Clip } from './clip.ts';
import { createClip, sharedSamples } from './clip.ts';
import { parseClipFile, printClipFile } from './clip-file.ts';
import type { SpeechNote } from './provider.ts';

function clipOf(values: readonly number[], notes: readonly SpeechNote[] = []): Clip {
  const samples = sharedSamples(values.length);
  samples.set(values);
  return createClip(samples, notes);
}

const note: SpeechNote = {
  kind: 'languageFallback',
  message: 'there is no voice for xx; en-us was spoken — ü',
};

describe('A clip file', () => {
  it('reads back as the clip that was written, notes included', () => {
    const sample = fc.integer({ min: -32_768, max: 32_767 });
    fc.assert(
      fc.property(fc.array(sample), fc.boolean(), (values, noted) => {
        const clip = parseClipFile(printClipFile(clipOf(values, noted ? [note] : [])));
        assert.deepEqual([...(clip?.samples ?? [])], values);
        assert.ok(clip?.samples.buffer instanceof SharedArrayBuffer);
        assert.deepEqual(clip.notes, noted ? [note] : []);
        assert.equal(clip.durationMs, values.length / 8);
      }),
    );
  });

  it('is a WAV file: RIFF, PCM, mono, 8,000 Hz, 16 bit', () => {
    const file = printClipFile(clipOf([1, -2, 3]));
    assert.equal(file.toString('latin1', 0, 4), 'RIFF');
    assert.equal(file.readUInt32LE(4), file.length - 8);
    assert.equal(file.toString('latin1', 8, 16), 'WAVEfmt ');
    assert.deepEqual(
      [...file.subarray(20, 36)],
      [1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0],
    );
    const data = file.indexOf('data');
    assert.equal(file.readUInt32LE(data + 4), 6);
    assert.deepEqual([...file.subarray(data + 8)], [1, 0, 0xfe, 0xff, 3, 0]);
  });

  it('is refused when any one byte of it has changed, and when it is cut off or has more', () => {
    const file = printClipFile(clipOf([1, -2, 3, 30_000], [note]));
    for (let index = 0; index < file.length; index += 1) {
      const damaged = Buffer.from(file);
      damaged[index] = (damaged[index] ?? 0) ^ 0x01;
      const clip = parseClipFile(damaged);
      if (clip) assert.deepEqual([...clip.samples], [1, -2, 3, 30_000], `byte ${index}`);
      assert.equal(parseClipFile(file.subarray(0, index)), undefined, `first ${index} bytes`);
    }
    assert.equal(parseClipFile(Buffer.concat([file, Buffer.alloc(2)])), undefined);
  });

  it('never throws on foreign bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => assert.equal(parseClipFile(Buffer.from(bytes)), undefined)),
    );
  });
});
