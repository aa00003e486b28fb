import { closeSync, openSync, writeSync } from 'node:fs';
import { wavHeader } from '@parley/media';
import { Failure } from '../command.ts';

const description = { sampleRate: 8000, channels: 1 } as const;
const headerBytes = wavHeader(description, 0).length;

/** A WAV file that grows: whole after each piece, so that it can be played whatever ends the process. */
export class WavRecording {
  readonly #file: string;
  readonly #handle: number;
  #dataBytes = 0;

  /** Overwrites what is there. Throws a Failure when that is not possible. */
  constructor(file: string) {
    this.#file = file;
    this.#handle = this.#try(() => openSync(file, 'w'));
    this.#writeHeader();
  }

  get seconds(): number {
    return this.#dataBytes / 2 / description.sampleRate;
  }

  append(samples: Int16Array): void {
    const bytes = new DataView(new ArrayBuffer(samples.length * 2));
    samples.forEach((sample, at) => bytes.setInt16(at * 2, sample, true));
    this.#write(bytes, headerBytes + this.#dataBytes);
    this.#dataBytes += bytes.byteLength;
    this.#writeHeader();
  }

  close(): void {
    this.#try(() => closeSync(this.#handle));
  }

  #writeHeader(): void {
    this.#write(wavHeader(description, this.#dataBytes), 0);
  }

  #write(bytes: NodeJS.ArrayBufferView, position: number): void {
    this.#try(() => writeSync(this.#handle, bytes, 0, bytes.byteLength, position));
  }

  #try<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Failure(`${this.#file} cannot be written: ${why}`, { cause: error });
    }
  }
}
