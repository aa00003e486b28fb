import { randomUUID } from 'node:crypto';
import {
  type Agent,
  eventExamples,
  type EventType,
  formatTimestamp,
  type Instant,
  nilId,
  notYet,
  type Queuecall,
} from '@parley/contract';
import type { NewEvent, Put } from '@parley/core';
import type { Random } from './random.ts';
import { event, put } from './samples.ts';

const begin = Date.parse('2026-03-02T22:50:00Z');
const reasons = [
  'abandoned',
  'kicked',
  'timeout',
  'overflowed',
  'moved',
  'exited',
  'unreached',
  'failed',
] as const;
const statuses = ['available', 'away lunch', 'busy', 'ringing', 'offline', 'busy wrap_up', 'busy service'];

/** Callers and agents of one customer who do by chance what they can: the rows and events of it, in commits. */
export class BusyDay {
  readonly customerId = randomUUID();
  readonly #random: Random;
  readonly #queues = [randomUUID(), randomUUID()];
  readonly #agents: Agent[] = [];
  readonly #visits: Queuecall[] = [];
  readonly commits: { readonly puts: readonly Put[]; readonly events: readonly NewEvent[] }[] = [];
  /** Milliseconds since 1970. */
  now = begin;

  constructor(random: Random, steps: number) {
    this.#random = random;
    for (const _ of [1, 2, 3]) this.#hire();
    for (let step = 0; step < steps; step += 1) this.#step();
  }

  get events(): readonly NewEvent[] {
    return this.commits.flatMap(({ events }) => events);
  }

  #step(): void {
    this.now += this.#random(this.#random(9) === 0 ? 5_000_000 : 90_000);
    const what = this.#random(7);
    if (what === 6) return this.#takeOver();
    if (what < 2) return this.#join();
    if (what === 2) return this.#serve();
    if (what === 3) return this.#end();
    const status = this.#pick(statuses).split(' ');
    this.#tellAgent('agent_status_updated', {
      ...this.#pick(this.#agents),
      ...statusOf(status),
      tm_status: this.#stamp,
    });
  }

  #hire(): void {
    const { data } = eventExamples.agent_created;
    const row = { ...data, id: randomUUID(), tm_create: this.#stamp, tm_status: this.#stamp };
    this.#agents.push(row);
    this.#tellAgent('agent_created', row);
  }

  #join(): void {
    const { data } = eventExamples.queuecall_created;
    const ids = { id: randomUUID(), reference_id: randomUUID(), queue_id: this.#pick(this.#queues) };
    this.#tellVisit('queuecall_created', { ...data, ...ids, tm_create: this.#stamp });
  }

  #serve(): void {
    const visit = this.#visits.find(({ status }) => status === 'wait');
    if (visit === undefined) return;
    const agentId = this.#pick(this.#agents).id;
    this.#tellVisit('queuecall_serviced', {
      ...visit,
      status: 'service',
      service_agent_id: agentId,
      answer_agent_id: agentId,
      tm_service: this.#stamp,
      duration_waiting: this.#random(60) * 500,
    });
  }

  /** By another agent, or by somebody who is none. */
  #takeOver(): void {
    const visit = this.#visits.find(({ status }) => status === 'service');
    if (visit === undefined) return;
    const agentId = this.#random(3) === 0 ? nilId : this.#pick(this.#agents).id;
    this.#tellVisit('queuecall_updated', { ...visit, service_agent_id: agentId });
  }

  #end(): void {
    const visit = this.#visits.find(({ tm_delete: end }) => end === notYet);
    if (visit === undefined) return;
    const over = { ...visit, tm_delete: this.#stamp };
    if (visit.status === 'service')
      return this.#tellVisit('queuecall_done', {
        ...over,
        status: 'done',
        end_reason: 'served',
        duration_service: this.#random(300_000),
      });
    this.#tellVisit('queuecall_abandoned', {
      ...over,
      status: 'abandoned',
      service_agent_id: nilId,
      end_reason: this.#pick(reasons),
      duration_waiting: this.#random(5_000_000),
    });
  }

  #tellAgent(type: EventType, row: Agent): void {
    const data = { ...row, customer_id: this.customerId };
    const place = this.#agents.findIndex(({ id }) => id === row.id);
    this.#agents[place] = data;
    this.#commit(type, data, put('agent', data));
  }

  #tellVisit(type: EventType, row: Queuecall): void {
    const data = { ...row, customer_id: this.customerId };
    const place = this.#visits.findIndex(({ id }) => id === row.id);
    if (place < 0) this.#visits.push(data);
    else this.#visits[place] = data;
    this.#commit(type, data, put('queuecall', data));
  }

  #commit(type: EventType, data: Agent | Queuecall, row: Put): void {
    const about = {
      type,
      customerId: this.customerId,
      resourceId: data.id,
      at: (this.now * 1000) as Instant,
    };
    this.commits.push({ puts: [row], events: [event({ ...about, body: JSON.stringify({ type, data }) })] });
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[this.#random(items.length)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  }

  get #stamp(): string {
    return formatTimestamp((this.now * 1000 + this.#random(1000)) as Instant);
  }
}

function statusOf([status, reason = '']: readonly string[]): Pick<Agent, 'status' | 'status_reason'> {
  return { status: status as Agent['status'], status_reason: reason };
}
