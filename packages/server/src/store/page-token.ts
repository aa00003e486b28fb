import { crc32 } from 'node:zlib';

/** The last row of a page. What follows it stays the same whatever is added or removed in between. */
export interface PagePosition {
  readonly createdAt: string;
  readonly id: string;
}

/** Longer text was not made here; it is not even decoded. */
const longestToken = 512;

/** First field of every token; another form of token gets another one. */
const version = 'p1';

/** Opaque to clients and safe in a URL. The check sum tells our tokens from damaged and foreign ones; it keeps no secret. */
export function formatPageToken({ createdAt, id }: PagePosition): string {
  const fields = `${version}|${createdAt}|${id}`;
  return Buffer.from(`${fields}|${crc32(fields)}`, 'utf8').toString('base64url');
}

/** The inverse of `formatPageToken`; undefined when the text is not one of ours. */
export function parsePageToken(text: string): PagePosition | undefined {
  if (text.length > longestToken) return undefined;
  const [found, createdAt, id, sum, ...rest] = Buffer.from(text, 'base64url').toString('utf8').split('|');
  if (found !== version || createdAt === undefined || id === undefined || sum === undefined) return undefined;
  const position = { createdAt, id };
  // Comparing with the one way to write it refuses a wrong check sum and everything that base64 decoders forgive.
  return rest.length === 0 && formatPageToken(position) === text ? position : undefined;
}
