import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { parseWav } from '@parley/media';
import { WavRecording } from './wav-recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-wav-'));
after(() => rmSync(folder, { recursive: true }));

function read(file: string) {
  const parsed = parseWav(readFileSync(file));
  assert.ok(parsed.ok);
  return parsed.value;
}

describe('a recording', () => {
  it('is a whole WAV file after each piece, without being closed', () => {
    const file = join(folder, 'pieces.wav');
    const recording = new WavRecording(file);
    assert.equal(read(file).samples.length, 0);
    recording.append(Int16Array.of(1, -2, 32767));
    assert.deepEqual([...read(file).samples], [1, -2, 32767]);
    recording.append(Int16Array.of(-32768));
    const { sampleRate, samples } = read(file);
    assert.deepEqual([sampleRate, ...samples], [8000, 1, -2, 32767, -32768]);
    assert.equal(recording.seconds, 4 / 8000);
    recording.close();
    assert.equal(read(file).samples.length, 4);
  });

  it('replaces what was there', () => {
    const file = join(folder, 'again.wav');
    const first = new WavRecording(file);
    first.append(new Int16Array(8000));
    first.close();
    const second = new WavRecording(file);
    second.append(Int16Array.of(5));
    second.close();
    assert.deepEqual([...read(file).samples], [5]);
  });

  it('says which file cannot be written', () => {
    assert.throws(() => new WavRecording(join(folder, 'no', 'x.wav')), /Failure: .*x\.wav cannot be written/);
  });
});
