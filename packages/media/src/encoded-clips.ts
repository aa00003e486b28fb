import { encodeG711, type G711Codec } from './g711.ts';
import { MAX_ENCODED_CLIP_BYTES } from './limits.ts';

/** A clip as it reaches the engine. The same `key` always means the same samples; without one it is not kept. */
export interface KeyedClip {
  readonly key?: number | undefined;
  readonly samples: Int16Array;
}

/**
 * Clips as G.711 characters, kept so that a prompt played on many legs is encoded once. What was not used for longest
 * goes first when the bound is reached; legs that play it keep what they hold.
 */
export class EncodedClips {
  readonly #maxBytes: number;
  /** In the order of last use, by `codec key`. */
  readonly #kept = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(maxBytes: number = MAX_ENCODED_CLIP_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes kept. */
  get bytes(): number {
    return this.#bytes;
  }

  get(clip: KeyedClip, codec: G711Codec): Uint8Array {
    if (clip.key === undefined) return encodeG711(codec, clip.samples);
    const name = `${codec} ${clip.key}`;
    const kept = this.#kept.get(name);
    const encoded = kept ?? encodeG711(codec, clip.samples);
    if (kept !== undefined) this.#kept.delete(name);
    else if (encoded.length > this.#maxBytes) return encoded;
    else this.#bytes += encoded.length;
    this.#kept.set(name, encoded);
    this.#trim();
    return encoded;
  }

  #trim(): void {
    for (const [name, encoded] of this.#kept) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#kept.delete(name);
      this.#bytes -= encoded.length;
    }
  }
}
