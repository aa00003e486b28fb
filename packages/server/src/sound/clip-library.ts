import type { PlaySource } from '@parley/core';
import { beep, type Clip, clipFromWav, createClip, musicOnHold, ringBackTone } from '@parley/media';
import type { OutboundHttp } from '../outbound/outbound-http.ts';
import type { Speech } from '../speech/speech.ts';

export interface ClipLibraryDeps {
  readonly speech: Pick<Speech, 'render'>;
  readonly http: OutboundHttp;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Finds the sound of what a flow wants played. Rejects with a message for the author of the flow. */
export type FindClip = (source: PlaySource, signal: AbortSignal) => Promise<Clip>;

/** Half an hour of 8 kHz PCM, the longest clip there is, and as much again for higher rates. */
const maxFileBytes = 64 * 1024 * 1024;
const downloadMs = 15_000;
/** Files are asked for again after that time, so that a changed prompt is heard. */
const freshMs = 60_000;
const maxCachedBytes = 64 * 1024 * 1024;

interface Cached {
  readonly clip: Promise<Clip>;
  readonly until: number;
  bytes: number;
}

export function createClipLibrary(deps: ClipLibraryDeps): FindClip {
  const beepClip = createClip(beep());
  const ringbackClip = createClip(ringBackTone());
  let music: Clip | undefined;
  const files = new FileClips(deps);
  return async (source, signal) => {
    switch (source.kind) {
      case 'beep':
        return beepClip;
      case 'ringback':
        return ringbackClip;
      case 'music':
        return (music ??= createClip(musicOnHold()));
      case 'url':
        return await files.find(source.url);
      case 'speech':
        return await deps.speech.render(source, signal);
    }
  };
}

/** Clips from the web, kept for a while; calls that want the same file at the same time share one download. */
class FileClips {
  readonly #deps: ClipLibraryDeps;
  readonly #cached = new Map<string, Cached>();

  constructor(deps: ClipLibraryDeps) {
    this.#deps = deps;
  }

  find(url: string): Promise<Clip> {
    const known = this.#cached.get(url);
    if (known !== undefined && known.until > this.#deps.now()) return known.clip;
    const entry: Cached = { clip: this.#download(url), until: this.#deps.now() + freshMs, bytes: 0 };
    this.#cached.delete(url);
    this.#cached.set(url, entry);
    entry.clip.then(
      (clip) => this.#keep(entry, clip),
      () => this.#forget(url, entry),
    );
    return entry.clip;
  }

  async #download(url: string): Promise<Clip> {
    const answer = await this.#deps.http.request({
      method: 'GET',
      url,
      headers: { accept: 'audio/wav, audio/*;q=0.5' },
      body: undefined,
      timeoutMs: downloadMs,
      maxBytes: maxFileBytes,
    });
    if (!answer.ok) throw new Error(`${url}: ${answer.error.message}`);
    if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}, wanted 200`);
    const clip = clipFromWav(answer.bytes);
    if (!clip.ok) throw new Error(`${url}: ${clip.error}`);
    return clip.value;
  }

  #keep(entry: Cached, clip: Clip): void {
    entry.bytes = clip.samples.byteLength;
    let bytes = [...this.#cached.values()].reduce((sum, each) => sum + each.bytes, 0);
    for (const [url, oldest] of this.#cached) {
      if (bytes <= maxCachedBytes) return;
      this.#cached.delete(url);
      bytes -= oldest.bytes;
    }
  }

  #forget(url: string, entry: Cached): void {
    if (this.#cached.get(url) === entry) this.#cached.delete(url);
  }
}
