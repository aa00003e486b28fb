import type { Monotonic } from '@parley/core';
import type { SipEngine, SipOutput } from '@parley/sip';
import type { Logger } from 'pino';
import { Alarm, type Clock } from '../clock.ts';
import type { Tally } from './tally.ts';

export interface SipDriverDeps {
  readonly sip: SipEngine;
  readonly clock: Clock;
  readonly says: (output: SipOutput) => void;
  readonly tally: Tally;
  readonly log: Logger;
}

/** Runs the SIP engine: gives it input and time, and passes on everything it then has to say. */
export class SipDriver {
  readonly #deps: SipDriverDeps;
  readonly #alarm: Alarm;

  constructor(deps: SipDriverDeps) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.clock, () => this.run((sip, now) => sip.wake(now)));
  }

  /** What `run` answers; undefined when it failed. */
  run<T>(run: (sip: SipEngine, now: number) => T): T | undefined {
    const { sip, clock, says } = this.#deps;
    const result = this.#guarded(() => run(sip, clock.now().mono));
    for (let output = sip.next(); output !== undefined; output = sip.next()) says(output);
    const wakeAt = sip.wakeAt();
    this.#alarm.set(wakeAt === undefined ? undefined : (wakeAt as Monotonic));
    return result;
  }

  /** Foreign bytes must not end the process, whatever bug of ours they have found. */
  #guarded<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.#deps.tally.problem('bug');
      this.#deps.log.error({ err: error }, 'a bug in the SIP engine; what it was given led to nothing');
      return undefined;
    }
  }
}
