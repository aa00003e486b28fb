import { MAX_UNWRITTEN_BYTES, SAMPLE_RATE } from './limits.ts';
import type { RecordingFile } from './recording-file.ts';
import { WAV_HEADER_BYTES, wavHeader } from './wav-writer.ts';

/** How the file is doing, told as it happens. */
export interface WavFileListener {
  /** Nothing more can be written; the file is closed as far as it can be. */
  failed(error: string): void;
  /** All is written and the file closed. */
  closed(): void;
}

/**
 * A WAV file written piece by piece, playable at every moment: a piece goes behind what is there, and only then the
 * header is written again with its length. A header torn in the writing states less than is there, never more.
 */
export class WavFile {
  readonly #file: RecordingFile;
  readonly #channels: 1 | 2;
  readonly #listener: WavFileListener;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #dataBytes = 0;
  #state: 'idle' | 'writing' | 'over' = 'idle';
  #ending = false;

  constructor(file: RecordingFile, channels: 1 | 2, listener: WavFileListener) {
    this.#file = file;
    this.#channels = channels;
    this.#listener = listener;
  }

  /** Bytes in the file that its header knows of, the header included. */
  get bytes(): number {
    return WAV_HEADER_BYTES + this.#dataBytes;
  }

  /** Makes an empty WAV file; `done` when it is one. */
  begin(done: () => void): void {
    this.#state = 'writing';
    this.#writeHeader(0, () => {
      done();
      this.#next();
    });
  }

  /** Whole frames of 16 bit samples, little endian, which are the file's from now on. */
  append(bytes: Uint8Array): void {
    if (this.#state === 'over' || this.#ending || bytes.length === 0) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > MAX_UNWRITTEN_BYTES) this.#fail('the disk is too slow for a recording');
    else if (this.#state === 'idle') this.#next();
  }

  /** Writes what waits, then closes. */
  end(): void {
    if (this.#ending || this.#state === 'over') return;
    this.#ending = true;
    if (this.#state === 'idle') this.#next();
  }

  #next(): void {
    if (this.#state === 'over') return;
    const [bytes] = this.#waiting;
    this.#state = bytes === undefined && !this.#ending ? 'idle' : 'writing';
    if (bytes !== undefined) this.#write(bytes);
    else if (this.#ending) this.#close();
  }

  #write(bytes: Uint8Array): void {
    const dataBytes = this.#dataBytes + bytes.length;
    this.#file.write(bytes, WAV_HEADER_BYTES + this.#dataBytes, (error) => {
      if (this.#isOver(error)) return;
      this.#writeHeader(dataBytes, () => {
        this.#dataBytes = dataBytes;
        this.#waiting.shift();
        this.#waitingBytes -= bytes.length;
        this.#next();
      });
    });
  }

  #writeHeader(dataBytes: number, done: () => void): void {
    const header = wavHeader({ sampleRate: SAMPLE_RATE, channels: this.#channels }, dataBytes);
    this.#file.write(header, 0, (error) => {
      if (!this.#isOver(error)) done();
    });
  }

  #close(): void {
    this.#state = 'over';
    this.#file.close((error) => {
      if (error === undefined) this.#listener.closed();
      else this.#listener.failed(error);
    });
  }

  #isOver(error: string | undefined): boolean {
    if (error !== undefined) this.#fail(error);
    return this.#state === 'over';
  }

  /** The error that matters is the first: one of closing after it is not told. */
  #fail(error: string): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#waiting = [];
    this.#file.close(() => {
      this.#listener.failed(error);
    });
  }
}
