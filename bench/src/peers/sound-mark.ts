/**
 * Numbers said in sound, so that a packet is known again when it has been sent on under another name, and also when it
 * has been decoded, mixed with silence and encoded again. Each character of mu-law below stands for six bits; decoding and
 * encoding gives the same character, which is not so for the two silences.
 *
 *   0    1    2         5              9
 *   +----+----+---------+--------------+
 *   | magic   | stream  | number       |   six bits a character, most significant first
 *   +----+----+---------+--------------+
 */

/** Characters 0x90 to 0xcf: neither loud nor silent. */
const zero = 0x90;
const base = 64;
const magic = [0xcf, 0x91] as const;
const streamDigits = 3;
const numberDigits = 4;

/** Characters of sound that a mark takes. */
export const markLength = magic.length + streamDigits + numberDigits;

/** Streams and numbers from 0 to below these can be said. */
export const streamLimit = base ** streamDigits;
const numberLimit = base ** numberDigits;

export interface SoundMark {
  readonly stream: number;
  readonly number: number;
}

/** Writes a mark at `at`; numbers begin again at 0 behind the largest. */
export function writeMark(sound: Buffer, at: number, { stream, number }: SoundMark): void {
  sound[at] = magic[0];
  sound[at + 1] = magic[1];
  writeDigits(sound, at + magic.length, streamDigits, stream);
  writeDigits(sound, at + magic.length + streamDigits, numberDigits, number % numberLimit);
}

/** Undefined: no mark stands there. */
export function readMark(sound: Buffer, at: number): SoundMark | undefined {
  if (sound.length < at + markLength || sound[at] !== magic[0] || sound[at + 1] !== magic[1])
    return undefined;
  const stream = readDigits(sound, at + magic.length, streamDigits);
  const number = readDigits(sound, at + magic.length + streamDigits, numberDigits);
  return stream < 0 || number < 0 ? undefined : { stream, number };
}

function writeDigits(sound: Buffer, at: number, digits: number, value: number): void {
  let left = value;
  for (let n = digits - 1; n >= 0; n -= 1) {
    sound[at + n] = zero + (left % base);
    left = Math.floor(left / base);
  }
}

/** -1: something else stands there. */
function readDigits(sound: Buffer, at: number, digits: number): number {
  let value = 0;
  for (let n = 0; n < digits; n += 1) {
    const digit = (sound[at + n] ?? 0) - zero;
    if (digit < 0 || digit >= base) return -1;
    value = value * base + digit;
  }
  return value;
}
