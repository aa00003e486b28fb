import { type Clip, clipFromWav } from '@parley/media';
import type { OutboundHttp } from '../outbound/outbound-http.ts';

export interface FileClipsDeps {
  readonly http: Pick<OutboundHttp, 'request'>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Half an hour of 8 kHz PCM, the longest clip there is, and as much again for higher rates. */
const maxFileBytes = 64 * 1024 * 1024;
const downloadMs = 15_000;
/** Files are asked for again after that time, so that a changed prompt is heard. */
const freshMs = 60_000;
const maxCachedBytes = 64 * 1024 * 1024;

interface Entry {
  readonly clip: Promise<Clip>;
  until: number;
  /** What the file was when it was last fetched. */
  last: Clip | undefined;
}

/** Clips from the web, kept for a while; calls that want the same file at the same time share one download. */
export class FileClips {
  readonly #deps: FileClipsDeps;
  readonly #entries = new Map<string, Entry>();

  constructor(deps: FileClipsDeps) {
    this.#deps = deps;
  }

  /** The file as it is now, or was a minute ago. Rejects with a message for the author of the flow. */
  find(url: string): Promise<Clip> {
    const known = this.#entries.get(url);
    if (known !== undefined && known.until > this.#deps.now()) return known.clip;
    const clip = this.#download(url, known?.last);
    const entry: Entry = { clip, until: this.#deps.now() + freshMs, last: known?.last };
    this.#entries.delete(url);
    this.#entries.set(url, entry);
    clip.then(
      (last) => this.#fetched(entry, last),
      () => this.#failed(url, entry),
    );
    return clip;
  }

  /** What the file was when it was last fetched, for those who do not wait; `fresh`: `find` would answer the same. */
  kept(url: string): { readonly clip: Clip; readonly fresh: boolean } | undefined {
    const entry = this.#entries.get(url);
    if (entry?.last === undefined) return undefined;
    return { clip: entry.last, fresh: entry.until > this.#deps.now() };
  }

  async #download(url: string, last: Clip | undefined): Promise<Clip> {
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
    // The media plane has encoded it already, and knows it by its identity.
    return last !== undefined && sameSound(last, clip.value) ? last : clip.value;
  }

  #fetched(entry: Entry, clip: Clip): void {
    entry.last = clip;
    let bytes = [...this.#entries.values()].reduce((sum, each) => sum + bytesOf(each), 0);
    for (const [url, oldest] of this.#entries) {
      if (bytes <= maxCachedBytes) return;
      this.#entries.delete(url);
      bytes -= bytesOf(oldest);
    }
  }

  #failed(url: string, entry: Entry): void {
    if (this.#entries.get(url) !== entry) return;
    if (entry.last === undefined) this.#entries.delete(url);
    else entry.until = this.#deps.now();
  }
}

function bytesOf({ last }: Entry): number {
  return last?.samples.byteLength ?? 0;
}

function sameSound({ samples: a }: Clip, { samples: b }: Clip): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: Int16Array): Buffer =>
    Buffer.from(buffer, byteOffset, byteLength);
  return a.length === b.length && bytes(a).equals(bytes(b));
}
