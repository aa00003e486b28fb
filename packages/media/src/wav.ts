import { decodeG711, type G711Codec } from './g711.ts';
import { MAX_CLIP_SAMPLES, SAMPLE_RATE } from './limits.ts';
import { fail, succeed, type Result } from './result.ts';

/** Audio as a WAV file holds it, mixed down to one channel. */
export interface WavAudio {
  /** Samples per second, 4,000 to 192,000. */
  readonly sampleRate: number;
  /** Channels the file had: 1 or 2. */
  readonly channels: number;
  readonly samples: Int16Array;
}

const FORMAT_PCM = 1;
const FORMAT_ALAW = 6;
const FORMAT_MULAW = 7;
const FORMAT_EXTENSIBLE = 0xfffe;

/** The part of an extensible format's GUID behind its first two bytes, which are the plain format number. */
const WAVE_GUID_TAIL = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];

const MIN_RATE = 4000;
const MAX_RATE = 192_000;
const MAX_SECONDS = MAX_CLIP_SAMPLES / SAMPLE_RATE;

/** Recorders that stream leave the data size at one of these; the data then goes on to the end of the file. */
const UNKNOWN_SIZES: readonly number[] = [0, 0xffff_ffff];
/** From here up a size is a stand-in too: programs that write to a pipe state about 2 GB. */
const STREAMED_SIZE = 0x7fff_0000;

interface WavFormat {
  readonly format: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bitsPerSample: number;
}

interface WavChunk {
  readonly at: number;
  readonly size: number;
}

/**
 * Reads a RIFF WAV file: PCM of 8 or 16 bits, G.711 mu-law or A-law, mono or stereo, also in the extensible form. Never
 * throws; the error is a sentence for whoever made the file. At most 30 minutes.
 */
export function parseWav(bytes: Uint8Array): Result<WavAudio> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || (tagAt(bytes, 0) !== 'RIFF' && tagAt(bytes, 0) !== 'RF64')) {
    return fail('not a WAV file: it does not begin with RIFF');
  }
  if (tagAt(bytes, 0) === 'RF64') return fail('RF64 files (over 4 GB) are not supported');
  if (tagAt(bytes, 8) !== 'WAVE') return fail('a RIFF file, but not a WAV file');
  const chunks = findChunks(bytes, view);
  if (!chunks.ok) return chunks;
  const format = readFormat(bytes, view, chunks.value.fmt);
  if (!format.ok) return format;
  return readSamples(bytes, view, format.value, chunks.value.data);
}

function findChunks(bytes: Uint8Array, view: DataView): Result<{ fmt: WavChunk; data: WavChunk }> {
  let fmt: WavChunk | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const tag = tagAt(bytes, at);
    const stated = view.getUint32(at + 4, true);
    const rest = bytes.length - (at + 8);
    if (tag === 'data') {
      if (fmt === undefined) return fail('the WAV file has no fmt chunk before its data');
      const size = UNKNOWN_SIZES.includes(stated) || stated >= STREAMED_SIZE ? rest : stated;
      if (size > rest) return fail(`the WAV file is cut off: ${rest} of ${size} bytes of audio are there`);
      return succeed({ fmt, data: { at: at + 8, size } });
    }
    if (stated > rest) return fail(`the WAV file is cut off in its "${printable(tag)}" chunk`);
    if (tag === 'fmt ') fmt = { at: at + 8, size: stated };
    at += 8 + stated + (stated % 2);
  }
  return fail(fmt === undefined ? 'the WAV file has no fmt chunk' : 'the WAV file has no data chunk');
}

function readFormat(bytes: Uint8Array, view: DataView, { at, size }: WavChunk): Result<WavFormat> {
  if (size < 16) return fail(`the fmt chunk has ${size} bytes, it needs 16`);
  const stated = view.getUint16(at, true);
  const format = stated === FORMAT_EXTENSIBLE ? extensibleFormat(bytes, view, at, size) : stated;
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const bitsPerSample = view.getUint16(at + 14, true);
  if (channels !== 1 && channels !== 2)
    return fail(`${channels} channels: only mono and stereo are supported`);
  if (sampleRate < MIN_RATE || sampleRate > MAX_RATE) {
    return fail(`${sampleRate} samples per second: supported are ${MIN_RATE} to ${MAX_RATE}`);
  }
  const problem = codingProblem(format, bitsPerSample);
  return problem === undefined ? succeed({ format, channels, sampleRate, bitsPerSample }) : fail(problem);
}

function extensibleFormat(bytes: Uint8Array, view: DataView, at: number, size: number): number {
  if (size < 40) return FORMAT_EXTENSIBLE;
  const known = WAVE_GUID_TAIL.every((byte, index) => bytes[at + 26 + index] === byte);
  return known ? view.getUint16(at + 24, true) : FORMAT_EXTENSIBLE;
}

/** Formats people do send, by their registered numbers (RFC 2361), for an error that tells them what they have. */
const otherFormats: ReadonlyMap<number, string> = new Map([
  [2, 'Microsoft ADPCM'],
  [3, 'floating point'],
  [0x11, 'IMA ADPCM'],
  [0x31, 'GSM 6.10'],
  [0x50, 'MPEG'],
  [0x55, 'MP3'],
]);

function codingProblem(format: number, bitsPerSample: number): string | undefined {
  const supported = 'supported are PCM with 8 or 16 bits, mu-law and A-law';
  if (format === FORMAT_PCM) {
    return bitsPerSample === 8 || bitsPerSample === 16 ? undefined : `${bitsPerSample} bit PCM: ${supported}`;
  }
  if (format === FORMAT_MULAW || format === FORMAT_ALAW) {
    return bitsPerSample === 8 ? undefined : `G.711 with ${bitsPerSample} bits: it has 8`;
  }
  const name = otherFormats.get(format) ?? `WAV format ${format}`;
  return `${name}: ${supported}`;
}

function readSamples(bytes: Uint8Array, view: DataView, format: WavFormat, data: WavChunk): Result<WavAudio> {
  const frameBytes = (format.bitsPerSample / 8) * format.channels;
  const frames = Math.floor(data.size / frameBytes);
  if (frames > MAX_SECONDS * format.sampleRate) {
    return fail(
      `${Math.round(frames / format.sampleRate)} seconds of audio: at most ${MAX_SECONDS} are supported`,
    );
  }
  const all = decode(bytes, view, format, data.at, frames * format.channels);
  const samples = format.channels === 1 ? all : mixDown(all);
  return succeed({ sampleRate: format.sampleRate, channels: format.channels, samples });
}

function decode(bytes: Uint8Array, view: DataView, format: WavFormat, at: number, count: number): Int16Array {
  if (format.format !== FORMAT_PCM) {
    const codec: G711Codec = format.format === FORMAT_MULAW ? 'PCMU' : 'PCMA';
    return decodeG711(codec, bytes.subarray(at, at + count));
  }
  const samples = new Int16Array(count);
  for (let n = 0; n < count; n += 1) {
    samples[n] =
      format.bitsPerSample === 16 ? view.getInt16(at + n * 2, true) : (view.getUint8(at + n) - 128) << 8;
  }
  return samples;
}

function mixDown(interleaved: Int16Array): Int16Array {
  const samples = new Int16Array(interleaved.length / 2);
  for (let n = 0; n < samples.length; n += 1) {
    samples[n] = ((interleaved[2 * n] ?? 0) + (interleaved[2 * n + 1] ?? 0)) >> 1;
  }
  return samples;
}

function tagAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function printable(tag: string): string {
  return tag.replace(/[^\x20-\x7e]/g, '?');
}
