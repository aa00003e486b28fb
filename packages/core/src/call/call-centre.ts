import { nilId } from '@parley/contract';
import { Deadlines } from '../deadlines.ts';
import { Decision } from '../decision.ts';
import {
  answered,
  createActiveflow,
  digitPressed,
  endActiveflow,
  finish,
  signal,
  walkOn,
  breakOff,
} from '../flow/walk.ts';
import type { Input } from '../inputs.ts';
import type { Chance } from '../ports/chance.ts';
import { afterMs, type Moment, type Monotonic } from '../ports/moment.ts';
import { cause } from './cause.ts';
import { completeAnswer, endAtLongestDuration, hangUp, incomingLeg, terminate } from './leg.ts';
import { isEnding, type LiveCall, wakeTime } from './live-call.ts';

export interface CallCentreSettings {
  /** A call is ended after that time, whatever it does. */
  readonly longestCallMs: number;
  /** Media that does not report its closing leaves a call without statistics, not in memory. */
  readonly closingMediaMs: number;
}

export const defaultSettings: CallCentreSettings = { longestCallMs: 4 * 3_600_000, closingMediaMs: 5_000 };

/**
 * All calls of this node that are not over, and what is decided about them. It reads no clock, sets no timer and does
 * nothing by itself: inputs and times go in, decisions (changes to commit, then effects to carry out) come out.
 *
 * A decision applies to the calls in memory when it is made. This node owns them, so nobody else can have changed
 * them, and the next decision may follow before this one's commit is durable; effects wait for it, in order.
 */
export class CallCentre {
  readonly #chance: Chance;
  readonly #settings: CallCentreSettings;
  readonly #live = new Map<string, LiveCall>();
  readonly #callOfActiveflow = new Map<string, string>();
  readonly #callsOfCustomer = new Map<string, number>();
  readonly #deadlines = new Deadlines();

  constructor(chance: Chance, settings: Partial<CallCentreSettings> = {}) {
    this.#chance = chance;
    this.#settings = { ...defaultSettings, ...settings };
  }

  /** Calls not yet over, those whose media is closing included. */
  get size(): number {
    return this.#live.size;
  }

  liveCall(callId: string): Readonly<LiveCall> | undefined {
    return this.#live.get(callId);
  }

  /** Ids of all calls that are not over; what a shutdown has to end. */
  callIds(): readonly string[] {
    return [...this.#live.values()]
      .filter((live) => live.call.status !== 'hangup')
      .map((live) => live.call.id);
  }

  callOfActiveflow(activeflowId: string): string | undefined {
    return this.#callOfActiveflow.get(activeflowId);
  }

  callsOfCustomer(customerId: string): number {
    return this.#callsOfCustomer.get(customerId) ?? 0;
  }

  /** When `wake` has to be called next. */
  wakeAt(): Monotonic | undefined {
    return this.#deadlines.next();
  }

  /** Decides what is due; at most one decision per call and call of this. */
  wake(at: Moment): Decision[] {
    const decisions: Decision[] = [];
    for (
      let key = this.#deadlines.takeDue(at.mono);
      key !== undefined;
      key = this.#deadlines.takeDue(at.mono)
    ) {
      const live = this.#live.get(key);
      if (live === undefined) continue;
      const decision = new Decision(at, this.#chance);
      this.#deadlinePassed(live, decision);
      this.#settle(live);
      decisions.push(decision);
    }
    return decisions;
  }

  /** Decides on one input. One about a call that is not live changes nothing. */
  handle(input: Input, at: Moment): Decision {
    const decision = new Decision(at, this.#chance);
    if (input.kind === 'callOffered') {
      this.#settle(this.#offered(input, decision));
      return decision;
    }
    const live = this.#live.get(input.callId);
    if (live === undefined) return decision;
    this.#decide(live, input, decision);
    this.#settle(live);
    return decision;
  }

  #offered(offer: Extract<Input, { kind: 'callOffered' }>, decision: Decision): LiveCall {
    if (this.#live.has(offer.callId)) throw new Error(`call ${offer.callId} exists already`);
    const activeflowId = offer.flow === undefined ? nilId : this.#chance.id();
    const live: LiveCall = {
      lane: offer.callId,
      call: incomingLeg({ ...offer, activeflowId }, decision),
      activeflow: undefined,
      walk: undefined,
      media: 'closed',
      endCause: undefined,
      deadlines: {
        longestCall: afterMs(decision.at.mono, this.#settings.longestCallMs),
        openingMedia: undefined,
        ending: undefined,
      },
    };
    this.#add(live);
    if (offer.flow !== undefined) createActiveflow(live, decision, offer.flow);
    decision.put('call', live.call);
    decision.emit('call_created', live.lane, live.call);
    if (offer.flow === undefined) terminate(live, decision, cause.noAnswer);
    else walkOn(live, decision, this.#chance);
    if (live.media === 'closed' && !isEnding(live)) decision.effect({ kind: 'ring', callId: offer.callId });
    return live;
  }

  #decide(live: LiveCall, input: Exclude<Input, { kind: 'callOffered' }>, decision: Decision): void {
    switch (input.kind) {
      case 'callEnded':
        return this.#ended(live, decision, input.end.cause);
      case 'mediaOpened':
        return this.#mediaOpened(live, decision);
      case 'mediaFailed':
        return this.#mediaFailed(live, decision, input.problem);
      case 'mediaSilent':
        return this.#mediaFailed(live, decision, 'no packet came from the peer for too long');
      case 'mediaClosed':
        live.media = 'closed';
        live.call = { ...live.call, statistics: input.statistics };
        return decision.put('call', live.call);
      case 'playEnded':
        return signal(
          live,
          decision,
          this.#chance,
          { kind: 'playEnded', problem: input.problem },
          input.play,
        );
      case 'digit':
        return digitPressed(live, decision, this.#chance, input.digit);
      case 'replied':
        return signal(live, decision, this.#chance, { kind: 'replied', reply: input.reply }, input.request);
      case 'flowLoaded':
        return signal(live, decision, this.#chance, { kind: 'flowLoaded', flow: input.flow }, input.request);
      case 'hangupRequested':
        return this.#terminate(live, decision, cause.normalClearing);
      case 'stopRequested':
        return isEnding(live) ? undefined : finish(live, decision);
      case 'resumeRequested':
        if (live.walk?.current?.action.id !== input.actionId) return undefined;
        return signal(live, decision, this.#chance, { kind: 'resumed' });
    }
  }

  #ended(live: LiveCall, decision: Decision, reportedCause: number): void {
    if (live.call.status === 'hangup') return;
    hangUp(live, decision, reportedCause);
    endActiveflow(live, decision);
    if (live.media !== 'closed')
      live.deadlines.ending = afterMs(decision.at.mono, this.#settings.closingMediaMs);
  }

  #mediaOpened(live: LiveCall, decision: Decision): void {
    if (live.media !== 'opening') return;
    if (isEnding(live)) {
      live.media = 'open';
      return;
    }
    completeAnswer(live, decision);
    answered(live, decision, this.#chance);
  }

  #mediaFailed(live: LiveCall, decision: Decision, problem: string): void {
    decision.effect({ kind: 'report', callId: live.call.id, problem: 'media', text: problem });
    if (live.media === 'opening') live.media = 'closed';
    this.#terminate(live, decision, cause.networkOutOfOrder);
  }

  #terminate(live: LiveCall, decision: Decision, endCause: number): void {
    if (live.walk !== undefined && !isEnding(live)) breakOff(live, decision, live.walk);
    terminate(live, decision, endCause);
  }

  #deadlinePassed(live: LiveCall, decision: Decision): void {
    const now = decision.at.mono;
    const { deadlines, walk } = live;
    const due = (time: Monotonic | undefined): boolean => time !== undefined && time <= now;
    if (due(deadlines.ending)) return this.#endingIsOverdue(live, decision);
    if (due(deadlines.longestCall)) return endAtLongestDuration(live, decision);
    if (due(deadlines.openingMedia))
      return this.#mediaFailed(live, decision, 'the media did not open in time');
    if (due(walk?.resting?.deadline)) signal(live, decision, this.#chance, { kind: 'timeout' });
  }

  /** SIP, or the media after it, never reported the end: it ends here all the same. */
  #endingIsOverdue(live: LiveCall, decision: Decision): void {
    live.deadlines.ending = undefined;
    if (live.call.status === 'hangup') live.media = 'closed';
    else this.#ended(live, decision, cause.normalClearing);
  }

  #add(live: LiveCall): void {
    this.#live.set(live.call.id, live);
    const { customer_id: customerId } = live.call;
    this.#callsOfCustomer.set(customerId, this.callsOfCustomer(customerId) + 1);
    if (live.call.activeflow_id !== nilId) this.#callOfActiveflow.set(live.call.activeflow_id, live.call.id);
  }

  /** After each decision: the call's next deadline, or its removal when nothing is left to come. */
  #settle(live: LiveCall): void {
    if (live.call.status === 'hangup' && live.media === 'closed') this.#remove(live);
    else this.#deadlines.set(live.call.id, wakeTime(live));
  }

  #remove(live: LiveCall): void {
    const { id, customer_id: customerId, activeflow_id: activeflowId } = live.call;
    if (!this.#live.delete(id)) return;
    this.#deadlines.set(id, undefined);
    this.#callOfActiveflow.delete(activeflowId);
    const left = this.callsOfCustomer(customerId) - 1;
    if (left > 0) this.#callsOfCustomer.set(customerId, left);
    else this.#callsOfCustomer.delete(customerId);
  }
}
