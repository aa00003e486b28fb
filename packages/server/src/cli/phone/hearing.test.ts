import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beep } from '@parley/media';
import { Hearing } from './hearing.ts';

const silence = new Int16Array(1600);

describe('hearing', () => {
  it('tells a tone from silence, and adds both up', () => {
    const hearing = new Hearing();
    assert.equal(hearing.hear(silence), undefined);
    assert.equal(hearing.hear(beep().subarray(0, 1600)), 0);
    assert.deepEqual(hearing.heard, { totalMs: 400, soundMs: 200 });
  });

  it('takes the noise of a quiet line for silence', () => {
    const hearing = new Hearing();
    const noise = silence.map((_, at) => (at % 3) * 60 - 60);
    assert.equal(hearing.hear(noise), undefined);
  });

  it('says how long before the end of a piece the last sound was', () => {
    const hearing = new Hearing();
    const piece = Int16Array.from(silence);
    piece.fill(5000, 320, 480);
    assert.equal(hearing.hear(piece), 140);
    assert.equal(hearing.heard.soundMs, 20);
  });

  it('counts a last piece that is shorter than a frame', () => {
    const hearing = new Hearing();
    assert.equal(hearing.hear(new Int16Array(40).fill(9000)), 0);
    assert.equal(hearing.heard.totalMs, 5);
  });
});
