import type { Decision } from '../decision.ts';
import type { CallsWanted, ConnectionWanted, LocationWanted, NestedAction } from '../flow/action-type.ts';
import type { LocalTimes } from '../flow/local-time.ts';
import type { LiveGroup } from '../group/live-group.ts';
import { limits } from '../limits.ts';
import type { Chance } from '../ports/chance.ts';
import type { LiveConference, LiveRoom } from '../room/live-room.ts';
import type { House } from './house.ts';
import type { LiveCall } from './live-call.ts';
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
}

/**
 * One decision while it is made. It begins with one call and may go on to others: those in the same room, those that end
 * with it, those dialled with it. What concerns another call is put on the agenda and decided when the present one has
 * been dealt with, so no call changes while it is in the middle of a step. Everything together is one transaction.
 */
export class Sitting {
  readonly #deps: SittingDeps;
  readonly #agenda: { readonly callId: string; readonly decide: (turn: Turn) => void }[] = [];
  /** As they were before; undefined: made in this sitting. */
  readonly #calls = new Map<string, LiveCall | undefined>();
  readonly #rooms = new Map<string, LiveRoom | undefined>();
  readonly #conferences = new Map<string, LiveConference | undefined>();
  readonly #groups = new Map<string, LiveGroup | undefined>();

  constructor(deps: SittingDeps) {
    this.#deps = deps;
  }

  get decision(): Decision {
    return this.#deps.decision;
  }

  get chance(): Chance {
    return this.#deps.chance;
  }

  get reach(): Reach {
    return this.#deps.reach;
  }

  get longestCallMs(): number {
    return this.#deps.longestCallMs;
  }

  get closingMediaMs(): number {
    return this.#deps.closingMediaMs;
  }

  /** Calls this sitting has been about; some may be over and gone. */
  get callIds(): IterableIterator<string> {
    return this.#calls.keys();
  }

  /** Conferences this sitting has been about. */
  get conferenceIds(): IterableIterator<string> {
    return this.#conferences.keys();
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
    for (const { callId, decide } of this.#agenda) {
      const live = this.#deps.house.call(callId);
      if (live !== undefined) decide(this.turnOf(live));
    }
  }

  addCall(live: LiveCall): Turn {
    this.#calls.set(live.call.id, undefined);
    this.#deps.house.add(live);
    return this.turnOf(live);
  }

  call(callId: string): Readonly<LiveCall> | undefined {
    return this.#deps.house.call(callId);
  }

  room(roomId: string): LiveRoom | undefined {
    const room = this.#deps.house.rooms.get(roomId);
    if (room !== undefined && !this.#rooms.has(roomId)) this.#rooms.set(roomId, { ...room });
    return room;
  }

  addRoom(room: LiveRoom): void {
    this.#rooms.set(room.row.id, undefined);
    this.#deps.house.rooms.set(room.row.id, room);
  }

  removeRoom(roomId: string): void {
    this.#deps.house.rooms.delete(roomId);
  }

  conference(conferenceId: string): LiveConference | undefined {
    const conference = this.#deps.house.conferences.get(conferenceId);
    if (conference !== undefined && !this.#conferences.has(conferenceId))
      this.#conferences.set(conferenceId, { ...conference });
    return conference;
  }

  addConference(conference: LiveConference): void {
    this.#conferences.set(conference.row.id, undefined);
    this.#deps.house.conferences.set(conference.row.id, conference);
  }

  removeConference(conferenceId: string): void {
    this.#deps.house.conferences.delete(conferenceId);
  }

  group(groupId: string): LiveGroup | undefined {
    const group = this.#deps.house.groups.get(groupId);
    if (group !== undefined && !this.#groups.has(groupId)) this.#groups.set(groupId, { ...group });
    return group;
  }

  addGroup(group: LiveGroup): void {
    this.#groups.set(group.row.id, undefined);
    this.#deps.house.groups.set(group.row.id, group);
  }

  removeGroup(groupId: string): void {
    this.#deps.house.groups.delete(groupId);
  }

  /** Puts everything back as it was before this sitting; answers the calls that were there already. */
  undo(): readonly LiveCall[] {
    const { house } = this.#deps;
    restore(house.rooms, this.#rooms);
    restore(house.conferences, this.#conferences);
    restore(house.groups, this.#groups);
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

function restore<T>(kept: Map<string, T>, before: ReadonlyMap<string, T | undefined>): void {
  for (const [id, value] of before) {
    if (value === undefined) kept.delete(id);
    else kept.set(id, value);
  }
}
