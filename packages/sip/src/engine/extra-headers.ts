import { canonicalHeaderName } from '../message.ts';
import { isToken } from '../headers/tokens.ts';
import type { HeaderPair } from './response-builder.ts';

/** What the engine writes itself, and what would make two messages of one. */
const ownHeaders: ReadonlySet<string> = new Set([
  'Via',
  'Max-Forwards',
  'From',
  'To',
  'Call-ID',
  'CSeq',
  'Content-Length',
  'Content-Type',
]);

/** Whether a header of that name may be added to a request: a token (RFC 3261 section 25.1) that is not the engine's own. */
export function isExtraHeader(name: string): boolean {
  return isToken(name) && !ownHeaders.has(canonicalHeaderName(name));
}

/** A name that could smuggle a header in is a bug of the owner, who checks what strangers give with `isExtraHeader`. */
export function assertExtraHeaders(headers: readonly HeaderPair[] | undefined): void {
  for (const [name] of headers ?? []) {
    if (!isExtraHeader(name)) throw new Error(`SIP engine: ${JSON.stringify(name)} is no header to add`);
  }
}
