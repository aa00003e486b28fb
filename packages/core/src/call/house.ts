import { nilId, type Queue } from '@parley/contract';
import type { LiveGroup } from '../group/live-group.ts';
import type { Matcher } from '../matching/matcher.ts';
import { AgentPhones } from '../queue/agent-phones.ts';
import type { LastTalk } from '../queue/last-talk.ts';
import type { LiveAgent, LiveQueue, Visit } from '../queue/live-queue.ts';
import type { LiveRecording } from '../recording/live-recording.ts';
import type { LiveConference, LiveRoom } from '../room/live-room.ts';
import type { LiveSupervision } from '../supervision/live-supervision.ts';
import type { LiveTransfer } from '../transfer/live-transfer.ts';
import type { LiveCall } from './live-call.ts';

const none: ReadonlySet<string> = new Set();

/** Everything that is live on this node: calls, the rooms they are in, and the groups of calls of which one is to be answered. */
export class House {
  readonly #calls = new Map<string, LiveCall>();
  readonly #callOfActiveflow = new Map<string, string>();
  readonly #callsOfCustomer = new Map<string, number>();
  readonly rooms = new Map<string, LiveRoom>();
  readonly conferences = new Map<string, LiveConference>();
  readonly groups = new Map<string, LiveGroup>();
  /** Who is offered whom next, by customer. */
  readonly matchers = new Map<string, Matcher>();
  readonly agents = new Map<string, LiveAgent>();
  /** Where agents can be rung; a fact from outside, which no decision takes back. */
  readonly phones = new AgentPhones();
  readonly queues = new Map<string, LiveQueue>();
  readonly visits = new Map<string, Visit>();
  /** Who talked with whom, by `talkKey`, the oldest first. */
  readonly lastTalks = new Map<string, LastTalk>();
  /** Days since 1970, UTC. */
  day = 0;
  readonly #queuesOfCustomer = new Map<string, Set<string>>();
  /** By the call that is supervised. */
  readonly supervisions = new Map<string, LiveSupervision>();
  /** Who waits for a call back is not called any more: the process is about to end, and its successor will do it. */
  callsNobodyBack = false;
  readonly transfers = new Map<string, LiveTransfer>();
  readonly recordings = new Map<string, LiveRecording>();

  /** Calls not yet over, those whose media is closing included. */
  get size(): number {
    return this.#calls.size;
  }

  call(callId: string): LiveCall | undefined {
    return this.#calls.get(callId);
  }

  calls(): IterableIterator<LiveCall> {
    return this.#calls.values();
  }

  callOfActiveflow(activeflowId: string): string | undefined {
    return this.#callOfActiveflow.get(activeflowId);
  }

  callsOfCustomer(customerId: string): number {
    return this.#callsOfCustomer.get(customerId) ?? 0;
  }

  queuesOfCustomer(customerId: string): ReadonlySet<string> {
    return this.#queuesOfCustomer.get(customerId) ?? none;
  }

  putQueue(queue: LiveQueue): void {
    const { id, customer_id: customerId } = queue.row;
    this.queues.set(id, queue);
    const queues = this.#queuesOfCustomer.get(customerId);
    if (queues === undefined) this.#queuesOfCustomer.set(customerId, new Set([id]));
    else queues.add(id);
  }

  removeQueue({ id, customer_id: customerId }: Queue): void {
    this.queues.delete(id);
    this.#queuesOfCustomer.get(customerId)?.delete(id);
  }

  add(live: LiveCall): void {
    const { id, customer_id: customerId, activeflow_id: activeflowId } = live.call;
    if (this.#calls.has(id)) throw new Error(`call ${id} exists already`);
    this.#calls.set(id, live);
    this.#callsOfCustomer.set(customerId, this.callsOfCustomer(customerId) + 1);
    if (activeflowId !== nilId) this.#callOfActiveflow.set(activeflowId, id);
  }

  /** Puts an earlier state of a call in the place of the present one. */
  restore(live: LiveCall): void {
    if (this.#calls.has(live.call.id)) this.#calls.set(live.call.id, live);
  }

  remove(live: LiveCall): void {
    const { id, customer_id: customerId, activeflow_id: activeflowId } = live.call;
    if (!this.#calls.delete(id)) return;
    this.#callOfActiveflow.delete(activeflowId);
    const left = this.callsOfCustomer(customerId) - 1;
    if (left > 0) this.#callsOfCustomer.set(customerId, left);
    else this.#callsOfCustomer.delete(customerId);
  }
}
