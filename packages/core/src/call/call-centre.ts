import {
  type Address,
  type Agent,
  type AgentExplanation,
  type Call,
  type Conference,
  type Groupcall,
  nilId,
  type Queue,
  type Queuecall,
  type Transfer,
  type WaitExplanation,
} from '@parley/contract';
import { Decision } from '../decision.ts';
import type { PlannedDestination } from '../dial/plan.ts';
import { dialGroup, hangUpGroup } from '../group/group.ts';
import type { DialOrders, LiveGroup } from '../group/live-group.ts';
import type { Input } from '../inputs.ts';
import type { Chance } from '../ports/chance.ts';
import type { Stored } from '../ports/store.ts';
import type { Moment, Monotonic } from '../ports/moment.ts';
import type { Changes } from '../draft.ts';
import { staffIs, isUpToDate, type Kept, loadStaff, takeOver } from '../queue/staff.ts';
import type { LiveAgent, LiveQueue, Visit } from '../queue/live-queue.ts';
import { explainAgent, explainWait } from '../queue/explain.ts';
import { StaffHistory } from '../queue/history.ts';
import { tellMatchersOfAll, tellOfAgent, tellOfDuties } from '../queue/match.ts';
import { registrationChanged } from '../queue/lost-phones.ts';
import { agentDue, agentWakeTime } from '../queue/offers.ts';
import { beginDay } from '../queue/today.ts';
import { kick, visitDue } from '../queue/visits.ts';
import {
  pauseRecording,
  recordConference,
  recordingEnded,
  recordingStarted,
  stopRecording,
} from '../recording/live.ts';
import { beginOnEnd, type OnEndFlow } from '../recording/on-end.ts';
import type { LiveRecording, RecordingWanted } from '../recording/live-recording.ts';
import { closeConference } from '../room/conference.ts';
import {
  type ConferenceSettings,
  createConference,
  type NewConference,
  updateConference,
} from '../room/conference-row.ts';
import type { LiveConference, LiveRoom } from '../room/live-room.ts';
import type { LiveSupervision } from '../supervision/live-supervision.ts';
import { supervise, type SupervisionOutcome, type SupervisionWish } from '../supervision/supervision.ts';
import type { TransferWanted } from '../transfer/live-transfer.ts';
import { transfer, transferSource } from '../transfer/transfer.ts';
import { type CallCentreSettings, defaultSettings } from './call-centre-settings.ts';
import { dial } from './dialing.ts';
import { House } from './house.ts';
import { callOffered } from './incoming.ts';
import { deadlinePassed, heard } from './heard.ts';
import { isEnding, type LiveCall } from './live-call.ts';
import { reach } from './reach.ts';
import type { Sitting } from './sitting.ts';
import { SittingRoom } from './sitting-room.ts';
import { VisitDesk } from './visit-desk.ts';

export { type CallCentreSettings, defaultSettings } from './call-centre-settings.ts';

/** Calls that a client, or nobody in particular, wants made. */
export interface DialRequest {
  readonly orders: DialOrders;
  readonly destinations: readonly PlannedDestination[];
  /** All destinations are one group, of which one is to answer; absent: each is called for itself. */
  readonly together?: Groupcall['ring_method'];
}

export interface Dialled {
  readonly decision: Decision;
  readonly calls: readonly Call[];
  readonly groupcalls: readonly Groupcall[];
}

/**
 * All calls of this node that are not over, with the rooms they are in, and what is decided about them. It reads no
 * clock, sets no timer and does nothing by itself: inputs and times go in, decisions (changes to commit, then effects to
 * carry out) come out.
 *
 * A decision applies to the calls in memory when it is made. This node owns them, so nobody else can have changed
 * them, and the next decision may follow before this one's commit is durable; effects wait for it, in order.
 */
export class CallCentre {
  readonly #chance: Chance;
  readonly #settings: CallCentreSettings;
  readonly #house = new House();
  readonly #room: SittingRoom;
  /** What clients change of callers who wait. */
  readonly waiting: VisitDesk;

  constructor(chance: Chance, settings: Partial<CallCentreSettings> = {}) {
    this.#chance = chance;
    this.#settings = { ...defaultSettings, ...settings };
    this.#room = new SittingRoom({ house: this.#house, chance, reach, ...this.#settings });
    this.waiting = new VisitDesk(this.#house, this.#room, chance);
  }

  /** Calls not yet over, those whose media is closing included. */
  get size(): number {
    return this.#house.size;
  }

  liveCall(callId: string): Readonly<LiveCall> | undefined {
    return this.#house.call(callId);
  }

  liveConference(conferenceId: string): Readonly<LiveConference> | undefined {
    return this.#house.conferences.get(conferenceId);
  }

  liveRecording(recordingId: string): Readonly<LiveRecording> | undefined {
    return this.#house.recordings.get(recordingId);
  }

  /** Rooms, groups and conferences there are, by their ids: to be looked at. */
  get rooms(): ReadonlyMap<string, Readonly<LiveRoom>> {
    return this.#house.rooms;
  }

  get groups(): ReadonlyMap<string, Readonly<LiveGroup>> {
    return this.#house.groups;
  }

  get conferences(): ReadonlyMap<string, Readonly<LiveConference>> {
    return this.#house.conferences;
  }

  /** By the call that is supervised. */
  get supervisions(): ReadonlyMap<string, Readonly<LiveSupervision>> {
    return this.#house.supervisions;
  }

  get visits(): ReadonlyMap<string, Readonly<Visit>> {
    return this.#house.visits;
  }

  get agents(): ReadonlyMap<string, Readonly<LiveAgent>> {
    return this.#house.agents;
  }

  get queues(): ReadonlyMap<string, Readonly<LiveQueue>> {
    return this.#house.queues;
  }

  /** Ids of all calls that are not over; what a shutdown has to end. */
  callIds(): readonly string[] {
    return [...this.#house.calls()]
      .filter((live) => live.call.status !== 'hangup')
      .map((live) => live.call.id);
  }

  callOfActiveflow(activeflowId: string): string | undefined {
    return this.#house.callOfActiveflow(activeflowId);
  }

  callsOfCustomer(customerId: string): number {
    return this.#house.callsOfCustomer(customerId);
  }

  /** When `wake` has to be called next. */
  wakeAt(): Monotonic | undefined {
    return this.#room.wakeAt();
  }

  /** Decides what is due: one decision for each call, conference, visit, agent and recording that has something due. */
  wake(at: Moment): Decision[] {
    return this.#room.due(at).flatMap((id) => this.#decideOnDue(id, at) ?? []);
  }

  #decideOnDue(id: string, at: Moment): Decision | undefined {
    const live = this.#house.call(id);
    if (live !== undefined) return this.#room.decideOn(live, at, deadlinePassed);
    if (this.#house.conferences.has(id)) return this.closeConference(id, at);
    if (this.#house.visits.has(id)) return this.#decide(at, (sitting) => visitDue(sitting, id));
    if (this.#house.agents.has(id)) return this.#decide(at, (sitting) => agentDue(sitting, id));
    return this.#house.recordings.has(id) ? this.recordingEnded(id, 0, at) : undefined;
  }

  /** Decides on one input. One about a call that is not live changes nothing. */
  handle(input: Input, at: Moment): Decision {
    if (input.kind === 'callOffered') return this.#decide(at, (sitting) => callOffered(sitting, input));
    const live = this.#house.call(input.callId);
    if (live !== undefined) return this.#room.decideOn(live, at, (turn) => heard(turn, input));
    return this.waiting.heard(input, at);
  }

  /** Makes calls: one group, or a group for each destination with several devices and a call for each other one. */
  dial({ orders, destinations, together }: DialRequest, at: Moment): Dialled {
    const calls: Call[] = [];
    const groupcalls: Groupcall[] = [];
    const decision = this.#decide(at, (sitting) => {
      if (together !== undefined) {
        groupcalls.push(dialGroup(sitting, { orders, destinations, ringMethod: together }).row);
        return;
      }
      for (const destination of destinations) {
        if (destination.asGroup)
          groupcalls.push(
            dialGroup(sitting, { orders, destinations: [destination], ringMethod: 'ring_all' }).row,
          );
        else for (const leg of destination.legs) calls.push(dial(sitting, orders, leg, nilId));
      }
    });
    return { decision, calls, groupcalls };
  }

  hangUpGroup(groupId: string, at: Moment): Decision {
    return this.#decide(at, (sitting) => hangUpGroup(sitting, groupId));
  }

  createConference(
    wanted: NewConference,
    at: Moment,
  ): { decision: Decision; conference: Conference | undefined } {
    let conference: Conference | undefined;
    const decision = this.#decide(at, (sitting) => {
      conference = createConference(sitting, wanted).row;
    });
    return { decision, conference };
  }

  /** Changes nothing about one that is not there, or closing. */
  updateConference(conferenceId: string, settings: ConferenceSettings, at: Moment): Decision {
    return this.#decide(at, (sitting) => updateConference(sitting, conferenceId, settings));
  }

  closeConference(conferenceId: string, at: Moment): Decision {
    return this.#decide(at, (sitting) => closeConference(sitting, conferenceId));
  }

  /** Answers why it cannot be, if so. */
  recordConference(
    conferenceId: string,
    wanted: RecordingWanted,
    at: Moment,
  ): { readonly decision: Decision; readonly problem: string | undefined } {
    let problem: string | undefined;
    const decision = this.#decide(at, (sitting) => {
      problem = recordConference(sitting, conferenceId, wanted);
    });
    return { decision, problem };
  }

  /** Whom the new party of a transfer sees: who is handed on to it, or, while it is asked first, who asks. */
  transferSource(callId: string, type: Transfer['type']): Address | undefined {
    const live = this.#house.call(callId);
    return live && transferSource(this.#house, live, type);
  }

  /** Answers why it cannot be, if so, or else the transfer. */
  transfer(
    callId: string,
    wanted: TransferWanted,
    at: Moment,
  ): {
    readonly decision: Decision;
    readonly problem: string | undefined;
    readonly transfer: Transfer | undefined;
  } {
    const live = this.#house.call(callId);
    if (live === undefined || isEnding(live))
      return { decision: new Decision(at, this.#chance), problem: 'it is over', transfer: undefined };
    let problem: string | undefined;
    const decision = this.#room.decideOn(live, at, (turn) => {
      problem = transfer(turn, wanted);
    });
    const made = decision.puts.find((put) => put.kind === 'transfer');
    return { decision, problem, transfer: made?.kind === 'transfer' ? made.row : undefined };
  }

  /** Begins, changes or ends the supervision of a call. */
  supervise(callId: string, wish: SupervisionWish, at: Moment) {
    const live = this.#house.call(callId);
    let outcome: SupervisionOutcome = { kind: 'refused', problem: 'it is over' };
    const decision =
      live === undefined
        ? new Decision(at, this.#chance)
        : this.#room.decideOn(live, at, (turn) => void (outcome = supervise(turn, wish)));
    return { decision, outcome };
  }

  /** Puts a caller out of its queue; answers its visit as it was, or undefined when it has none that has not ended. */
  kick(visitId: string, at: Moment): { readonly decision: Decision; readonly visit: Queuecall | undefined } {
    const visit = this.#house.visits.get(visitId)?.row;
    return { decision: this.#decide(at, (sitting) => kick(sitting, visitId)), visit };
  }

  /** Agents and queues as they were when this process started. */
  loadStaff(
    agents: readonly Kept<Agent>[],
    queues: readonly Kept<Queue>[],
    at: Moment,
    history: StaffHistory = new StaffHistory([], at),
  ): void {
    loadStaff(this.#house, agents, queues, at);
    history.handTo(this.#house);
    beginDay(this.#house, at.wall);
    tellMatchersOfAll(this.#house);
    for (const { row } of agents) this.#agentIs(row.id);
  }

  /**
   * A change of agents and queues is about to be written. They are kept here too, so it counts from now on, and nothing that
   * is decided later puts back what was before. False: it was made of what has changed since, and must be made again.
   */
  staffChanges(changes: Pick<Changes, 'puts' | 'preconditions'>, at: Moment): boolean {
    if (!isUpToDate(this.#house, changes.preconditions)) return false;
    takeOver(this.#house, changes.puts, at);
    for (const { kind, row } of changes.puts) {
      if (kind === 'queue') tellOfDuties(this.#house, row.customer_id);
      if (kind !== 'agent') continue;
      this.#agentIs(row.id);
      tellOfAgent(this.#house, row.id);
    }
    return true;
  }

  /** It may have to be woken at another time. */
  #agentIs(agentId: string): void {
    const agent = this.#house.agents.get(agentId);
    this.#room.setDeadline(agentId, agent && agentWakeTime(agent));
  }

  /** An agent or a queue is stored like that, and nothing newer is on its way: that is what it is. */
  staffIs<K extends 'agent' | 'queue'>(kind: K, stored: Stored<K>, at: Moment): void {
    staffIs(this.#house, kind, stored, at);
    if (kind === 'agent') {
      this.#agentIs(stored.row.id);
      tellOfAgent(this.#house, stored.row.id);
    } else tellOfDuties(this.#house, stored.row.customer_id);
  }

  /** Offers whoever waits to whoever is free: somebody may have become free by a change. */
  match(customerIds: readonly string[], at: Moment): Decision {
    return this.#decide(at, (sitting) => {
      for (const customerId of customerIds) sitting.matchAgain(customerId);
    });
  }

  /** Whether a phone is registered for an extension has changed: who is rung there can be offered callers, or cannot. */
  registrationChanged(customerId: string, extension: string, isRegistered: boolean, at: Moment): Decision {
    return this.#decide(at, (sitting) => registrationChanged(sitting, customerId, extension, isRegistered));
  }

  /** Why a caller waits; undefined: it does not. */
  explainWait(visitId: string, at: Moment): WaitExplanation | undefined {
    const visit = this.#house.visits.get(visitId)?.row;
    return visit && explainWait(this.#house, visit.customer_id, visitId, at);
  }

  /** Whom an agent would be offered now; undefined: there is no such agent. */
  explainAgent(agentId: string, at: Moment): AgentExplanation | undefined {
    const agent = this.#house.agents.get(agentId)?.row;
    return agent && explainAgent(this.#house, agent.customer_id, agentId, at);
  }

  recordingStarted(recordingId: string, recordedMs: number, at: Moment): Decision {
    return this.#decide(at, (sitting) => recordingStarted(sitting, recordingId, recordedMs));
  }

  recordingEnded(recordingId: string, durationMs: number, at: Moment): Decision {
    return this.#decide(at, (sitting) => recordingEnded(sitting, recordingId, durationMs));
  }

  stopRecording(recordingId: string, at: Moment): Decision {
    return this.#decide(at, (sitting) => stopRecording(sitting, recordingId));
  }

  pauseRecording(recordingId: string, paused: boolean, at: Moment): Decision {
    return this.#decide(at, (sitting) => pauseRecording(sitting, recordingId, paused));
  }

  /** A flow that follows a recording, and that the last process has not begun. */
  beginOnEnd(flow: OnEndFlow, at: Moment): Decision {
    return this.#decide(at, (sitting) => beginOnEnd(sitting, flow));
  }

  /** Conferences that were there when the last process ended, with nobody in them. */
  load(conferences: readonly LiveConference[]): void {
    for (const conference of conferences) {
      this.#house.conferences.set(conference.row.id, conference);
      this.#room.setDeadline(conference.row.id, conference.deadline);
    }
  }

  #decide(at: Moment, decide: (sitting: Sitting) => void): Decision {
    return this.#room.decide(at, decide);
  }
}
