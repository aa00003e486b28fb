import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { MAX_UNWRITTEN_BYTES } from './limits.ts';
import type { RecordingFile } from './recording-file.ts';
import { parseWav } from './wav.ts';
import { WavFile } from './wav-file.ts';
import { repairWav } from './wav-repair.ts';
import { printWav, WAV_HEADER_BYTES } from './wav-writer.ts';

interface Write {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** A disk that remembers each write, and answers when the test says so (or at once). */
class Disk implements RecordingFile {
  readonly writes: Write[] = [];
  closed = false;
  failing: string | undefined;
  readonly #patient: boolean;
  #answers: Array<() => void> = [];

  constructor(patient = false) {
    this.#patient = patient;
  }

  write(bytes: Uint8Array, at: number, done: (error: string | undefined) => void): void {
    this.writes.push({ bytes: bytes.slice(), at });
    if (this.#patient) this.#answers.push(() => done(this.failing));
    else done(this.failing);
  }

  close(done: (error: string | undefined) => void): void {
    this.closed = true;
    done(undefined);
  }

  answer(): void {
    const answers = this.#answers;
    this.#answers = [];
    for (const answer of answers) answer();
  }
}

interface Fixture {
  readonly disk: Disk;
  readonly file: WavFile;
  readonly told: string[];
}

function createFixture(patient = false, channels: 1 | 2 = 2): Fixture {
  const told: string[] = [];
  const disk = new Disk(patient);
  const file = new WavFile(disk, channels, {
    failed: (error) => told.push(`failed: ${error}`),
    closed: () => told.push('closed'),
  });
  file.begin(() => told.push('begun'));
  return { disk, file, told };
}

/** The file as it is when the machine dies after so many bytes of all the writes got to it. */
function fileAfter(writes: readonly Write[], bytes: number): Uint8Array {
  let left = bytes;
  let length = 0;
  const content = new Uint8Array(
    writes.reduce((end, write) => Math.max(end, write.at + write.bytes.length), 0),
  );
  for (const write of writes) {
    const written = write.bytes.subarray(0, left);
    if (written.length === 0) break;
    content.set(written, write.at);
    length = Math.max(length, write.at + written.length);
    left -= written.length;
  }
  return content.subarray(0, length);
}

function bytesOf(samples: readonly number[]): Uint8Array {
  return new Uint8Array(Int16Array.from(samples).buffer);
}

const piece = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1, maxLength: 400 });

describe('a WAV file written piece by piece', () => {
  it('is playable whenever the machine dies, torn writes included, but for the first header', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (pieces, part) => {
          const { disk, file } = createFixture(false, 1);
          for (const samples of pieces) file.append(bytesOf(samples));
          const total = disk.writes.reduce((sum, { bytes }) => sum + bytes.length, 0);
          const cut = WAV_HEADER_BYTES + Math.floor(part * (total - WAV_HEADER_BYTES));
          const parsed = parseWav(fileAfter(disk.writes, cut));
          assert.ok(parsed.ok, parsed.ok ? '' : parsed.error);
          const all = pieces.flat();
          assert.deepEqual([...parsed.value.samples], all.slice(0, parsed.value.samples.length));
        },
      ),
    );
  });

  it('holds all up to the last flush when it is cut between writes', () => {
    const { disk, file } = createFixture(false, 1);
    for (const first of [1, 1001, 2001])
      file.append(bytesOf(Array.from({ length: 1000 }, (_, n) => first + n)));
    let written = 0;
    const lengths = disk.writes.map(({ bytes }) => {
      written += bytes.length;
      const parsed = parseWav(fileAfter(disk.writes, written));
      return parsed.ok ? parsed.value.samples.length : parsed.error;
    });
    // The first data is played to its end already, since a length of zero says "not known yet".
    assert.deepEqual(lengths, [0, 1000, 1000, 1000, 2000, 2000, 3000]);
  });

  it('keeps the order of pieces on a slow disk, and closes when all is written', () => {
    const { disk, file, told } = createFixture(true);
    file.append(bytesOf([1, 2]));
    file.append(bytesOf([3, 4]));
    file.end();
    file.append(bytesOf([5, 6]));
    for (let n = 0; n < 5; n += 1) {
      assert.equal(disk.closed, false);
      disk.answer();
    }
    assert.deepEqual(told, ['begun', 'closed']);
    const content = fileAfter(disk.writes, Infinity);
    assert.deepEqual(content, printWav({ sampleRate: 8000, channels: 2 }, Int16Array.of(1, 2, 3, 4)));
    assert.equal(file.bytes, content.length);
  });

  it('fails when the disk does not keep up, or says no', () => {
    const slow = createFixture(true);
    for (let n = 0; n < 11; n += 1) slow.file.append(new Uint8Array(MAX_UNWRITTEN_BYTES / 10));
    assert.deepEqual(slow.told, ['failed: the disk is too slow for a recording']);
    assert.equal(slow.disk.closed, true);
    slow.disk.answer();
    assert.equal(slow.disk.writes.length, 1);
    const full = createFixture();
    full.disk.failing = 'ENOSPC';
    full.file.append(bytesOf([1, 2]));
    full.file.append(bytesOf([1, 2]));
    full.file.end();
    assert.deepEqual(full.told, ['begun', 'failed: ENOSPC']);
    assert.equal(full.file.bytes, WAV_HEADER_BYTES);
  });
});

describe('the repair of a recording', () => {
  it('gives it all the audio that is there, cut at any byte behind the header', () => {
    fc.assert(
      fc.property(
        piece,
        fc.constantFrom(1 as const, 2 as const),
        fc.nat(),
        fc.nat(),
        (samples, channels, stated, cut) => {
          const even = samples.length % channels === 0 ? samples : samples.slice(1);
          const whole = printWav({ sampleRate: 8000, channels }, Int16Array.from(even));
          new DataView(whole.buffer).setUint32(40, stated % 5000, true);
          const length = WAV_HEADER_BYTES + (cut % (whole.length - WAV_HEADER_BYTES + 1));
          const file = whole.slice(0, length);
          const repaired = repairWav(file.subarray(0, WAV_HEADER_BYTES), length);
          assert.ok(repaired.ok);
          file.set(repaired.value.header);
          const kept = file.subarray(0, repaired.value.bytes);
          assert.ok(length - kept.length < 2 * channels);
          const again = repairWav(kept.subarray(0, WAV_HEADER_BYTES), kept.length);
          assert.ok(again.ok && !again.value.needed);
          const parsed = parseWav(file);
          assert.ok(parsed.ok);
          assert.equal(parsed.value.samples.length * 2 * channels, kept.length - WAV_HEADER_BYTES);
          assert.equal(repaired.value.durationMs, parsed.value.samples.length / 8);
        },
      ),
    );
  });

  it('refuses what is no recording', () => {
    assert.deepEqual(repairWav(new Uint8Array(10), 10), { ok: false, error: 'the file ends in its header' });
    const other = printWav({ sampleRate: 8000, channels: 1 }, new Int16Array(4));
    other[20] = 7;
    assert.deepEqual(repairWav(other.subarray(0, 44), other.length), {
      ok: false,
      error: 'not a recording: its header is another',
    });
    assert.equal(repairWav(new Uint8Array(44), 44).ok, false);
  });
});
