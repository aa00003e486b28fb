import {
  type Agent,
  eventExamples,
  type EventType,
  formatTimestamp,
  nilId,
  notYet,
  type Queuecall,
  type QueuecallEndReason,
} from '@parley/contract';
import { instantOf } from './interval.ts';
import type { CountedEvent } from './ledger.ts';

/** Makes the events of a day from short sentences: who came when, who was served by whom, what agents did. */
export class Story {
  readonly events: CountedEvent[] = [];
  readonly #visits = new Map<string, Queuecall>();
  readonly #agents = new Map<string, Agent>();
  /** Milliseconds since 1970. */
  now: number;

  constructor(now: number) {
    this.now = now;
  }

  agent(id: string): void {
    const row: Agent = { ...eventExamples.agent_created.data, id, status: 'offline', status_reason: '' };
    this.#tellAgent('agent_created', { ...row, tm_create: this.#stamp, tm_status: this.#stamp });
  }

  /** `status` or `status reason`. */
  is(id: string, text: string): void {
    const [status = '', status_reason = ''] = text.split(' ');
    this.#tellAgent('agent_status_updated', {
      ...this.#agentOf(id),
      status: status as Agent['status'],
      status_reason,
      tm_status: this.#stamp,
    });
  }

  leaves(id: string): void {
    this.#tellAgent('agent_deleted', { ...this.#agentOf(id), tm_delete: this.#stamp });
    this.#agents.delete(id);
  }

  joins(id: string, queueId: string): void {
    const row = { ...eventExamples.queuecall_created.data, id, queue_id: queueId, tm_create: this.#stamp };
    this.#tellVisit('queuecall_created', row);
  }

  /** Both are together now. Waits are measured by another clock than times, so they may differ by a little. */
  served(id: string, agentId: string, waitedMs = this.#since(this.#visitOf(id).tm_create)): void {
    this.#tellVisit('queuecall_serviced', {
      ...this.#visitOf(id),
      status: 'service',
      service_agent_id: agentId,
      answer_agent_id: agentId,
      tm_service: this.#stamp,
      duration_waiting: waitedMs,
    });
  }

  /** Somebody else serves it from now on. */
  takenOver(id: string, agentId: string): void {
    this.#tellVisit('queuecall_updated', { ...this.#visitOf(id), service_agent_id: agentId });
  }

  done(id: string, talkedMs = this.#since(this.#visitOf(id).tm_service)): void {
    this.#tellVisit('queuecall_done', {
      ...this.#visitOf(id),
      status: 'done',
      end_reason: 'served',
      tm_delete: this.#stamp,
      duration_service: talkedMs,
    });
  }

  unserved(
    id: string,
    reason: QueuecallEndReason,
    waitedMs = this.#since(this.#visitOf(id).tm_create),
  ): void {
    this.#tellVisit('queuecall_abandoned', {
      ...this.#visitOf(id),
      status: 'abandoned',
      service_agent_id: nilId,
      end_reason: reason,
      tm_service: notYet,
      tm_delete: this.#stamp,
      duration_waiting: waitedMs,
    });
  }

  get #stamp(): string {
    return formatTimestamp(instantOf(this.now));
  }

  #since(timestamp: string): number {
    return this.now - Date.parse(`${timestamp.replace(' ', 'T')}Z`);
  }

  #agentOf(id: string): Agent {
    const agent = this.#agents.get(id);
    if (agent === undefined) throw new Error(`no agent ${id}`);
    return agent;
  }

  #visitOf(id: string): Queuecall {
    const visit = this.#visits.get(id);
    if (visit === undefined) throw new Error(`no visit ${id}`);
    return visit;
  }

  #tellAgent(type: EventType, data: Agent): void {
    this.#agents.set(data.id, data);
    this.events.push({ type, body: JSON.stringify({ type, data }) });
  }

  #tellVisit(type: EventType, data: Queuecall): void {
    this.#visits.set(data.id, data);
    this.events.push({ type, body: JSON.stringify({ type, data }) });
  }
}
