/** Clips in memory, bounded by bytes; the one unused for longest goes first. */
import type { Clip } from './clip.ts';

export interface ClipMemory {
  readonly bytes: number;
  readonly count: number;
  get(key: string): Clip | undefined;
  /** A clip larger than the whole bound is not kept. */
  put(key: string, clip: Clip): void;
}

/** What a clip costs besides its samples: key, objects and the buffer's header. */
const overheadBytes = 512;

export function createClipMemory(maxBytes: number): ClipMemory {
  /** In the order of use, since a `Map` keeps the order of insertion. */
  const clips = new Map<string, Clip>();
  let bytes = 0;
  const costOf = (clip: Clip): number => clip.samples.byteLength + overheadBytes;
  const take = (key: string): Clip | undefined => {
    const clip = clips.get(key);
    if (!clip) return undefined;
    clips.delete(key);
    bytes -= costOf(clip);
    return clip;
  };
  const put = (key: string, clip: Clip): void => {
    take(key);
    if (costOf(clip) > maxBytes) return;
    clips.set(key, clip);
    bytes += costOf(clip);
    for (const oldest of clips.keys()) {
      if (bytes <= maxBytes) return;
      take(oldest);
    }
  };
  return {
    get bytes() {
      return bytes;
    },
    get count() {
      return clips.size;
    },
    get(key) {
      const clip = take(key);
      if (clip) put(key, clip);
      return clip;
    },
    put,
  };
}
