import assert from 'node:assert/strict';
import { it } from 'node:test';
import { decodeG711, encodeG711 } from '@parley/media';
import { markLength, readMark, streamLimit, writeMark } from './sound-mark.ts';

const marks = [
  { stream: 0, number: 0 },
  { stream: 63, number: 64 },
  { stream: streamLimit - 1, number: 64 ** 4 - 1 },
];

it('a mark is read as it was written', () => {
  for (const mark of marks) {
    const sound = Buffer.alloc(172, 0xff);
    writeMark(sound, 12, mark);
    assert.deepEqual(readMark(sound, 12), mark);
  }
});

it('a mark survives being decoded and encoded again', () => {
  for (const mark of marks) {
    const sound = Buffer.alloc(160, 0xff);
    writeMark(sound, 0, mark);
    const again = Buffer.from(encodeG711('PCMU', decodeG711('PCMU', sound)));
    assert.deepEqual(readMark(again, 0), mark);
  }
});

it('what is no mark is not taken for one: silence, what is too short, and other sound behind the magic', () => {
  assert.equal(readMark(Buffer.alloc(160, 0xff), 0), undefined);
  const sound = Buffer.alloc(markLength, 0xff);
  writeMark(sound, 0, { stream: 1, number: 2 });
  assert.equal(readMark(sound.subarray(0, -1), 0), undefined);
  sound[markLength - 1] = 0xff;
  assert.equal(readMark(sound, 0), undefined);
});
