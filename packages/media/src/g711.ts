/**
 * G.711 (ITU-T Recommendation G.711, tables 1a to 2b) between its 8 bit characters and 16 bit linear samples.
 *
 * The recommendation leaves open which side of a decision value belongs to which interval. As in the ITU-T's own
 * software tools (G.191), intervals are closed at their lower end on the whole number line: for a negative sample
 * the ones' complement is encoded.
 */

export type G711Codec = 'PCMU' | 'PCMA';

/** Static RTP payload types (RFC 3551 table 4). */
export const g711PayloadTypes: Readonly<Record<G711Codec, number>> = { PCMU: 0, PCMA: 8 };

const MU_BIAS = 33;
const MU_CLIP = 0x1fff;

/** character (after inversion) = sign, 3 bits segment, 4 bits interval; magnitudes count in 14 bit units. */
function encodeMuLaw(sample: number): number {
  const negative = sample < 0;
  const magnitude = Math.min(((negative ? ~sample : sample) >> 2) + MU_BIAS, MU_CLIP);
  const segment = 26 - Math.clz32(magnitude);
  const interval = (magnitude >> (segment + 1)) & 0x0f;
  return ~((negative ? 0x80 : 0) | (segment << 4) | interval) & 0xff;
}

function decodeMuLaw(character: number): number {
  const inverted = ~character & 0xff;
  const segment = (inverted >> 4) & 0x07;
  const magnitude = ((((inverted & 0x0f) << 1) + MU_BIAS) << segment) - MU_BIAS;
  return (inverted & 0x80) === 0 ? magnitude * 4 : magnitude * -4;
}

/** character (even bits inverted) = sign, 3 bits segment, 4 bits interval; segments 0 and 1 have the same step. */
function encodeALaw(sample: number): number {
  const negative = sample < 0;
  const magnitude = (negative ? ~sample : sample) >> 4;
  const segment = magnitude < 16 ? 0 : 28 - Math.clz32(magnitude);
  const interval = (segment === 0 ? magnitude : magnitude >> (segment - 1)) & 0x0f;
  return ((negative ? 0 : 0x80) | (segment << 4) | interval) ^ 0x55;
}

function decodeALaw(character: number): number {
  const plain = character ^ 0x55;
  const segment = (plain >> 4) & 0x07;
  const middle = ((plain & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? middle : (middle + 0x100) << (segment - 1);
  return (plain & 0x80) === 0 ? -magnitude : magnitude;
}

function tabulateEncoder(encode: (sample: number) => number): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (let sample = -0x8000; sample < 0x8000; sample += 1) table[sample & 0xffff] = encode(sample);
  return table;
}

const encoders: Readonly<Record<G711Codec, Uint8Array>> = {
  PCMU: tabulateEncoder(encodeMuLaw),
  PCMA: tabulateEncoder(encodeALaw),
};

const decoders: Readonly<Record<G711Codec, Int16Array>> = {
  PCMU: Int16Array.from({ length: 256 }, (_, character) => decodeMuLaw(character)),
  PCMA: Int16Array.from({ length: 256 }, (_, character) => decodeALaw(character)),
};

/** Characters of one law as those of the other. */
const transcoders: Readonly<Record<G711Codec, Uint8Array>> = {
  PCMU: Uint8Array.from(decoders.PCMA, (sample) => encoders.PCMU[sample & 0xffff] ?? 0),
  PCMA: Uint8Array.from(decoders.PCMU, (sample) => encoders.PCMA[sample & 0xffff] ?? 0),
};

/** 256 characters of the codec, indexed by the character of the other law; undefined when both are the same. Read only. */
export function g711TranscodeTable(from: G711Codec, to: G711Codec): Uint8Array | undefined {
  return from === to ? undefined : transcoders[to];
}

/** 65,536 characters, indexed by `sample & 0xffff`. Read only. */
export function g711EncodeTable(codec: G711Codec): Uint8Array {
  return encoders[codec];
}

/** 256 samples, indexed by character. Read only. */
export function g711DecodeTable(codec: G711Codec): Int16Array {
  return decoders[codec];
}

/** The character of the sample 0: a packet full of it is silence. */
export function g711Silence(codec: G711Codec): number {
  return encoders[codec][0] ?? 0;
}

export function encodeG711(codec: G711Codec, samples: Int16Array): Uint8Array {
  const table = encoders[codec];
  const characters = new Uint8Array(samples.length);
  for (let at = 0; at < samples.length; at += 1) characters[at] = table[(samples[at] ?? 0) & 0xffff] ?? 0;
  return characters;
}

export function decodeG711(codec: G711Codec, characters: Uint8Array): Int16Array {
  const table = decoders[codec];
  const samples = new Int16Array(characters.length);
  for (let at = 0; at < characters.length; at += 1) samples[at] = table[characters[at] ?? 0] ?? 0;
  return samples;
}
