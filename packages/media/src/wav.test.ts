import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { decodeG711 } from './g711.ts';
import { parseWav } from './wav.ts';
import { printWav, wavHeader } from './wav-writer.ts';

interface FileOptions {
  format?: number;
  channels?: number;
  rate?: number;
  bits?: number;
  data?: readonly number[];
  /** Chunks between fmt and data, each with its tag. */
  between?: ReadonlyArray<readonly [string, readonly number[]]>;
  statedSize?: number;
  guid?: string;
}

function u16(value: number): number[] {
  return [value & 0xff, value >> 8];
}

function u32(value: number): number[] {
  return [...u16(value & 0xffff), ...u16(value >>> 16)];
}

function text(value: string): number[] {
  return Array.from(value, (letter) => letter.charCodeAt(0));
}

function chunk(tag: string, content: readonly number[], statedSize = content.length): number[] {
  return [...text(tag), ...u32(statedSize), ...content, ...(content.length % 2 === 1 ? [0] : [])];
}

/** Builds files as other programs write them. */
function file(options: FileOptions = {}): Uint8Array {
  const { format = 1, channels = 1, rate = 8000, bits = 16, data = [], between = [], guid } = options;
  const frame = (channels * bits) / 8;
  const plain = [
    ...u16(guid === undefined ? format : 0xfffe),
    ...u16(channels),
    ...u32(rate),
    ...u32(rate * frame),
    ...u16(frame),
    ...u16(bits),
  ];
  const extension =
    guid === undefined ? [] : [...u16(22), ...u16(bits), ...u32(4), ...Buffer.from(guid, 'hex')];
  const body = [
    ...text('WAVE'),
    ...chunk('fmt ', [...plain, ...extension]),
    ...between.flatMap(([tag, content]) => chunk(tag, content)),
    ...chunk('data', data, options.statedSize),
  ];
  return Uint8Array.from([...text('RIFF'), ...u32(body.length), ...body]);
}

const PCM_GUID = '0100000000001000800000aa00389b71';
const MULAW_GUID = '0700000000001000800000aa00389b71';

function samplesOf(bytes: Uint8Array): number[] {
  const parsed = parseWav(bytes);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error);
  return [...parsed.value.samples];
}

function errorOf(bytes: Uint8Array): string {
  const parsed = parseWav(bytes);
  return parsed.ok ? 'it is audio' : parsed.error;
}

describe('WAV files', () => {
  it('hold 16 bit PCM, low byte first', () => {
    assert.deepEqual(samplesOf(file({ data: [0x34, 0x12, 0xff, 0xff, 0x00, 0x80] })), [0x1234, -1, -32768]);
  });

  it('hold 8 bit PCM without a sign', () => {
    assert.deepEqual(samplesOf(file({ bits: 8, data: [0, 127, 128, 255] })), [-32768, -256, 0, 32512]);
  });

  it('hold both laws of G.711', () => {
    const data = [0, 0x55, 0x7f, 0x80, 0xd5, 0xff];
    const characters = Uint8Array.from(data);
    assert.deepEqual(samplesOf(file({ format: 7, bits: 8, data })), [...decodeG711('PCMU', characters)]);
    assert.deepEqual(samplesOf(file({ format: 6, bits: 8, data })), [...decodeG711('PCMA', characters)]);
  });

  it('are read in the extensible form', () => {
    assert.deepEqual(samplesOf(file({ guid: PCM_GUID, data: [1, 0, 2, 0] })), [1, 2]);
    assert.deepEqual(samplesOf(file({ guid: MULAW_GUID, bits: 8, data: [0xff] })), [0]);
  });

  it('are mixed to mono when they are stereo', () => {
    const stereo = file({
      channels: 2,
      rate: 44_100,
      data: [...u16(100), ...u16(300), ...u16(7), ...u16(8)],
    });
    assert.deepEqual(parseWav(stereo), {
      ok: true,
      value: { sampleRate: 44_100, channels: 2, samples: Int16Array.of(200, 7) },
    });
    const loud = file({ channels: 2, data: [0xff, 0x7f, 0xff, 0x7f, 0x00, 0x80, 0x00, 0x80] });
    assert.deepEqual(samplesOf(loud), [32767, -32768]);
  });

  it('may have other chunks in between, of odd length too', () => {
    const between = [
      ['LIST', [1, 2, 3]],
      ['fact', [0, 0, 0, 0]],
    ] as const;
    assert.deepEqual(samplesOf(file({ between, data: [5, 0] })), [5]);
  });

  it('go on to the end when a streaming recorder left the size open', () => {
    assert.deepEqual(samplesOf(file({ data: [5, 0, 6, 0], statedSize: 0xffff_ffff })), [5, 6]);
    assert.deepEqual(samplesOf(file({ data: [5, 0, 6, 0], statedSize: 0 })), [5, 6]);
  });

  it('lose half a sample at the end', () => {
    assert.deepEqual(samplesOf(file({ data: [5, 0, 6] })), [5]);
  });

  it('are refused with a sentence that names the problem', () => {
    const supported = 'supported are PCM with 8 or 16 bits, mu-law and A-law';
    assert.equal(errorOf(new Uint8Array(0)), 'not a WAV file: it does not begin with RIFF');
    assert.equal(
      errorOf(Uint8Array.from(text('ID3 this is an mp3'))),
      'not a WAV file: it does not begin with RIFF',
    );
    assert.equal(errorOf(Uint8Array.from(text('RIFF....AVI LIST'))), 'a RIFF file, but not a WAV file');
    assert.equal(errorOf(Uint8Array.from(text('RF64....WAVE'))), 'RF64 files (over 4 GB) are not supported');
    assert.equal(errorOf(file().subarray(0, 12)), 'the WAV file has no fmt chunk');
    assert.equal(errorOf(file().subarray(0, 36)), 'the WAV file has no data chunk');
    assert.equal(errorOf(file().subarray(0, 30)), 'the WAV file is cut off in its "fmt " chunk');
    for (const streamed of [0xffff_ffff, 0x7fff_f000, 0x7fff_ffff])
      assert.ok(parseWav(file({ data: [1, 0], statedSize: streamed })).ok, 'written to a pipe');
    const cut = file({ data: [1, 0], statedSize: 10 });
    assert.equal(errorOf(cut), 'the WAV file is cut off: 2 of 10 bytes of audio are there');
    assert.equal(errorOf(file({ bits: 24 })), `24 bit PCM: ${supported}`);
    assert.equal(errorOf(file({ format: 3, bits: 32 })), `floating point: ${supported}`);
    assert.equal(errorOf(file({ format: 0x55 })), `MP3: ${supported}`);
    assert.equal(errorOf(file({ format: 99 })), `WAV format 99: ${supported}`);
    assert.equal(errorOf(file({ guid: '00'.repeat(16) })), `WAV format 65534: ${supported}`);
    assert.equal(errorOf(file({ format: 7, bits: 16 })), 'G.711 with 16 bits: it has 8');
    assert.equal(errorOf(file({ channels: 6 })), '6 channels: only mono and stereo are supported');
    assert.equal(errorOf(file({ channels: 0 })), '0 channels: only mono and stereo are supported');
    assert.equal(errorOf(file({ rate: 0 })), '0 samples per second: supported are 4000 to 192000');
    const dataFirst = Uint8Array.from([
      ...text('RIFF'),
      ...u32(14),
      ...text('WAVE'),
      ...chunk('data', [1, 0]),
    ]);
    assert.equal(errorOf(dataFirst), 'the WAV file has no fmt chunk before its data');
    const shortFormat = Uint8Array.from([
      ...text('RIFF....WAVE'),
      ...chunk('fmt ', u16(1)),
      ...chunk('data', [1, 0]),
    ]);
    assert.equal(errorOf(shortFormat), 'the fmt chunk has 2 bytes, it needs 16');
  });

  it('are refused when they are longer than half an hour', () => {
    const header = file({ rate: 8000, bits: 8, data: [] });
    const seconds = 1801;
    const long = new Uint8Array(header.length + seconds * 8000);
    long.set(header);
    new DataView(long.buffer).setUint32(header.length - 4, seconds * 8000, true);
    assert.equal(errorOf(long), '1801 seconds of audio: at most 1800 are supported');
  });

  it('never make the reader throw', () => {
    const whole = file({ channels: 2, data: [1, 2, 3, 4, 5, 6, 7, 8], between: [['LIST', [1, 2, 3]]] });
    const damage = fc.record({
      at: fc.nat({ max: whole.length - 1 }),
      byte: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 4 }), fc.nat({ max: whole.length }), (damages, length) => {
        const bytes = whole.slice(0, length);
        for (const { at, byte } of damages) if (at < length) bytes[at] = byte;
        assert.equal(typeof parseWav(bytes).ok, 'boolean');
      }),
      { numRuns: 1000 },
    );
  });

  it('read back as they were written, at any offset in memory', () => {
    const samples = fc.int16Array({ maxLength: 200 });
    fc.assert(
      fc.property(samples, fc.integer({ min: 4000, max: 192_000 }), (written, sampleRate) => {
        const bytes = printWav({ sampleRate, channels: 1 }, written);
        const shifted = new Uint8Array(bytes.length + 1);
        shifted.set(bytes, 1);
        assert.deepEqual(parseWav(shifted.subarray(1)), {
          ok: true,
          value: { sampleRate, channels: 1, samples: written },
        });
      }),
    );
  });

  it('have the header that every player knows', () => {
    const header = Buffer.from(wavHeader({ sampleRate: 8000, channels: 2 }, 0x1000)).toString('hex');
    assert.equal(
      header,
      [
        '52494646',
        '24100000',
        '57415645666d7420',
        '10000000',
        '01000200',
        '401f0000',
        '007d0000',
        '04001000',
        '64617461',
        '00100000',
      ].join(''),
    );
    assert.throws(() => wavHeader({ sampleRate: 8000, channels: 1 }, 2 ** 32), RangeError);
    const stereo = printWav({ sampleRate: 8000, channels: 2 }, Int16Array.of(10, 20, -5, -7));
    assert.deepEqual(samplesOf(stereo), [15, -6]);
  });
});
