/** Longest E.164 number: 15 digits after the plus (ITU-T E.164, 6.2.1). */
const e164 = /^\+[1-9][0-9]{1,14}$/;

/** Everything else that can stand in the user part of a SIP URI without escaping and that people do dial. */
const dialString = /^[0-9A-Za-z*#._-]{1,64}$/;

export type ParsedDialString =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly error: string };

/**
 * Reads the number a client wants to own: E.164 with its plus (`+15551230000`), or a dial string such as `1000`,
 * `front-desk` or `*97` (1 to 64 characters). The error says what is wrong and what to send instead.
 */
export function parseDialString(text: string): ParsedDialString {
  if (text.startsWith('+')) {
    if (e164.test(text)) return { ok: true, value: text };
    return { ok: false, error: 'after "+" come 2 to 15 digits, the first not 0, such as "+15551230000"' };
  }
  if (dialString.test(text)) return { ok: true, value: text };
  return {
    ok: false,
    error: 'a number is E.164 such as "+15551230000", or 1 to 64 of the characters 0-9 A-Z a-z * # . _ -',
  };
}
