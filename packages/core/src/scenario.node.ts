import assert from 'node:assert/strict';
import {
  type Action,
  createEventValidator,
  type EventType,
  type Flow,
  type Instant,
  nilId,
  notYet,
} from '@parley/contract';
import { CallCentre, type CallCentreSettings } from './call/call-centre.ts';
import type { Decision } from './decision.ts';
import type { Effect } from './effects.ts';
import type { Input } from './inputs.ts';
import type { Chance } from './ports/chance.ts';
import type { Moment, Monotonic } from './ports/moment.ts';

const validate = createEventValidator();

/** One caller and one call centre, for specs that read as given, when, then. */
export class Scenario {
  readonly centre: CallCentre;
  readonly callId = id(1);
  readonly events: { type: EventType; data: Record<string, unknown> }[] = [];
  effects: Effect[] = [];
  #ms = 1_000_000;

  constructor(settings: Partial<CallCentreSettings> = {}) {
    this.centre = new CallCentre(countingChance(), settings);
  }

  /** A caller dials a number whose flow has these actions; media opens as soon as it is asked for. */
  static answered(actions: readonly PartialAction[]): Scenario {
    const scenario = new Scenario();
    scenario.offer(actions);
    scenario.hear({ kind: 'mediaOpened' });
    return scenario;
  }

  offer(actions: readonly PartialAction[] | undefined): void {
    this.#take(
      this.centre.handle(
        {
          kind: 'callOffered',
          callId: this.callId,
          customerId: id(9001),
          flowId: id(9002),
          flow: actions === undefined ? undefined : flowOf(actions),
          source: address('+821100000002'),
          destination: address('1000'),
        },
        this.#now(),
      ),
    );
  }

  /** An input about the call, a millisecond after the one before. */
  hear(input: WithoutCall<Exclude<Input, { kind: 'callOffered' }>>): void {
    this.#ms += 1;
    this.#take(this.centre.handle({ ...input, callId: this.callId }, this.#now()));
  }

  /** Lets time pass, with everything that comes due on the way. */
  pass(ms: number): void {
    const end = this.#ms + ms;
    for (let at = this.centre.wakeAt(); at !== undefined && at <= end; at = this.centre.wakeAt()) {
      this.#ms = at;
      for (const decision of this.centre.wake(this.#now())) this.#take(decision);
    }
    this.#ms = end;
  }

  playEnds(): void {
    const play = this.lastEffect('play') ?? this.lastEffect('echo');
    this.hear({ kind: 'playEnded', play: play?.play ?? 'none' });
  }

  press(digits: string): void {
    for (const digit of digits) this.hear({ kind: 'digit', digit });
  }

  lastEffect<K extends Effect['kind']>(kind: K): Extract<Effect, { kind: K }> | undefined {
    return this.effects.findLast((effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind);
  }

  types(): EventType[] {
    return this.events.map((event) => event.type);
  }

  /** What the last event of that type carried. */
  last(type: EventType): Record<string, unknown> {
    return this.events.findLast((event) => event.type === type)?.data ?? {};
  }

  /** Types of the actions run so far, in order. */
  path(): unknown[] {
    return this.events
      .filter((event) => event.type === 'activeflow_updated')
      .map((event) => (event.data['current_action'] as Action).type);
  }

  #take(decision: Decision): void {
    this.effects = [...this.effects, ...decision.effects];
    for (const { body } of decision.events) {
      const event = JSON.parse(body);
      assert.deepEqual(validate(event), [], `${event.type} is not as the contract says`);
      this.events.push(event);
    }
  }

  #now(): Moment {
    return { mono: this.#ms as Monotonic, wall: (1_649_636_634_000_000 + this.#ms * 1000) as Instant };
  }
}

type WithoutCall<T> = T extends unknown ? Omit<T, 'callId'> : never;

export type PartialAction = Pick<Action, 'type'> & Partial<Action>;

export function id(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function flowOf(actions: readonly PartialAction[]): Flow {
  const complete = actions.map((action, index) => ({ id: id(100 + index), next_id: nilId, ...action }));
  const times = { tm_create: notYet, tm_update: notYet, tm_delete: notYet };
  return {
    id: id(9002),
    type: 'flow',
    name: '',
    detail: '',
    actions: complete,
    ...times,
    customer_id: id(9001),
  };
}

export function countingChance(): Chance {
  let count = 0;
  const next = (): number => (count += 1);
  return { id: () => id(500_000 + next()), token: (bytes) => 'ab'.repeat(bytes), fraction: () => 0.5 };
}

function address(target: string) {
  return { type: 'tel', target, target_name: '', name: '', detail: '' } as const;
}
