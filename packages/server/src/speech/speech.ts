/**
 * Text to clips that calls play: from memory, else from disk, else from the provider, whose audio is brought to the
 * rate and level of the telephone. Requests for the same clip at the same time share one synthesis.
 */
import { createHash } from 'node:crypto';
import type { Clip } from './clip.ts';
import { clipFrom } from './clip.ts';
import { createClipMemory } from './clip-memory.ts';
import type { ClipStore } from './clip-store.ts';
import { createClipStore } from './clip-store.ts';
import { speechLimits } from './limits.ts';
import type { SpeechProvider, SpeechRequest } from './provider.ts';
import { SpeechError, unavailable } from './provider.ts';
import type { SpeechDocument } from './speech-document.ts';
import { outlineOf } from './speech-document.ts';
import { parseSpeech } from './speech-parser.ts';

export interface SpeechDeps {
  readonly provider: SpeechProvider;
  /** Folder of the clips on disk, made if need be; without it they live in memory only. */
  readonly cacheDirectory?: string;
  readonly maxCachedBytes?: number;
  readonly maxStoredBytes?: number;
  readonly wallTime?: () => number;
  /** Told when the disk fails; rendering goes on. */
  readonly onTrouble?: (message: string, error: unknown) => void;
}

/** Counts since the start, and what is held now. */
export interface SpeechStats {
  readonly memoryHits: number;
  readonly diskHits: number;
  /** Requests that joined a synthesis under way. */
  readonly shared: number;
  readonly syntheses: number;
  readonly failures: number;
  readonly cachedBytes: number;
  readonly cachedClips: number;
  readonly storedBytes: number;
}

export interface Speech {
  /**
   * Rejects with a `SpeechError`, or with the signal's reason once aborted; the synthesis itself is given up only when
   * nobody waits for it any more. A text without words gives an empty clip.
   */
  render(request: SpeechRequest, signal?: AbortSignal): Promise<Clip>;
  stats(): SpeechStats;
  /** Ends pending requests (`unavailable`), closes the provider and waits for the disk. Idempotent. */
  close(): Promise<void>;
}

/** Changes whenever the same audio would become another clip, so that old files are made anew. */
const clipVersion = 1;

export function createSpeech(deps: SpeechDeps): Speech {
  return new CachedSpeech(deps);
}

/** One synthesis and those who wait for it. */
interface Rendering {
  readonly clip: Promise<Clip>;
  readonly abort: AbortController;
  waiting: number;
  isOver: boolean;
}

class CachedSpeech implements Speech {
  readonly #provider: SpeechProvider;
  readonly #memory: ReturnType<typeof createClipMemory>;
  readonly #store: ClipStore | undefined;
  readonly #renderings = new Map<string, Rendering>();
  readonly #counts = { memoryHits: 0, diskHits: 0, shared: 0, syntheses: 0, failures: 0 };
  #closing: Promise<void> | undefined;

  constructor(deps: SpeechDeps) {
    this.#provider = deps.provider;
    this.#memory = createClipMemory(deps.maxCachedBytes ?? speechLimits.cachedBytes);
    this.#store = storeOf(deps);
  }

  async render(request: SpeechRequest, signal?: AbortSignal): Promise<Clip> {
    signal?.throwIfAborted();
    if (this.#closing) throw new SpeechError(unavailable('speech was closed'));
    const key = keyOf(this.#provider.name, request);
    const cached = this.#memory.get(key);
    if (cached) {
      this.#counts.memoryHits += 1;
      return cached;
    }
    const document = parseSpeech(request);
    if (!document.ok) throw new SpeechError(document.error);
    return await this.#join(key, request, document.value, signal);
  }

  stats(): SpeechStats {
    const { bytes, count } = this.#memory;
    return { ...this.#counts, cachedBytes: bytes, cachedClips: count, storedBytes: this.#store?.bytes ?? 0 };
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    const reason = new SpeechError(unavailable('speech was closed'));
    for (const rendering of this.#renderings.values()) rendering.abort.abort(reason);
    await this.#provider.close();
    await Promise.allSettled([...this.#renderings.values()].map(({ clip }) => clip));
    await this.#store?.close();
  }

  async #join(
    key: string,
    request: SpeechRequest,
    document: SpeechDocument,
    signal: AbortSignal | undefined,
  ): Promise<Clip> {
    let rendering = this.#renderings.get(key);
    if (rendering) this.#counts.shared += 1;
    else rendering = this.#begin(key, request, document);
    rendering.waiting += 1;
    try {
      return await abortable(rendering.clip, signal);
    } finally {
      rendering.waiting -= 1;
      if (rendering.waiting === 0 && !rendering.isOver) this.#giveUp(key, rendering);
    }
  }

  #begin(key: string, request: SpeechRequest, document: SpeechDocument): Rendering {
    const abort = new AbortController();
    const clip = this.#make(key, request, document, abort.signal);
    const rendering: Rendering = { clip, abort, waiting: 0, isOver: false };
    this.#renderings.set(key, rendering);
    const onEnd = (): void => {
      rendering.isOver = true;
      this.#forget(key, rendering);
    };
    clip.then(onEnd, onEnd);
    return rendering;
  }

  /** Nobody waits any more: it is given up, and the next request begins a new one. */
  #giveUp(key: string, rendering: Rendering): void {
    this.#forget(key, rendering);
    rendering.abort.abort();
  }

  #forget(key: string, rendering: Rendering): void {
    if (this.#renderings.get(key) === rendering) this.#renderings.delete(key);
  }

  async #make(
    key: string,
    request: SpeechRequest,
    document: SpeechDocument,
    signal: AbortSignal,
  ): Promise<Clip> {
    const stored = await this.#store?.get(key);
    signal.throwIfAborted();
    if (stored) {
      this.#counts.diskHits += 1;
      this.#memory.put(key, stored);
      return stored;
    }
    const clip = await this.#synthesize(request, document, signal);
    this.#memory.put(key, clip);
    void this.#store?.put(key, clip);
    return clip;
  }

  async #synthesize(request: SpeechRequest, document: SpeechDocument, signal: AbortSignal): Promise<Clip> {
    const outline = outlineOf(document);
    if (!document.nodes.some((node) => node.kind === 'words')) {
      return clipFrom({ samples: new Int16Array(0), sampleRate: 8_000, notes: document.notes }, outline);
    }
    this.#counts.syntheses += 1;
    try {
      return clipFrom(await this.#provider.synthesize(request, signal), outline);
    } catch (error) {
      if (!signal.aborted) this.#counts.failures += 1;
      throw error;
    }
  }
}

function storeOf(deps: SpeechDeps): ClipStore | undefined {
  if (deps.cacheDirectory === undefined) return undefined;
  return createClipStore({
    directory: deps.cacheDirectory,
    maxBytes: deps.maxStoredBytes ?? speechLimits.storedBytes,
    wallTime: deps.wallTime ?? Date.now,
    onTrouble: deps.onTrouble ?? (() => undefined),
  });
}

/** The parts are listed as JSON, so that no two requests run together. */
function keyOf(provider: string, { language, gender, text }: SpeechRequest): string {
  const parts = JSON.stringify([clipVersion, provider, language.toLowerCase(), gender, text]);
  return createHash('sha256').update(parts).digest('hex');
}

/** The promise, or the signal's reason as soon as it is aborted. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
