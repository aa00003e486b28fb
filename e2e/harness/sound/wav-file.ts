import type { Codec } from '../phone/sdp-text.ts';

/** Format tags of the WAV header; sound in it is then left to other programs to decode. */
const formatTags: Readonly<Record<Codec, number>> = { PCMU: 7, PCMA: 6 };

const sampleRate = 8000;

/** Bytes of G.711 as a WAV file, untouched. */
export function wavOfG711(codec: Codec, sound: Uint8Array): Buffer {
  const head = Buffer.alloc(58);
  head.write('RIFF', 0);
  head.writeUInt32LE(50 + sound.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(18, 16);
  head.writeUInt16LE(formatTags[codec], 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(sampleRate, 24);
  head.writeUInt32LE(sampleRate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.writeUInt16LE(0, 36);
  head.write('fact', 38);
  head.writeUInt32LE(4, 42);
  head.writeUInt32LE(sound.length, 46);
  head.write('data', 50);
  head.writeUInt32LE(sound.length, 54);
  return Buffer.concat([head, sound]);
}
