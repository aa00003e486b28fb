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
import type { Orphans } from './call/recovery.ts';
import { Decision } from './decision.ts';
import type { Effect } from './effects.ts';
import type { Input, Reply } from './inputs.ts';
import type { Chance } from './ports/chance.ts';
import type { Moment, Monotonic } from './ports/moment.ts';
import type { Put } from './ports/store.ts';

const validate = createEventValidator();

/** One caller and one call centre, for specs that read as given, when, then. */
export class Scenario {
  readonly centre: CallCentre;
  readonly chance: Chance;
  readonly callId = id(1);
  /** A bug that the call centre caught fails the test, unless the test made it. */
  toleratesBugs = false;
  readonly events: { type: EventType; data: Record<string, unknown> }[] = [];
  readonly effects: Effect[] = [];
  readonly decisions: Decision[] = [];
  readonly puts: Put[] = [];
  #ms = 1_000_000;

  constructor(settings: Partial<CallCentreSettings> = {}, chance: Chance = countingChance()) {
    this.chance = chance;
    this.centre = new CallCentre(chance, settings);
  }

  /** A caller dials a number whose flow has these actions; media opens as soon as it is asked for. */
  static answered(actions: readonly PartialAction[]): Scenario {
    const scenario = new Scenario();
    scenario.offer(actions);
    scenario.hear({ kind: 'mediaOpened' });
    return scenario;
  }

  offer(
    actions: readonly PartialAction[] | undefined,
    mediaOpen = false,
    callId = this.callId,
    source = '+821100000002',
  ): void {
    this.#take(
      this.centre.handle(
        {
          kind: 'callOffered',
          callId,
          customerId: id(9001),
          flowId: id(9002),
          flow: actions === undefined ? undefined : flowOf(actions),
          source: address(source),
          destination: address('1000'),
          mediaOpen,
        },
        this.#now(),
      ),
    );
  }

  /** An input about the call, a millisecond after the one before. */
  hear(input: Heard): void {
    this.hearOf(this.callId, input);
  }

  /** The same about another call. */
  hearOf(callId: string, input: Heard): void {
    this.#ms += 1;
    this.#take(this.centre.handle({ ...input, callId }, this.#now()));
  }

  /** Anything else that is decided; answers what came of it. */
  take<T extends { readonly decision: Decision }>(
    decide: (to: { centre: CallCentre; at: Moment; decision: Decision }) => T,
  ): T {
    this.#ms += 1;
    const at = this.#now();
    const made = decide({ centre: this.centre, at, decision: new Decision(at, this.chance) });
    this.#take(made.decision);
    return made;
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

  /** What was last asked to play has been played, or could not be. */
  playEnds(problem?: string): void {
    const play = this.lastPlay();
    this.hear(problem === undefined ? { kind: 'playEnded', play } : { kind: 'playEnded', play, problem });
  }

  lastPlay(): string {
    const sound = this.effects.findLast((effect) => effect.kind === 'play' || effect.kind === 'echo');
    return sound?.kind === 'play' || sound?.kind === 'echo' ? sound.play : 'none';
  }

  /** The last HTTP request that was asked for is answered; `body` as JSON unless it is text. */
  webAnswers(status: number, body: unknown = ''): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.reply({ ok: true, status, body: text });
  }

  reply(reply: Reply): void {
    this.hear({ kind: 'replied', request: this.lastEffect('request')?.request ?? 'none', reply });
  }

  /** The stored flow that was last asked for is there, with these actions, or is not. */
  flowLoads(actions: readonly PartialAction[] | undefined): void {
    const request = this.lastEffect('loadFlow')?.request ?? 'none';
    this.hear({ kind: 'flowLoaded', request, flow: actions === undefined ? undefined : flowOf(actions) });
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

  /** The action under way, as the last event of the activeflow shows it. */
  current(): Action {
    return this.last('activeflow_updated')['current_action'] as Action;
  }

  kinds(): Effect['kind'][] {
    return this.effects.map((effect) => effect.kind);
  }

  /** What an operator was told. */
  reports(): string[] {
    return this.effects.flatMap((effect) => (effect.kind === 'report' ? [effect.text] : []));
  }

  /** Types of the actions run so far, in order. */
  path(): unknown[] {
    return this.events
      .filter((event) => event.type === 'activeflow_updated')
      .map((event) => (event.data['current_action'] as Action).type);
  }

  #take(decision: Decision): void {
    this.decisions.push(decision);
    this.effects.push(...decision.effects);
    for (const effect of decision.effects)
      if (effect.kind === 'report' && effect.problem === 'bug') assert.ok(this.toleratesBugs, effect.text);
    this.puts.push(...decision.puts);
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

type Heard = WithoutCall<Exclude<Input, { kind: 'callOffered' }>>;
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

/** A process that died with nothing live. */
export const noOrphans: Orphans = {
  calls: [],
  masters: [],
  activeflows: [],
  groupcalls: [],
  confbridges: [],
  conferences: [],
  recordings: [],
  endedRecordings: [],
  queuecalls: [],
  explanations: [],
  agents: [],
  queues: [],
  recorded: new Map(),
};
