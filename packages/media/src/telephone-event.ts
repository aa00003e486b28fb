import { readU16, writeU16 } from './network-order.ts';

/**
 * The telephone-event payload (RFC 4733 section 2.3). The RTP timestamp is the event's beginning, and so its name.
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   |     event     |E|R| volume    |          duration             |
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
export const TELEPHONE_EVENT_BYTES = 4;

/** The duration field's greatest value, 8.19 s; a longer event goes on in another segment (section 2.5.1.3). */
export const MAX_SEGMENT_DURATION = 0xffff;

/** Digits in the order of their event codes (section 3.2, table 3). */
const digits = '0123456789*#ABCD';

/** The digit of an event code, or undefined for events that are no DTMF digit. */
export function digitOfEvent(code: number): string | undefined {
  return digits[code];
}

/** The event code of a digit (`0-9 * # A-D`, either case), or undefined for other text. */
export function eventOfDigit(digit: string): number | undefined {
  const code = digit.length === 1 ? digits.indexOf(digit.toUpperCase()) : -1;
  return code === -1 ? undefined : code;
}

export function readEventCode(payload: Uint8Array, at: number): number {
  return payload[at] ?? 0xff;
}

export function readEventEnd(payload: Uint8Array, at: number): boolean {
  return ((payload[at + 1] ?? 0) & 0x80) !== 0;
}

export function readEventDuration(payload: Uint8Array, at: number): number {
  return readU16(payload, at + 2);
}

/** Level of the events we send, in dBm0 below zero: what a telephone's key pad has. */
const VOLUME = 10;

export function writeTelephoneEvent(
  target: Uint8Array,
  at: number,
  code: number,
  end: boolean,
  duration: number,
): void {
  target[at] = code;
  target[at + 1] = (end ? 0x80 : 0) | VOLUME;
  writeU16(target, at + 2, duration);
}
