/** What the caller does of its own accord once the call is answered. */
export type ScriptStep = { readonly kind: 'key'; readonly digit: string } | { readonly kind: 'sound' };

/** Speech has longer gaps between words than 0.5 s only where it pauses for an answer. */
const pauseMs = 700;
/** What is heard is handed on in pieces of 200 ms: so late may the news be that somebody speaks again. */
const newsMs = 200;
/** A server that has just answered may still have to load its voice. */
const firstWordMs = 6_000;
/** Somebody who has reacted to a key with silence waits for the next one. */
const reactionMs = 1_500;
/** Music on hold never pauses. */
const longestWaitMs = 15_000;

type State =
  | { readonly kind: 'idle' }
  /** Listening for the other side to give the turn. `since`: the answer, or the end of the last step. */
  | {
      readonly kind: 'waiting';
      readonly since: number;
      readonly firstWordBy: number;
      readonly soundAt?: number;
    }
  | { readonly kind: 'acting' };

/**
 * Keys and sound, one after another, each when the other side has spoken and paused, so that a menu hears them. All
 * times are monotonic milliseconds.
 */
export class Script {
  readonly #steps: ScriptStep[];
  #state: State = { kind: 'idle' };

  constructor(keys: string, hasSound: boolean) {
    const presses = keys.split('').map((digit): ScriptStep => ({ kind: 'key', digit }));
    this.#steps = hasSound ? [...presses, { kind: 'sound' }] : presses;
  }

  /** The call was answered. */
  begin(now: number): void {
    this.#state = { kind: 'waiting', since: now, firstWordBy: now + firstWordMs };
  }

  /** Something was heard at that time. */
  heardSound(at: number): void {
    if (this.#state.kind === 'waiting' && at > this.#state.since)
      this.#state = { ...this.#state, soundAt: at };
  }

  /** When to call `next`; undefined while there is nothing to wait for. */
  dueAt(): number | undefined {
    if (this.#state.kind !== 'waiting' || this.#steps.length === 0) return undefined;
    const { since, firstWordBy, soundAt } = this.#state;
    const silentBy = soundAt === undefined ? firstWordBy : soundAt + pauseMs + newsMs;
    return Math.min(silentBy, since + longestWaitMs);
  }

  /** The step whose turn it is, if it is; `done` has to follow. */
  next(now: number): ScriptStep | undefined {
    const dueAt = this.dueAt();
    if (dueAt === undefined || now < dueAt) return undefined;
    this.#state = { kind: 'acting' };
    return this.#steps.shift();
  }

  /** The step has been carried out. */
  done(now: number): void {
    if (this.#state.kind === 'acting')
      this.#state = { kind: 'waiting', since: now, firstWordBy: now + reactionMs };
  }
}
