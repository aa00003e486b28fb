/** Somebody who listens in on a leg or a room, such as a recording. */
export interface AudioTap {
  /**
   * 20 ms, borrowed: what the leg said and what it heard, or what is said in the room and silence. False when it
   * wants no more.
   */
  push(said: Int16Array, heard: Int16Array): boolean;
  /** The leg or the room is gone; not called after `push` gave false. */
  gone(): void;
}

/** The listeners of one leg or room. */
export class AudioTaps {
  #taps: readonly AudioTap[] = [];

  get any(): boolean {
    return this.#taps.length > 0;
  }

  add(tap: AudioTap): void {
    this.#taps = [...this.#taps, tap];
  }

  remove(tap: AudioTap): void {
    this.#taps = this.#taps.filter((other) => other !== tap);
  }

  push(said: Int16Array, heard: Int16Array): void {
    for (const tap of this.#taps) if (!tap.push(said, heard)) this.remove(tap);
  }

  end(): void {
    const taps = this.#taps;
    this.#taps = [];
    for (const tap of taps) tap.gone();
  }
}
