import assert from 'node:assert/strict';
import type { ActionInput, Address, Agent, Call, Instant, Queue } from '@parley/contract';
import { createAgent } from '../agent/agent.ts';
import { Draft } from '../draft.ts';
import type { Monotonic } from '../ports/moment.ts';
import { countingChance, id } from '../scenario.node.ts';
import { address, Switchroom } from '../switchroom.node.ts';
import { createQueue, type QueueDetails } from './queue.ts';

export function queueIdOf(number: number): string {
  return id(7000 + number);
}

const queueId = queueIdOf(1);

/** An available agent as it is made, with a number to be rung at. */
export function agentRow(number: number, change: Partial<Agent> = {}): Agent {
  const made = createAgent(draft(), countingChance(), id(9001), {
    username: `agent-${number}`,
    addresses: [address(`+4930${number}`)],
  });
  assert.ok(made.ok);
  return { ...made.agent, id: id(8000 + number), status: 'available', ...change };
}

/** The one of the first number is where callers join who say no other. */
export function queueRow(details: QueueDetails = {}, number = 1): Queue {
  const made = createQueue(draft(), countingChance(), id(9001), details);
  assert.equal(made.kind, 'ok');
  assert.ok(made.kind === 'ok');
  return { ...made.queue, id: queueIdOf(number) };
}

/** Callers, agents, a queue, and what becomes of them. */
export class QueueRoom extends Switchroom {
  /** A caller waits in a queue with these agents. */
  static waiting(agents: readonly Agent[], details: QueueDetails = {}): QueueRoom {
    const room = new QueueRoom();
    room.staff(agents, [queueRow(details)]);
    room.offer([{ type: 'answer' }, ...joins], true);
    room.settle();
    return room;
  }

  /** Agents and queues are like that from now on. */
  staff(agents: readonly Agent[], queues: readonly Queue[] = []): void {
    const puts = [
      ...queues.map((row) => ({ kind: 'queue', row }) as const),
      ...agents.map((row) => ({ kind: 'agent', row }) as const),
    ];
    this.take(({ centre, at }) => {
      assert.ok(centre.staffChanges({ puts, preconditions: [] }, at));
      return { decision: centre.match([id(9001)], at) };
    });
    this.settle();
  }

  anotherCaller(number: number): string {
    return this.secondCaller([{ type: 'answer' }, ...joins], number);
  }

  /** A caller joins with these options of `queue_join`, from a number of its own. */
  joins(number: number, option: object = {}, source = `+4940${number}`): string {
    const callId = id(number);
    const join = { type: 'queue_join', option: { queue_id: queueId, ...option } };
    this.offer([{ type: 'answer' }, join, { type: 'block' }], true, callId, source);
    this.settle();
    return callId;
  }

  registered(extension: string, isRegistered = true): void {
    this.take(({ centre, at }) => ({
      decision: centre.registrationChanged(id(9001), extension, isRegistered, at),
    }));
    this.settle();
  }

  agent(number: number): Agent {
    const row = this.centre.agents.get(id(8000 + number))?.row;
    assert.ok(row, `there is no agent ${number}`);
    return row;
  }

  /** Status and reason as they were set one after the other. */
  statuses(number: number): string[] {
    return this.events.flatMap(({ type, data }) =>
      type === 'agent_status_updated' && data['id'] === id(8000 + number)
        ? [[data['status'], data['status_reason']].filter((word) => word !== '').join(' ')]
        : [],
    );
  }

  visits(): string[] {
    return this.types().filter((type) => type.startsWith('queuecall_'));
  }

  /** Calls made to agents, in order. */
  legs(): Call[] {
    return this.calls().filter(({ direction }) => direction === 'outgoing');
  }
}

const joins = [{ type: 'queue_join', option: { queue_id: queueId } }, { type: 'block' }];

export function extension(number: string): Address {
  return { ...address(number), type: 'extension' };
}

export function talk(text: string): ActionInput {
  return { type: 'talk', option: { text } };
}

function draft(): Draft {
  return new Draft({ mono: 0 as Monotonic, wall: 1_649_636_634_000_000 as Instant }, countingChance());
}
