import { fail, succeed, type Result } from './result.ts';
import { WAV_HEADER_BYTES, wavHeader } from './wav-writer.ts';

/** What a recording is worth that was being written when the process or the machine died. */
export interface WavRepair {
  /** To be written at the beginning of the file. */
  readonly header: Uint8Array;
  /** False when the file has that header already. */
  readonly needed: boolean;
  /** How long the file is to be: less than it is when it ends amid a sample. */
  readonly bytes: number;
  readonly durationMs: number;
}

/**
 * Says what the header of a recording (as `wavHeader` makes it) has to be, given the file's first 44 bytes and its length.
 * All that is in the file is kept, also what the header did not know of yet.
 */
export function repairWav(head: Uint8Array, fileBytes: number): Result<WavRepair> {
  if (head.length < WAV_HEADER_BYTES || fileBytes < WAV_HEADER_BYTES)
    return fail('the file ends in its header');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const channels = view.getUint16(22, true);
  const sampleRate = view.getUint32(24, true);
  if ((channels !== 1 && channels !== 2) || sampleRate === 0)
    return fail('not a recording: another kind of WAV file');
  const frameBytes = 2 * channels;
  const dataBytes = Math.floor((fileBytes - WAV_HEADER_BYTES) / frameBytes) * frameBytes;
  const header = wavHeader({ sampleRate, channels }, dataBytes);
  if (!isAlike(head, header)) return fail('not a recording: its header is another');
  const needed = header.some((byte, at) => byte !== head[at]);
  const durationMs = (dataBytes / frameBytes / sampleRate) * 1000;
  return succeed({ header, needed, bytes: WAV_HEADER_BYTES + dataBytes, durationMs });
}

/** The same but for the two lengths. */
function isAlike(head: Uint8Array, header: Uint8Array): boolean {
  return header.every((byte, at) => (at >= 4 && at < 8) || at >= 40 || byte === head[at]);
}
