import { parseParams, quote } from '../headers/tokens.ts';
import type { Headers } from '../message.ts';
import type { HeaderPair } from './response-builder.ts';

/** The Q.850 cause of a Reason header (RFC 3326 section 2), 1..127. */
export function q850Of(headers: Headers): { readonly q850?: number } {
  for (const value of headers.all('Reason')) {
    const semicolon = value.indexOf(';');
    if (semicolon < 0 || value.slice(0, semicolon).trim().toUpperCase() !== 'Q.850') continue;
    const cause = Number(parseParams(value, semicolon)?.get('cause'));
    if (Number.isInteger(cause) && cause > 0 && cause < 128) return { q850: cause };
  }
  return {};
}

/** Why we hang up, for the peer. */
export interface HangupReason {
  /** Q.850 cause, 1..127. */
  readonly q850?: number;
  /** For people. */
  readonly text?: string;
}

export function reasonHeaders(reason: HangupReason): readonly HeaderPair[] {
  const { q850, text } = reason;
  if (q850 === undefined) return [];
  return [['Reason', `Q.850;cause=${q850}${text === undefined ? '' : `;text=${quote(text)}`}`]];
}
