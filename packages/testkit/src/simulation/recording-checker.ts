import { notYet, parseTimestamp, type Recording } from '@parley/contract';
import type { LogEntry, Put } from '@parley/core';
import type { Violations } from './violations.ts';

/** A start is told to the microsecond, a length to the millisecond. */
const roundingMs = 1;
/** Sound is recorded in such pieces, the first of which is what came just before. */
const tickMs = 20;

interface Told {
  started: number;
  finished: number;
}

/** Recordings from what is stored and told of them: each ends once, however often its server dies, and is as long as its file. */
export class RecordingChecker {
  readonly #violations: Violations;
  readonly #rows = new Map<string, Recording>();
  readonly #told = new Map<string, Told>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  written(puts: readonly Put[]): void {
    for (const put of puts) if (put.kind === 'recording') this.#keep(put.row);
  }

  logged({ type, resourceId: id }: LogEntry): void {
    if (type !== 'recording_started' && type !== 'recording_finished') return;
    const told = this.#told.get(id) ?? { started: 0, finished: 0 };
    this.#told.set(id, told);
    if (type === 'recording_finished') told.finished += 1;
    else if (told.finished > 0) this.#wrong(id, 'started after it had finished');
    else told.started += 1;
  }

  /** Once all has come to rest. `stored`: its row as it is now, since a process may have died when it had just written it. */
  async judge(
    stored: (id: string) => Promise<Recording | undefined>,
    soundMs: (id: string) => number,
  ): Promise<void> {
    for (const id of this.#rows.keys()) {
      const row = await stored(id);
      if (row === undefined) {
        this.#wrong(id, 'is lost');
        continue;
      }
      const { started, finished } = this.#told.get(id) ?? { started: 0, finished: 0 };
      if (row.status !== 'ended') this.#wrong(id, `is ${row.status} at the end`);
      if (finished !== 1) this.#wrong(id, `finished ${finished} times`);
      if (started > 1) this.#wrong(id, `started ${started} times`);
      if (row.tm_start !== notYet && started === 0) this.#wrong(id, 'has begun, and nobody was told');
      const sound = soundMs(id);
      if (Math.abs(row.duration - sound) > roundingMs)
        this.#wrong(id, `lasts ${row.duration} ms, and its file ${sound} ms`);
    }
  }

  #keep(row: Recording): void {
    const { id, status, tm_start: start, tm_end: end, duration } = row;
    const before = this.#rows.get(id);
    this.#rows.set(id, row);
    if (before?.status === 'ended' && status !== 'ended') this.#wrong(id, 'goes on after its end');
    if (status !== 'ended' || start === notYet) return;
    const lengthMs = ((parseTimestamp(end) ?? 0) - (parseTimestamp(start) ?? 0)) / 1000;
    if (duration > lengthMs + tickMs + roundingMs) this.#wrong(id, `holds ${duration} ms of ${lengthMs} ms`);
  }

  #wrong(id: string, why: string): void {
    this.#violations.add(`recording ${id} ${why}`);
  }
}
