/**
 * A clip as a WAV file that any player plays: RIFF with `fmt ` (PCM, mono, 8,000 Hz, 16 bit), `LIST`/`INFO` with the
 * clip's notes and checksum as its comment, and `data`. Files are not forced to disk, since they can be made again;
 * the checksum finds those that a power cut left half written.
 */
import { crc32 } from 'node:zlib';
import type { Clip } from './clip.ts';
import { clipRate, createClip, sharedSamples } from './clip.ts';
import type { SpeechNote } from './provider.ts';

interface Comment {
  readonly crc32: number;
  readonly notes: readonly SpeechNote[];
}

const formatLength = 16;
const pcm = 1;

export function printClipFile(clip: Clip): Buffer {
  const data = Buffer.from(Buffer.from(clip.samples.buffer, 0, clip.samples.byteLength));
  const comment: Comment = { crc32: crc32(data), notes: clip.notes };
  const info = Buffer.concat([
    Buffer.from('INFO'),
    chunk('ICMT', Buffer.from(`${JSON.stringify(comment)}\0`)),
  ]);
  const body = [Buffer.from('WAVE'), chunk('fmt ', format()), chunk('LIST', info), chunk('data', data)];
  return chunk('RIFF', Buffer.concat(body));
}

/** `undefined` unless the file is whole and was written by `printClipFile`. */
export function parseClipFile(file: Buffer): Clip | undefined {
  const riff = readChunk(file, 0);
  if (riff?.id !== 'RIFF' || riff.end !== file.length || riff.body.toString('latin1', 0, 4) !== 'WAVE') {
    return undefined;
  }
  const chunks = readChunks(riff.body.subarray(4));
  const data = chunks.get('data');
  const comment = parseComment(chunks.get('LIST'));
  if (!chunks.get('fmt ')?.equals(format()) || !data || !comment || crc32(data) !== comment.crc32)
    return undefined;
  const samples = sharedSamples(data.length >> 1);
  Buffer.from(samples.buffer).set(data.subarray(0, samples.byteLength));
  return createClip(samples, comment.notes);
}

function chunk(id: string, body: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.write(id, 'latin1');
  header.writeUInt32LE(body.length, 4);
  return Buffer.concat([header, body, Buffer.alloc(body.length % 2)]);
}

function format(): Buffer {
  const bytes = Buffer.alloc(formatLength);
  bytes.writeUInt16LE(pcm, 0);
  bytes.writeUInt16LE(1, 2);
  bytes.writeUInt32LE(clipRate, 4);
  bytes.writeUInt32LE(clipRate * Int16Array.BYTES_PER_ELEMENT, 8);
  bytes.writeUInt16LE(Int16Array.BYTES_PER_ELEMENT, 12);
  bytes.writeUInt16LE(16, 14);
  return bytes;
}

interface Chunk {
  readonly id: string;
  readonly body: Buffer;
  /** Offset behind the chunk, its padding included. */
  readonly end: number;
}

function readChunk(bytes: Buffer, at: number): Chunk | undefined {
  if (at + 8 > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at + 4);
  const end = at + 8 + length + (length % 2);
  if (end > bytes.length) return undefined;
  return { id: bytes.toString('latin1', at, at + 4), body: bytes.subarray(at + 8, at + 8 + length), end };
}

function readChunks(bytes: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (let next = readChunk(bytes, 0); next; next = readChunk(bytes, next.end)) found.set(next.id, next.body);
  return found;
}

function parseComment(list: Buffer | undefined): Comment | undefined {
  const text = list && readChunk(list, 4);
  if (text?.id !== 'ICMT') return undefined;
  try {
    const comment: unknown = JSON.parse(text.body.toString('utf8').replace(/\0$/, ''));
    return isComment(comment) ? comment : undefined;
  } catch {
    return undefined;
  }
}

function isComment(value: unknown): value is Comment {
  const comment = value as Partial<Comment> | null;
  return typeof comment?.crc32 === 'number' && Array.isArray(comment.notes) && comment.notes.every(isNote);
}

function isNote(value: unknown): value is SpeechNote {
  const note = value as Partial<SpeechNote> | null;
  const known = note?.kind === 'languageFallback' || note?.kind === 'ignoredMarkup';
  return known && typeof note.message === 'string';
}
