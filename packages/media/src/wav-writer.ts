/** What a WAV file of 16 bit PCM says of itself. */
export interface WavDescription {
  /** Samples per second and channel. */
  readonly sampleRate: number;
  readonly channels: 1 | 2;
}

export const WAV_HEADER_BYTES = 44;

/** The size fields hold 32 bits; this many bytes of audio are six days of stereo at 8 kHz. */
const MAX_DATA_BYTES = 0xffff_ffff - WAV_HEADER_BYTES;

/**
 * The header of a WAV file with 16 bit PCM, for a writer that appends samples (little endian, channels interleaved) and
 * writes the header again when it knows the size.
 *
 *   RIFF <size> WAVE | fmt <16> <format 1> <channels> <rate> <bytes/s> <bytes/frame> <16 bits> | data <size>
 */
export function wavHeader({ sampleRate, channels }: WavDescription, dataBytes: number): Uint8Array {
  if (dataBytes < 0 || dataBytes > MAX_DATA_BYTES)
    throw new RangeError(`${dataBytes} bytes do not fit in a WAV file`);
  const bytes = new Uint8Array(WAV_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const encoder = new TextEncoder();
  encoder.encodeInto('RIFF', bytes);
  view.setUint32(4, WAV_HEADER_BYTES - 8 + dataBytes, true);
  encoder.encodeInto('WAVEfmt ', bytes.subarray(8));
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  encoder.encodeInto('data', bytes.subarray(36));
  view.setUint32(40, dataBytes, true);
  return bytes;
}

/** A whole WAV file; stereo samples are interleaved, left first. */
export function printWav(description: WavDescription, samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(WAV_HEADER_BYTES + samples.length * 2);
  bytes.set(wavHeader(description, samples.length * 2));
  const view = new DataView(bytes.buffer);
  for (let n = 0; n < samples.length; n += 1) view.setInt16(WAV_HEADER_BYTES + n * 2, samples[n] ?? 0, true);
  return bytes;
}
