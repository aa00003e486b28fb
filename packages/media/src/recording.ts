import type { AudioTap } from './audio-tap.ts';
import { SAMPLES_PER_MS, SAMPLES_PER_TICK, TICK_MS } from './limits.ts';
import type { RecordingEndReason, RecordingEvent, RecordingPlan } from './protocol.ts';
import type { RecordingFiles } from './recording-file.ts';
import { saturate } from './room-member.ts';
import { WavFile } from './wav-file.ts';

/** What was recorded is written this often: well within the second that may be lost. */
const TICKS_PER_PIECE = 40;

/** Pieces kept while the file is being made: ten seconds, after which the disk is given up. */
const MAX_EARLY_PIECES = 12;

/** Mean of the samples' magnitudes below which 20 ms are silence: -48 dB, what a quiet room sounds like on a phone. */
const SILENCE_LEVEL = 128;

/** One recording: takes 20 ms at a time, and gets them into a file. */
export class Recording implements AudioTap {
  readonly #name: string;
  readonly #plan: RecordingPlan;
  readonly #channels: 1 | 2;
  readonly #say: (event: RecordingEvent) => void;
  readonly #maxSamples: number;
  #file: WavFile | undefined;
  #piece: DataView;
  #filled = 0;
  #samples = 0;
  #silentMs = 0;
  #paused = false;
  #ended: RecordingEndReason | undefined;
  /** Pieces recorded before the file was there. */
  #early: Uint8Array[] = [];

  constructor(name: string, plan: RecordingPlan, say: (event: RecordingEvent) => void) {
    this.#name = name;
    this.#plan = plan;
    this.#say = say;
    this.#channels = (plan.layout ?? ('leg' in plan.target ? 'stereo' : 'mono')) === 'stereo' ? 2 : 1;
    this.#maxSamples = Math.round(plan.maxMs * SAMPLES_PER_MS);
    this.#piece = this.#newPiece();
  }

  /** Is it still recording? */
  get on(): boolean {
    return this.#ended === undefined;
  }

  get durationMs(): number {
    return this.#samples / SAMPLES_PER_MS;
  }

  /** Makes the file. What is recorded meanwhile is kept. */
  begin(files: RecordingFiles): void {
    files.create(this.#plan.path, (created) => {
      if (!created.ok) {
        this.#ended = 'failed';
        this.#tellEnd('failed', 0, created.error);
        return;
      }
      const file = new WavFile(created.value, this.#channels, {
        failed: (error) => {
          this.#ended ??= 'failed';
          this.#tellEnd('failed', file.bytes, error);
        },
        closed: () => {
          this.#tellEnd(this.#ended ?? 'stopped', file.bytes);
        },
      });
      this.#file = file;
      file.begin(() => {
        this.#say({ type: 'recordingStarted', recording: this.#name, recordedMs: this.durationMs });
      });
      for (const piece of this.#early) file.append(piece);
      this.#early = [];
      if (!this.on) file.end();
    });
  }

  push(said: Int16Array, heard: Int16Array): boolean {
    if (!this.on) return false;
    if (this.#paused) return true;
    const count = Math.min(SAMPLES_PER_TICK, this.#maxSamples - this.#samples);
    this.#write(said, heard, count);
    this.#samples += count;
    if (this.#samples >= this.#maxSamples) this.end('duration');
    else if (this.#isSilentForLong(said, heard)) this.end('silence');
    return this.on;
  }

  gone(): void {
    this.end('legClosed');
  }

  pause(paused: boolean): void {
    if (this.#paused === paused) return;
    this.#paused = paused;
    this.#silentMs = 0;
    this.#flush();
  }

  /** Ends it; `recordingEnded` comes when the file is closed. */
  end(reason: RecordingEndReason): void {
    if (!this.on) return;
    this.#flush();
    this.#ended ??= reason;
    this.#file?.end();
  }

  #write(said: Int16Array, heard: Int16Array, count: number): void {
    const piece = this.#piece;
    const stereo = this.#channels === 2;
    for (let n = 0; n < count; n += 1) {
      const left = said[n] ?? 0;
      const right = heard[n] ?? 0;
      piece.setInt16(this.#filled, stereo ? left : saturate(left + right), true);
      this.#filled += 2;
      if (!stereo) continue;
      piece.setInt16(this.#filled, right, true);
      this.#filled += 2;
    }
    if (this.#filled + SAMPLES_PER_TICK * 2 * this.#channels > piece.byteLength) this.#flush();
  }

  #flush(): void {
    if (this.#filled === 0) return;
    const bytes = new Uint8Array(this.#piece.buffer, 0, this.#filled);
    this.#piece = this.#newPiece();
    this.#filled = 0;
    if (this.#file !== undefined) this.#file.append(bytes);
    else if (this.#early.length < MAX_EARLY_PIECES) this.#early.push(bytes);
    else this.#ended ??= 'failed';
  }

  #newPiece(): DataView {
    return new DataView(new ArrayBuffer(TICKS_PER_PIECE * SAMPLES_PER_TICK * 2 * this.#channels));
  }

  #isSilentForLong(said: Int16Array, heard: Int16Array): boolean {
    const { endOfSilenceMs } = this.#plan;
    if (endOfSilenceMs === undefined) return false;
    this.#silentMs = isSilent(said) && isSilent(heard) ? this.#silentMs + TICK_MS : 0;
    return this.#silentMs >= endOfSilenceMs;
  }

  #tellEnd(reason: RecordingEndReason, bytes: number, error?: string): void {
    const event = { type: 'recordingEnded', recording: this.#name, reason, bytes } as const;
    this.#say({ ...event, durationMs: this.durationMs, ...(error === undefined ? {} : { error }) });
  }
}

function isSilent(frame: Int16Array): boolean {
  let sum = 0;
  for (let n = 0; n < SAMPLES_PER_TICK; n += 1) sum += Math.abs(frame[n] ?? 0);
  return sum < SILENCE_LEVEL * SAMPLES_PER_TICK;
}
