import { type Customer, notYet } from '@parley/contract';
import type { PlaySource } from '@parley/core';
import type { Clip } from '@parley/media';
import type { FindClip } from './clip-library.ts';

type MusicSettings = Pick<Customer, 'id' | 'tm_delete' | 'music_on_hold_uri'>;

/** Knows which file the music of each customer is, and has it fetched before anybody waits. */
export class CustomerMusic {
  readonly #find: FindClip;
  /** Of those customers that have one. */
  readonly #files = new Map<string, string>();
  #ahead: Promise<unknown> = Promise.resolve();

  constructor(find: FindClip) {
    this.#find = find;
  }

  /** The customer is like that from now on; a play that has begun goes on as it is. */
  changed({ id, tm_delete: deleted, music_on_hold_uri: file }: MusicSettings): void {
    const before = this.#files.get(id);
    if (deleted !== notYet || file === '') this.#files.delete(id);
    else if (file !== before) {
      this.#files.set(id, file);
      this.#fetchAhead(id, file);
    }
  }

  /** The sound of what a flow of that customer wants played; rejects as `FindClip` does. */
  async clip(source: PlaySource, customerId: string | undefined, signal: AbortSignal): Promise<Clip> {
    if (source.kind !== 'music') return await this.#find(source, signal);
    return await this.#find({ kind: 'music', file: this.#files.get(customerId ?? '') ?? '' }, signal);
  }

  /** One after the other: at the start there may be many, and they are large. */
  #fetchAhead(id: string, file: string): void {
    this.#ahead = this.#ahead.then(async () => {
      if (this.#files.get(id) === file)
        await this.#find({ kind: 'music', file }, new AbortController().signal);
    });
  }
}
