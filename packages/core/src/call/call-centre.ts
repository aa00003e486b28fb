import { type Call, type Conference, type Groupcall, nilId, type Transfer } from '@parley/contract';
import { Deadlines } from '../deadlines.ts';
import { Decision } from '../decision.ts';
import type { PlannedDestination } from '../dial/plan.ts';
import { createActiveflow } from '../flow/activeflow.ts';
import { createLocalTimes, type LocalTimes } from '../flow/local-time.ts';
import { walkOn } from '../flow/walk.ts';
import { dialGroup, hangUpGroup } from '../group/group.ts';
import type { DialOrders, LiveGroup } from '../group/live-group.ts';
import type { Input } from '../inputs.ts';
import type { Chance } from '../ports/chance.ts';
import { afterMs, type Moment, type Monotonic } from '../ports/moment.ts';
import {
  pauseRecording,
  recordConference,
  recordingEnded,
  recordingStarted,
  stopRecording,
} from '../recording/live.ts';
import type { LiveRecording, RecordingWanted } from '../recording/live-recording.ts';
import { closeConference } from '../room/conference.ts';
import {
  type ConferenceSettings,
  createConference,
  type NewConference,
  updateConference,
} from '../room/conference-row.ts';
import type { LiveConference, LiveRoom } from '../room/live-room.ts';
import { transfer, type TransferWanted } from '../transfer/transfer.ts';
import { cause } from './cause.ts';
import { dial } from './dialing.ts';
import { House } from './house.ts';
import { deadlinePassed, heard } from './heard.ts';
import { legRow, terminate } from './leg.ts';
import { isEnding, type LiveCall, wakeTime } from './live-call.ts';
import { reach } from './outgoing.ts';
import { Sitting } from './sitting.ts';
import type { Turn } from './turn.ts';

export interface CallCentreSettings {
  /** A call is ended after that time, whatever it does. */
  readonly longestCallMs: number;
  /** Media that does not report its closing leaves a call without statistics, not in memory. */
  readonly closingMediaMs: number;
  /** Calls at one time; one that a flow wants made beyond it has failed. */
  readonly maxCalls: number;
  /** Calls of one customer at one time, likewise. */
  readonly maxCallsPerCustomer: number;
}

export const defaultSettings: CallCentreSettings = {
  longestCallMs: 4 * 3_600_000,
  closingMediaMs: 5_000,
  maxCalls: 20_000,
  maxCallsPerCustomer: 20_000,
};

/** Calls that a client, or nobody in particular, wants made. */
export interface DialRequest {
  readonly orders: DialOrders;
  readonly destinations: readonly PlannedDestination[];
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
  readonly #localTimes: LocalTimes = createLocalTimes();
  readonly #house = new House();
  /** Of calls and of conferences, by their ids. */
  readonly #deadlines = new Deadlines();

  constructor(chance: Chance, settings: Partial<CallCentreSettings> = {}) {
    this.#chance = chance;
    this.#settings = { ...defaultSettings, ...settings };
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

  /** Conferences that are not closed. */
  get conferenceCount(): number {
    return this.#house.conferences.size;
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
    return this.#deadlines.next();
  }

  /** Decides what is due: one decision for each call and each conference that has something due. */
  wake(at: Moment): Decision[] {
    // All of them first: a call that has something due again at once waits for the next time, it cannot stall this one.
    const due: string[] = [];
    for (let id = this.#deadlines.takeDue(at.mono); id !== undefined; id = this.#deadlines.takeDue(at.mono))
      due.push(id);
    return due.flatMap((id) => {
      const live = this.#house.call(id);
      if (live !== undefined) return [this.#decideOn(live, at, deadlinePassed)];
      if (this.#house.conferences.has(id)) return [this.closeConference(id, at)];
      if (this.#house.recordings.has(id)) return [this.recordingEnded(id, 0, at)];
      return [];
    });
  }

  /** Decides on one input. One about a call that is not live changes nothing. */
  handle(input: Input, at: Moment): Decision {
    if (input.kind === 'callOffered') return this.#decide(at, (sitting) => this.#offered(input, sitting));
    const live = this.#house.call(input.callId);
    if (live === undefined) return new Decision(at, this.#chance);
    return this.#decideOn(live, at, (turn) => heard(turn, input));
  }

  /** Makes calls: a group for each destination with several devices, a call for each other one. */
  dial({ orders, destinations }: DialRequest, at: Moment): Dialled {
    const calls: Call[] = [];
    const groupcalls: Groupcall[] = [];
    const decision = this.#decide(at, (sitting) => {
      for (const destination of destinations) {
        if (destination.asGroup) groupcalls.push(dialAsGroup(sitting, orders, destination));
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
    const decision = this.#decideOn(live, at, (turn) => {
      problem = transfer(turn, wanted);
    });
    const made = decision.puts.find((put) => put.kind === 'transfer');
    return { decision, problem, transfer: made?.kind === 'transfer' ? made.row : undefined };
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

  /** Conferences that were there when the last process ended, with nobody in them. */
  load(conferences: readonly LiveConference[]): void {
    for (const conference of conferences) {
      this.#house.conferences.set(conference.row.id, conference);
      this.#deadlines.set(conference.row.id, conference.deadline);
    }
  }

  #decideOn(live: LiveCall, at: Moment, decide: (turn: Turn) => void): Decision {
    return this.#decide(at, (sitting) => decide(sitting.turnOf(live)));
  }

  /** A bug in a decision ends the calls it was about, and nothing else. */
  #decide(at: Moment, decide: (sitting: Sitting) => void): Decision {
    const sitting = this.#sit(at);
    try {
      decide(sitting);
      sitting.conclude();
      this.#settle(sitting);
      return sitting.decision;
    } catch (error) {
      return this.#endForBug(sitting.undo(), at, error);
    }
  }

  #sit(at: Moment): Sitting {
    return new Sitting({
      house: this.#house,
      decision: new Decision(at, this.#chance),
      chance: this.#chance,
      localTimes: this.#localTimes,
      reach,
      ...this.#settings,
    });
  }

  /** `calls` as they were before the decision that went wrong, and which is not carried out. */
  #endForBug(calls: readonly LiveCall[], at: Moment, error: unknown): Decision {
    const sitting = this.#sit(at);
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (calls.length === 0) reportBug(sitting.decision, nilId, text);
    for (const live of calls) {
      live.walk = undefined;
      reportBug(sitting.decision, live.call.id, `the call is ended for it: ${text}`);
      const turn = sitting.turnOf(live);
      if (isEnding(live)) this.#forget(turn);
      else terminate(turn, cause.networkOutOfOrder);
    }
    this.#settle(sitting);
    return sitting.decision;
  }

  /** Even its end goes wrong: nothing more is decided about it. Its rows are closed at the next start. */
  #forget({ live, decision }: Turn): void {
    const { id: callId } = live.call;
    decision.effect({ kind: 'hangup', callId, cause: cause.networkOutOfOrder });
    decision.effect({ kind: 'closeMedia', callId });
    this.#remove(live);
  }

  #offered(offer: Extract<Input, { kind: 'callOffered' }>, sitting: Sitting): void {
    const { decision, chance } = sitting;
    const activeflowId = offer.flow === undefined ? nilId : chance.id();
    const turn = sitting.addCall({
      lane: offer.callId,
      call: legRow({ ...offer, activeflowId }, 'incoming', decision),
      activeflow: undefined,
      walk: undefined,
      sound: undefined,
      media: offer.mediaOpen ? 'open' : 'closed',
      opensFor: 'answer',
      earlyMedia: false,
      dialing: undefined,
      roomId: undefined,
      heldByPeer: false,
      transferId: undefined,
      endCause: undefined,
      deadlines: {
        longestCall: afterMs(decision.at.mono, this.#settings.longestCallMs),
        openingMedia: undefined,
        unanswered: undefined,
        ending: undefined,
      },
    });
    const { live } = turn;
    if (offer.flow !== undefined) createActiveflow(turn, offer.flow);
    decision.put('call', live.call);
    decision.emit('call_created', live.lane, live.call);
    if (offer.flow === undefined) terminate(turn, cause.noAnswer);
    else walkOn(turn);
    if (live.call.status === 'ringing' && live.media !== 'opening')
      decision.effect({ kind: 'ring', callId: offer.callId });
  }

  /** After each decision: the next deadlines of all it was about, or their removal when nothing is left to come. */
  #settle(sitting: Sitting): void {
    for (const callId of sitting.callIds) {
      const live = this.#house.call(callId);
      if (live === undefined) continue;
      if (live.call.status === 'hangup' && live.media === 'closed') this.#remove(live);
      else this.#deadlines.set(callId, wakeTime(live));
    }
    for (const id of sitting.conferences.ids)
      this.#deadlines.set(id, this.#house.conferences.get(id)?.deadline);
    for (const id of sitting.recordings.ids)
      this.#deadlines.set(id, this.#house.recordings.get(id)?.deadline);
  }

  #remove(live: LiveCall): void {
    this.#house.remove(live);
    this.#deadlines.set(live.call.id, undefined);
  }
}

function dialAsGroup(sitting: Sitting, orders: DialOrders, destination: PlannedDestination): Groupcall {
  return dialGroup(sitting, {
    orders,
    destinations: [destination],
    ringMethod: 'ring_all',
  }).row;
}

function reportBug(decision: Decision, callId: string, text: string): void {
  decision.effect({ kind: 'report', callId, problem: 'bug', text: `a bug: ${text}` });
}
