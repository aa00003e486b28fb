import { defaultLimits, type SipLimits } from './limits.ts';
import { decodeText } from './text.ts';

/** What a byte stream turned out to hold. */
export type FrameEvent =
  /** One whole message for `parseMessage`. */
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** A double CRLF between messages: answer with one CRLF (RFC 5626 section 4.4.1). At most one per push. */
  | { readonly kind: 'ping' }
  /** A single CRLF between messages: the answer to a ping of ours, if we sent one. At most one per push. */
  | { readonly kind: 'pong' }
  /** Message borders are lost: close the connection. Nothing is reported afterwards. */
  | { readonly kind: 'error'; readonly reason: FrameErrorReason };

export type FrameErrorReason =
  /** The header section does not end within the limit. */
  | 'headersTooLarge'
  /** Headers and body together exceed the limit. */
  | 'messageTooLarge'
  /** No Content-Length, which a stream must have (RFC 3261 section 18.3). */
  | 'missingContentLength'
  /** Content-Length is no number, or stands there twice. */
  | 'badContentLength';

/** Cuts one TCP or TLS connection into messages. Holds at most one message and what came with it. */
export interface StreamFramer {
  /** Takes the next bytes as they came; the events are in stream order. The caller may reuse `chunk` afterwards. */
  push(chunk: Uint8Array): FrameEvent[];
}

const lineFeed = 10;
const carriageReturn = 13;

export function createStreamFramer(limits: SipLimits = defaultLimits): StreamFramer {
  const buffer = createByteQueue();
  let closed = false;
  /** Bytes of the message that is coming in, once its header section is complete; else 0. */
  let messageLength = 0;
  /** Where the search for the end of the headers goes on, so that no byte is looked at twice. */
  let scanned = 0;
  /** A single CRLF has been seen since the last message or pair. */
  let halfPing = false;

  function push(chunk: Uint8Array): FrameEvent[] {
    if (closed) return [];
    const events: FrameEvent[] = [];
    buffer.append(chunk);
    while (step(events));
    buffer.compact();
    return withoutRepeats(events);
  }

  /** One event at most; false when more bytes are needed. */
  function step(events: FrameEvent[]): boolean {
    if (messageLength > 0) return takeMessage(events);
    const lineEnd = scanned === 0 ? takeLineEnd(events) : 'none';
    if (lineEnd !== 'none') return lineEnd === 'taken';
    return measureMessage(events);
  }

  function takeLineEnd(events: FrameEvent[]): 'taken' | 'incomplete' | 'none' {
    const bytes = buffer.bytes();
    if (bytes.length === 0) return 'incomplete';
    if (bytes[0] === carriageReturn && bytes.length === 1) return 'incomplete';
    const length = bytes[0] === lineFeed ? 1 : bytes[0] === carriageReturn && bytes[1] === lineFeed ? 2 : 0;
    if (length === 0) return 'none';
    buffer.drop(length);
    events.push({ kind: halfPing ? 'ping' : 'pong' });
    halfPing = !halfPing;
    return 'taken';
  }

  function measureMessage(events: FrameEvent[]): boolean {
    const bytes = buffer.bytes();
    const bodyStart = findBody(bytes, scanned);
    if (bodyStart < 0) {
      // The empty line may be cut in two: its first three bytes have to be looked at again.
      scanned = Math.max(bytes.length - 3, 1);
      return bytes.length > limits.headerBytes ? stop(events, 'headersTooLarge') : false;
    }
    if (bodyStart > limits.headerBytes + 4) return stop(events, 'headersTooLarge');
    const length = contentLength(decodeText(bytes.subarray(0, bodyStart)));
    if (typeof length === 'string') return stop(events, length);
    if (bodyStart + length > limits.messageBytes) return stop(events, 'messageTooLarge');
    messageLength = bodyStart + length;
    return true;
  }

  function takeMessage(events: FrameEvent[]): boolean {
    const bytes = buffer.bytes();
    if (bytes.length < messageLength) return false;
    events.push({ kind: 'message', bytes: bytes.slice(0, messageLength) });
    buffer.drop(messageLength);
    messageLength = 0;
    scanned = 0;
    halfPing = false;
    return true;
  }

  function stop(events: FrameEvent[], reason: FrameErrorReason): false {
    closed = true;
    buffer.clear();
    events.push({ kind: 'error', reason });
    return false;
  }

  return { push };
}

/** A flood of line ends must not become a flood of answers. */
function withoutRepeats(events: FrameEvent[]): FrameEvent[] {
  const seen = new Set<FrameEvent['kind']>();
  return events.filter((event) => {
    if (event.kind === 'message' || event.kind === 'error') return true;
    const first = !seen.has(event.kind);
    seen.add(event.kind);
    return first;
  });
}

/** Index after the empty line, or -1. */
function findBody(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(lineFeed, from); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    if (bytes[at + 1] === lineFeed) return at + 2;
    if (bytes[at + 1] === carriageReturn && bytes[at + 2] === lineFeed) return at + 3;
  }
  return -1;
}

// After a real line feed only: `^` would also match after a lone CR or U+2028, where the parser sees no new line.
// A fold and any other character exclude each other, so there is one way to match and time is linear.
const contentLengthPattern = /\n(?:content-length|l)[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)/gi;

function contentLength(head: string): number | 'missingContentLength' | 'badContentLength' {
  const found = [...head.matchAll(contentLengthPattern)];
  const value = found[0]?.[1]?.trim();
  if (value === undefined) return 'missingContentLength';
  return found.length === 1 && /^[0-9]{1,9}$/.test(value) ? Number(value) : 'badContentLength';
}

interface ByteQueue {
  append(chunk: Uint8Array): void;
  /** Everything not yet dropped; valid until the next call of `append` or `compact`. */
  bytes(): Uint8Array;
  drop(count: number): void;
  /** Keeps what is left in memory of its own, so that the caller's chunk can go. */
  compact(): void;
  clear(): void;
}

function createByteQueue(): ByteQueue {
  const nothing = new Uint8Array(0);
  let store: Uint8Array = nothing;
  let start = 0;
  let end = 0;
  let owned = true;

  function append(chunk: Uint8Array): void {
    if (start === end) {
      // Nothing is waiting: look at the chunk where it lies, most of the time nothing of it remains.
      store = chunk;
      start = 0;
      end = chunk.length;
      owned = false;
      return;
    }
    reserve(chunk.length);
    store.set(chunk, end);
    end += chunk.length;
  }

  function reserve(extra: number): void {
    if (owned && store.length - end >= extra) return;
    // Doubling, so that a message arriving byte by byte is copied a constant number of times.
    const larger = new Uint8Array(Math.max((end - start) * 2, end - start + extra, 1024));
    larger.set(store.subarray(start, end));
    end -= start;
    start = 0;
    store = larger;
    owned = true;
  }

  function compact(): void {
    if (start === end) clear();
    else if (!owned) reserve(0);
  }

  function clear(): void {
    store = nothing;
    start = 0;
    end = 0;
    owned = true;
  }

  return {
    append,
    bytes: () => store.subarray(start, end),
    drop: (count) => void (start += count),
    compact,
    clear,
  };
}
