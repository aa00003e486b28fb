import type { Address } from '@parley/contract';
import type { Decision } from '../decision.ts';
import type { CallsWanted, ConnectionWanted, LocationWanted, NestedAction } from '../flow/action-type.ts';
import type { LocalTimes } from '../flow/local-time.ts';
import type { LiveGroup } from '../group/live-group.ts';
import { limits } from '../limits.ts';
import type { Chance } from '../ports/chance.ts';
import type { LastTalk } from '../queue/last-talk.ts';
import type { LiveAgent, LiveQueue, Visit, VisitWanted } from '../queue/live-queue.ts';
import type { LiveRecording, RecordingWanted } from '../recording/live-recording.ts';
import type { LiveConference, LiveRoom } from '../room/live-room.ts';
import type { LiveSupervision } from '../supervision/live-supervision.ts';
import type { LiveTransfer } from '../transfer/live-transfer.ts';
import type { House } from './house.ts';
import type { LiveCall } from './live-call.ts';
import { Remembered } from './remembered.ts';
import type { Turn } from './turn.ts';

/**
 * What a step of a flow can do beyond its own call. Handed in, because all of it may make flows of other calls take steps
 * in their turn.
 */
export interface Reach {
  /** Asks how destinations are reached. Answers the id of the request. */
  locate(turn: Turn, wanted: LocationWanted): string;
  /** Answers why that cannot be, if so. */
  dial(turn: Turn, wanted: CallsWanted): string | undefined;
  connect(turn: Turn, wanted: ConnectionWanted): readonly NestedAction[];
  /** Answers why that cannot be, if so. */
  enterRoom(turn: Turn, roomId: string): string | undefined;
  /** Answers why that cannot be, if so. */
  recordCall(turn: Turn, wanted: RecordingWanted): string | undefined;
  stopRecording(turn: Turn): void;
  /** Answers why that cannot be, if so, or with which actions the caller waits. */
  joinQueue(turn: Turn, wanted: VisitWanted): readonly NestedAction[] | string;
  /** Answers why that cannot be, if so, or with which actions the caller is told. */
  promiseCallback(turn: Turn, destination: Address | undefined): readonly NestedAction[] | string;
  /** What of a caller's visit is asked for by that name; '' when it is in no queue. */
  queueVariable(turn: Turn, name: string): string;
  /** Its flow has left the queue it waited in. */
  leftQueue(turn: Turn): void;
  /** An agent who is told of a caller takes it. */
  acceptCaller(turn: Turn): void;
  match(sitting: Sitting, customerId: string): void;
  /** A supervisor who has just come takes the place of the agent. */
  takeOver(supervisor: Turn, supervision: LiveSupervision): void;
  conferenceActions(turn: Turn, conferenceId: string): readonly NestedAction[] | undefined;
}

export interface SittingDeps {
  readonly house: House;
  readonly decision: Decision;
  readonly chance: Chance;
  readonly localTimes: LocalTimes;
  readonly reach: Reach;
  /** Of calls that are made in it. */
  readonly longestCallMs: number;
  /** How long the figures of a call that is over are waited for. */
  readonly closingMediaMs: number;
  readonly maxCalls: number;
  readonly maxCallsPerCustomer: number;
}

/**
 * One decision while it is made. It begins with one call and may go on to others: those in the same room, those that end
 * with it, those dialled with it. What concerns another call is put on the agenda and decided when the present one has
 * been dealt with, so no call changes while it is in the middle of a step. Everything together is one transaction.
 */
export class Sitting {
  readonly #deps: SittingDeps;
  readonly #toMatch = new Set<string>();
  readonly #agenda: { readonly callId: string; readonly decide: (turn: Turn) => void }[] = [];
  /** As they were before; undefined: made in this sitting. */
  readonly #calls = new Map<string, LiveCall | undefined>();

  readonly rooms: Remembered<LiveRoom>;
  readonly conferences: Remembered<LiveConference>;
  readonly groups: Remembered<LiveGroup>;
  readonly recordings: Remembered<LiveRecording>;
  readonly transfers: Remembered<LiveTransfer>;
  readonly supervisions: Remembered<LiveSupervision>;
  readonly agents: Remembered<LiveAgent>;
  readonly queues: Remembered<LiveQueue>;
  readonly visits: Remembered<Visit>;
  readonly lastTalks: Remembered<LastTalk>;

  constructor(deps: SittingDeps) {
    this.#deps = deps;
    const { house } = deps;
    this.rooms = new Remembered(house.rooms);
    this.conferences = new Remembered(house.conferences);
    this.groups = new Remembered(house.groups);
    this.recordings = new Remembered(house.recordings);
    this.transfers = new Remembered(house.transfers);
    this.supervisions = new Remembered(house.supervisions);
    this.agents = new Remembered(house.agents);
    this.queues = new Remembered(house.queues);
    this.visits = new Remembered(house.visits);
    this.lastTalks = new Remembered(house.lastTalks);
  }

  get decision(): Decision {
    return this.#deps.decision;
  }

  get chance(): Chance {
    return this.#deps.chance;
  }

  get house(): House {
    return this.#deps.house;
  }

  get reach(): Reach {
    return this.#deps.reach;
  }

  get longestCallMs(): number {
    return this.#deps.longestCallMs;
  }

  /** Why no more calls of a customer can be made now, if so. */
  noRoomFor(customerId: string): string | undefined {
    const { house, maxCalls, maxCallsPerCustomer } = this.#deps;
    if (house.size >= maxCalls) return 'there are too many calls at present';
    return house.callsOfCustomer(customerId) < maxCallsPerCustomer
      ? undefined
      : 'its customer has too many calls at present';
  }

  get closingMediaMs(): number {
    return this.#deps.closingMediaMs;
  }

  /** Calls this sitting has been about; some may be over and gone. */
  get callIds(): IterableIterator<string> {
    return this.#calls.keys();
  }

  /** Deals with a call now. */
  turnOf(live: LiveCall): Turn {
    const { id } = live.call;
    if (!this.#calls.has(id)) this.#calls.set(id, { ...live, deadlines: { ...live.deadlines } });
    const { decision, chance, localTimes } = this.#deps;
    return { live, decision, chance, localTimes, sitting: this };
  }

  /** Deals with that call after what is being dealt with; not at all when it is gone by then. */
  later(callId: string, decide: (turn: Turn) => void): void {
    if (this.#agenda.length >= limits.agenda) throw new Error('one decision leads to too many others');
    this.#agenda.push({ callId, decide });
  }

  /** For changes of another call's row; what it does about them goes on the agenda. */
  turnOfCall(callId: string): Turn | undefined {
    const live = this.#deps.house.call(callId);
    return live === undefined ? undefined : this.turnOf(live);
  }

  /** Works through the agenda, and what is added to it on the way. */
  conclude(): void {
    for (let done = 0; done < this.#agenda.length || this.#toMatch.size > 0; ) {
      const item = this.#agenda[done];
      if (item === undefined) {
        this.#match();
        continue;
      }
      done += 1;
      const live = this.#deps.house.call(item.callId);
      if (live !== undefined) item.decide(this.turnOf(live));
    }
  }

  /** Callers and agents of a customer are brought together when everything else has been decided. */
  matchAgain(customerId: string): void {
    this.#toMatch.add(customerId);
  }

  #match(): void {
    const customers = [...this.#toMatch];
    this.#toMatch.clear();
    for (const customerId of customers) this.#deps.reach.match(this, customerId);
  }

  addCall(live: LiveCall): Turn {
    this.#calls.set(live.call.id, undefined);
    this.#deps.house.add(live);
    return this.turnOf(live);
  }

  call(callId: string): Readonly<LiveCall> | undefined {
    return this.#deps.house.call(callId);
  }

  /** Puts everything back as it was before this sitting; answers the calls that were there already. */
  undo(): readonly LiveCall[] {
    const { house } = this.#deps;
    const kinds = [this.rooms, this.conferences, this.groups, this.recordings, this.transfers];
    for (const kind of [...kinds, this.agents, this.queues, this.visits, this.lastTalks]) kind.undo();
    this.supervisions.undo();
    const calls: LiveCall[] = [];
    for (const [id, before] of this.#calls) {
      const live = house.call(id);
      if (before === undefined && live !== undefined) house.remove(live);
      if (before === undefined) continue;
      house.restore(before);
      calls.push(before);
    }
    return calls;
  }
}
