import { asleep, type Sleeper } from '../transaction/deadline-heap.ts';
import type { Headers } from '../message.ts';
import type { CallRecord } from './call-record.ts';
import { feed } from './call-runner.ts';
import type { EngineContext } from './context.ts';
import type { HeaderPair } from './response-builder.ts';
import {
  beginClock,
  clockWakeAt,
  minSessionS,
  passClock,
  raisedInterval,
  type SessionClock,
  type SessionExpiry,
} from './session-expiry.ts';

/** The session timer of one call (RFC 4028), while it has one. */
export class SessionTimer implements Sleeper {
  heapIndex = asleep;
  heapAt = 0;
  readonly #context: EngineContext;
  readonly #record: CallRecord;
  #clock: SessionClock;
  #raised = false;

  constructor(context: EngineContext, record: CallRecord, clock: SessionClock) {
    this.#context = context;
    this.#record = record;
    this.#clock = clock;
    context.deadlines.set(this, clockWakeAt(clock));
  }

  stop(): void {
    this.#context.deadlines.set(this, undefined);
  }

  wake(now: number): void {
    const { clock, due } = passClock(this.#clock, now);
    this.#clock = clock;
    if (due === 'end')
      return feed(this.#context, this.#record, { kind: 'lost', cause: { kind: 'timeout' } }, now);
    this.#context.deadlines.set(this, clockWakeAt(clock));
    if (due === 'refresh') this.#context.refreshSession(this.#record, now);
  }

  /** What our requests that refresh the session ask for: that all stays as it is. */
  get headers(): readonly HeaderPair[] {
    const { intervalS, ours } = this.#clock;
    return [
      ['Session-Expires', `${intervalS};refresher=${ours ? 'uac' : 'uas'}`],
      ['Min-SE', String(minSessionS)],
    ];
  }

  /** A 422 asks for a longer interval: whether trying again with that makes sense. Once, or a peer could go on for ever. */
  raise(refusal: Headers): boolean {
    const intervalS = raisedInterval(refusal, this.#clock.intervalS);
    if (intervalS === undefined || this.#raised) return false;
    this.#raised = true;
    this.#clock = { ...this.#clock, intervalS };
    return true;
  }
}

/** A 2xx that opened or refreshed the session was sent or received; `uac`: the request was ours. */
export function startTimer(
  context: EngineContext,
  record: CallRecord,
  expiry: SessionExpiry | undefined,
  uac: boolean,
  now: number,
): void {
  record.timer?.stop();
  record.timer = undefined;
  if (expiry === undefined || record.state.kind === 'ended') return;
  const ours = (expiry.refresher === 'uac') === uac;
  record.timer = new SessionTimer(context, record, beginClock(expiry.intervalS, ours, now));
}
