import { type Address, type Flow, nilId } from '@parley/contract';
import { cause } from '@parley/core';
import type { Desk } from './desk.ts';
import type { FarEnd } from './far-end.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What a caller will do, all of it drawn before it calls: how long it waits does not change what comes of the talk. */
export interface CallerPlan {
  readonly callId: string;
  readonly customerId: string;
  readonly flow: Flow;
  readonly source: Address;
  /** Milliseconds; infinite: waits for as long as it takes. */
  readonly patienceMs: number;
  readonly talkMs: number;
}

export interface CallerDeps {
  readonly clock: VirtualClock;
  readonly desk: Desk;
  readonly farEnd: FarEnd;
}

/** Somebody who calls, waits, gives up or talks, and hangs up. */
export class DayCaller {
  readonly plan: CallerPlan;
  readonly #deps: CallerDeps;
  #cancel: (() => void) | undefined;
  #state: 'calling' | 'talking' | 'gone' = 'calling';

  constructor(deps: CallerDeps, plan: CallerPlan) {
    this.#deps = deps;
    this.plan = plan;
  }

  /** False: nobody took the call. */
  call(): boolean {
    const { desk, farEnd } = this.#deps;
    const { callId, customerId, flow, source, patienceMs } = this.plan;
    if (!desk.isUp) return false;
    farEnd.calls(callId);
    this.#in(patienceMs);
    desk.hear({
      kind: 'callOffered',
      callId,
      customerId,
      flow,
      flowId: flow.id,
      source,
      destination,
      mediaOpen: true,
    });
    return true;
  }

  /** It hears an agent. */
  served(): void {
    if (this.#state !== 'calling') return;
    this.#state = 'talking';
    this.#in(this.plan.talkMs);
  }

  /** Its call is over. */
  over(): void {
    this.#state = 'gone';
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #in(ms: number): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (!Number.isFinite(ms)) return;
    this.#cancel = this.#deps.clock.after(Math.round(ms), () => this.#hangUp());
  }

  #hangUp(): void {
    if (this.#state === 'gone') return;
    this.over();
    this.#deps.farEnd.ends(this.plan.callId, cause.normalClearing);
  }
}

const destination: Address = { type: 'tel', target: 'queue', target_name: '', name: '', detail: '' };

/** What every caller of a queue goes through. */
export function flowToQueue(
  queueId: string,
  ids: readonly [string, string, string],
  customerId: string,
  stamp: string,
): Flow {
  const [flowId, answerId, joinId] = ids;
  return {
    id: flowId,
    type: 'flow',
    name: '',
    detail: '',
    actions: [
      { id: answerId, next_id: nilId, type: 'answer' },
      { id: joinId, next_id: nilId, type: 'queue_join', option: { queue_id: queueId } },
    ],
    tm_create: stamp,
    tm_update: stamp,
    tm_delete: stamp,
    customer_id: customerId,
  };
}
