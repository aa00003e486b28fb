import assert from 'node:assert/strict';
import { type Address, type Call, nilId } from '@parley/contract';
import type { DialAttempt, PlannedDestination } from './dial/plan.ts';
import { temporaryFlow } from './call/outgoing.ts';
import type { Effect } from './effects.ts';
import type { DialOrders } from './group/live-group.ts';
import { noVariables } from './flow/variables.ts';
import type { NewConference } from './room/conference-row.ts';
import { id, type PartialAction, Scenario } from './scenario.node.ts';

/**
 * A scenario with several calls in it. Media opens as soon as it is asked for, destinations are found as their text says
 * (`none`: no way there; `twice`: two attempts; `devices`: two legs), and what is dialled waits for the spec to say what comes of it.
 */
export class Switchroom extends Scenario {
  #seen = 0;

  /** An answered caller whose flow has these actions. */
  static withCaller(actions: readonly PartialAction[]): Switchroom {
    const room = new Switchroom();
    room.offer([{ type: 'answer' }, ...actions], true);
    room.settle();
    return room;
  }

  /** Another caller of the same customer, with the same kind of flow. */
  secondCaller(actions: readonly PartialAction[], number: number): string {
    const callId = id(number);
    this.offer(actions, true, callId);
    this.settle();
    return callId;
  }

  /** Does what the outside does by itself, until nothing is left to do. */
  settle(): void {
    for (; this.#seen < this.effects.length; this.#seen += 1) {
      const effect = this.effects[this.#seen];
      if (effect !== undefined) this.#react(effect);
    }
  }

  #react(effect: Effect): void {
    const { callId } = effect;
    if (effect.kind === 'openMedia') this.hearOf(callId, { kind: 'mediaOpened' });
    if (effect.kind === 'closeMedia') this.hearOf(callId, { kind: 'mediaClosed', statistics });
    if (effect.kind === 'hangup') this.hearOf(callId, { kind: 'callEnded', end: { cause: 16 } });
    if (effect.kind === 'locate') {
      const destinations = effect.destinations.map(plan);
      this.hearOf(callId, { kind: 'located', request: effect.request, destinations, flow: undefined });
    }
  }

  /** The far end of the nth outgoing call does something. */
  rings(nth: number, earlyMedia = false): void {
    this.hearOf(this.outgoing(nth).id, { kind: 'farEndRings', earlyMedia });
    this.settle();
  }

  answers(nth: number): void {
    this.hearOf(this.outgoing(nth).id, { kind: 'farEndAnswered' });
    this.settle();
  }

  ends(callId: string, cause = 16, status?: number): void {
    this.hearOf(callId, { kind: 'callEnded', end: { cause, ...(status !== undefined && { status }) } });
    this.settle();
  }

  refuses(nth: number, cause: number, status?: number): void {
    this.ends(this.outgoing(nth).id, cause, status);
  }

  /** A client has calls made. */
  dial(
    destinations: readonly (string | Address)[],
    actions: readonly PartialAction[] = [],
    orders: Partial<DialOrders> = {},
  ) {
    const made = this.take(({ centre, at, decision }) => {
      const flow = temporaryFlow({ chance: this.chance, decision }, id(9001), actions);
      assert.ok(flow.ok);
      return centre.dial(
        {
          orders: {
            customerId: id(9001),
            source: address('+821100000001'),
            flow: flow.flow,
            variables: noVariables,
            masterCallId: nilId,
            chained: false,
            lane: undefined,
            timeoutMs: 60_000,
            early: false,
            ...orders,
          },
          destinations: destinations.map((each) => plan(typeof each === 'string' ? address(each) : each)),
        },
        at,
      );
    });
    this.settle();
    return made;
  }

  createConference(wanted: Partial<NewConference>) {
    const made = this.take(({ centre, at }) =>
      centre.createConference(
        {
          customerId: id(9001),
          type: 'conference',
          name: '',
          detail: '',
          data: {},
          timeout: 0,
          preActions: [],
          postActions: [],
          ...wanted,
        },
        at,
      ),
    );
    assert.ok(made.conference);
    return { conference: made.conference };
  }

  /** The latest row of every call, in the order in which they were made. */
  calls(): Call[] {
    const rows = new Map<string, Call>();
    for (const put of this.puts) if (put.kind === 'call') rows.set(put.row.id, put.row);
    return [...rows.values()];
  }

  call(callId: string): Call {
    const call = this.calls().find((each) => each.id === callId);
    assert.ok(call, `there is no call ${callId}`);
    return call;
  }

  outgoing(nth: number): Call {
    const call = this.calls().filter(({ direction }) => direction === 'outgoing')[nth];
    assert.ok(call, `there is no outgoing call ${nth}`);
    return call;
  }

  /** What was asked of the outside about a call. */
  effectsOf(callId: string): Effect['kind'][] {
    return this.effects.filter((effect) => effect.callId === callId).map(({ kind }) => kind);
  }

  /** Types of all events, with the number of the call they are about: 0 is the caller. */
  story(): string[] {
    const order = this.calls().map((call) => call.id);
    return this.events.map(({ type, data }) => {
      const about = type.startsWith('activeflow') ? data['reference_id'] : data['id'];
      return type.startsWith('call_') || type.startsWith('activeflow_')
        ? `${type} ${order.indexOf(String(about))}`
        : type;
    });
  }
}

const statistics = {
  packets_received: 0,
  packets_sent: 0,
  packets_lost: 0,
  packets_discarded: 0,
  jitter_ms: 0,
  remote_packets_lost: 0,
  round_trip_ms: 0,
};

export function address(target: string): Address {
  return { type: 'tel', target, target_name: '', name: '', detail: '' };
}

/** An agent as a destination, to be found at these addresses. */
export function agentAt(
  agentId: string,
  ringMethod: 'ring_all' | 'linear',
  targets: readonly string[],
): Address {
  const text = { target_name: targets.join(' '), name: ringMethod, detail: '' };
  return { type: 'agent', target: agentId, ...text };
}

function planAgent(destination: Address): PlannedDestination {
  const { target: agentId, target_name: targets, name } = destination;
  const addresses = targets.split(' ').map((target) => plan(address(target)));
  const ringMethod = name === 'linear' ? name : 'ring_all';
  return { destination, legs: [], asGroup: true, agent: { id: agentId, ringMethod, addresses } };
}

export function plan(destination: Address): PlannedDestination {
  if (destination.type === 'agent') return planAgent(destination);
  const { target } = destination;
  const attempts =
    target === 'none' ? [] : target === 'twice' ? [attempt('a'), attempt('b')] : [attempt(target)];
  const leg = { destination, attempts };
  return { destination, legs: target === 'devices' ? [leg, leg] : [leg], asGroup: target === 'devices' };
}

function attempt(user: string): DialAttempt {
  return {
    uri: `sip:${user}@127.0.0.1`,
    nextHop: undefined,
    from: { displayName: '', user: '+821100000001', host: undefined },
    headers: [],
    providerId: nilId,
  };
}
