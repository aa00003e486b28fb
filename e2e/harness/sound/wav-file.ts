import type { Codec } from '../phone/sdp-text.ts';

/** Format tags of the WAV header; sound in it is then left to other programs to decode. */
const formatTags: Readonly<Record<Codec, number>> = { PCMU: 7, PCMA: 6 };

/** Bytes of G.711 as a WAV file, untouched. */
export function wavOfG711(codec: Codec, sound: Uint8Array): Buffer {
  return wavFile(formatTags[codec], 8000, 1, sound);
}

/** Linear samples of 16 bits as a WAV file. */
export function wavOfLinear(rate: number, samples: Uint8Array): Buffer {
  return wavFile(1, rate, 2, samples);
}

function wavFile(formatTag: number, rate: number, bytesPerSample: number, sound: Uint8Array): Buffer {
  const head = Buffer.alloc(46);
  head.write('RIFF', 0);
  head.writeUInt32LE(38 + sound.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(18, 16);
  head.writeUInt16LE(formatTag, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * bytesPerSample, 28);
  head.writeUInt16LE(bytesPerSample, 32);
  head.writeUInt16LE(bytesPerSample * 8, 34);
  head.write('data', 38);
  head.writeUInt32LE(sound.length, 42);
  return Buffer.concat([head, sound]);
}
