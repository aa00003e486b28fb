import type { EventPosition } from '@parley/core';

const version = 'e1.';

/** A position in the event log as clients see it: opaque text that is safe in a URL. */
export function formatEventCursor(position: EventPosition): string {
  return Buffer.from(`${version}${position}`, 'latin1').toString('base64url');
}

/** The inverse of `formatEventCursor`; undefined when the text is not one of ours. */
export function parseEventCursor(text: string): EventPosition | undefined {
  const plain = Buffer.from(text, 'base64url').toString('latin1');
  if (!/^e1\.(0|[1-9][0-9]{0,15})$/.test(plain)) return undefined;
  const position = Number(plain.slice(version.length));
  return Number.isSafeInteger(position) ? (position as EventPosition) : undefined;
}
