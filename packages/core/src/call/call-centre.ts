import { nilId } from '@parley/contract';
import { Deadlines } from '../deadlines.ts';
import { Decision } from '../decision.ts';
import { createActiveflow, endActiveflow } from '../flow/activeflow.ts';
import { createLocalTimes, type LocalTimes } from '../flow/local-time.ts';
import { answered, digitPressed, finish, playEnded, signal, walkOn } from '../flow/walk.ts';
import type { Input } from '../inputs.ts';
import type { Chance } from '../ports/chance.ts';
import { afterMs, type Moment, type Monotonic } from '../ports/moment.ts';
import { cause } from './cause.ts';
import { completeAnswer, endAtLongestDuration, hangUp, incomingLeg, terminate } from './leg.ts';
import { closeMedia, mediaClosed, mediaFailed, mediaLate, mediaOpened, mediaSilent } from './leg-media.ts';
import { isEnding, type LiveCall, wakeTime } from './live-call.ts';
import type { Turn } from './turn.ts';

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
  readonly #localTimes: LocalTimes = createLocalTimes();
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

  /** Decides what is due: one decision for each call that has something due. */
  wake(at: Moment): Decision[] {
    // All of them first: a call that has something due again at once waits for the next time, it cannot stall this one.
    const due: string[] = [];
    for (let id = this.#deadlines.takeDue(at.mono); id !== undefined; id = this.#deadlines.takeDue(at.mono))
      due.push(id);
    return due.flatMap((id) => {
      const live = this.#live.get(id);
      return live === undefined ? [] : [this.#decide(live, at, (turn) => this.#deadlinePassed(turn))];
    });
  }

  /** Decides on one input. One about a call that is not live changes nothing. */
  handle(input: Input, at: Moment): Decision {
    if (input.kind === 'callOffered') return this.#offered(input, at);
    const live = this.#live.get(input.callId);
    if (live === undefined) return new Decision(at, this.#chance);
    return this.#decide(live, at, (turn) => this.#heard(turn, input));
  }

  #turn(live: LiveCall, at: Moment): Turn {
    const decision = new Decision(at, this.#chance);
    return { live, decision, chance: this.#chance, localTimes: this.#localTimes };
  }

  /** A bug in a decision ends the call it was about, and nothing else. */
  #decide(live: LiveCall, at: Moment, decide: (turn: Turn) => void): Decision {
    const before: LiveCall = { ...live, deadlines: { ...live.deadlines } };
    const turn = this.#turn(live, at);
    try {
      decide(turn);
      this.#settle(live);
      return turn.decision;
    } catch (error) {
      return this.#endForBug({ ...before, walk: undefined }, at, error);
    }
  }

  /** `live` as it was before the decision that went wrong, and which is not carried out. */
  #endForBug(live: LiveCall, at: Moment, error: unknown): Decision {
    const turn = this.#turn(live, at);
    const { id: callId } = live.call;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    turn.decision.effect({
      kind: 'report',
      callId,
      problem: 'bug',
      text: `a bug, the call is ended for it: ${text}`,
    });
    this.#live.set(callId, live);
    if (isEnding(live)) this.#forget(turn);
    else terminate(turn, cause.networkOutOfOrder);
    this.#settle(live);
    return turn.decision;
  }

  /** Even its end goes wrong: nothing more is decided about it. Its rows are closed at the next start. */
  #forget({ live, decision }: Turn): void {
    const { id: callId } = live.call;
    decision.effect({ kind: 'hangup', callId, cause: cause.networkOutOfOrder });
    decision.effect({ kind: 'closeMedia', callId });
    this.#remove(live);
  }

  #offered(offer: Extract<Input, { kind: 'callOffered' }>, at: Moment): Decision {
    if (this.#live.has(offer.callId)) throw new Error(`call ${offer.callId} exists already`);
    const activeflowId = offer.flow === undefined ? nilId : this.#chance.id();
    const decision = new Decision(at, this.#chance);
    const live: LiveCall = {
      lane: offer.callId,
      call: incomingLeg({ ...offer, activeflowId }, decision),
      activeflow: undefined,
      walk: undefined,
      media: offer.mediaOpen ? 'open' : 'closed',
      endCause: undefined,
      deadlines: {
        longestCall: afterMs(at.mono, this.#settings.longestCallMs),
        openingMedia: undefined,
        ending: undefined,
      },
    };
    const turn = { live, decision, chance: this.#chance, localTimes: this.#localTimes };
    if (offer.flow !== undefined) createActiveflow(turn, offer.flow);
    decision.put('call', live.call);
    decision.emit('call_created', live.lane, live.call);
    if (offer.flow === undefined) terminate(turn, cause.noAnswer);
    else walkOn(turn);
    if (live.call.status === 'ringing' && live.media !== 'opening')
      decision.effect({ kind: 'ring', callId: offer.callId });
    this.#add(live);
    this.#settle(live);
    return decision;
  }

  #heard(turn: Turn, input: Exclude<Input, { kind: 'callOffered' }>): void {
    const { live } = turn;
    switch (input.kind) {
      case 'callEnded':
        return this.#ended(turn, input.end.cause);
      case 'mediaOpened':
        return this.#mediaOpened(turn);
      case 'mediaFailed':
        return mediaFailed(turn, input.problem);
      case 'mediaSilent':
        return mediaSilent(turn);
      case 'mediaClosed':
        return mediaClosed(turn, input.statistics);
      case 'playEnded':
        return playEnded(turn, input.play, input.problem);
      case 'digit':
        return digitPressed(turn, input.digit);
      case 'replied':
        return signal(turn, { kind: 'replied', reply: input.reply }, input.request);
      case 'flowLoaded':
        return signal(turn, { kind: 'flowLoaded', flow: input.flow }, input.request);
      case 'hangupRequested':
        return terminate(turn, cause.normalClearing);
      case 'stopRequested':
        return live.walk === undefined || isEnding(live) ? undefined : finish(turn);
      case 'resumeRequested':
        if (live.walk?.current?.action.id !== input.actionId) return undefined;
        return signal(turn, { kind: 'resumed' });
    }
  }

  #ended(turn: Turn, reportedCause: number): void {
    if (turn.live.call.status === 'hangup') return;
    hangUp(turn, reportedCause);
    closeMedia(turn, this.#settings.closingMediaMs);
    endActiveflow(turn);
  }

  #mediaOpened(turn: Turn): void {
    if (!mediaOpened(turn)) return;
    completeAnswer(turn);
    answered(turn);
  }

  #deadlinePassed(turn: Turn): void {
    const { deadlines, walk } = turn.live;
    const due = (time: Monotonic | undefined): boolean => time !== undefined && time <= turn.decision.at.mono;
    if (due(deadlines.ending)) return this.#endingIsOverdue(turn);
    if (due(deadlines.longestCall)) return endAtLongestDuration(turn);
    if (due(deadlines.openingMedia)) return mediaLate(turn);
    if (due(walk?.resting?.deadline)) signal(turn, { kind: 'timeout' });
  }

  /** SIP, or the media after it, never reported the end: it ends here all the same. */
  #endingIsOverdue(turn: Turn): void {
    if (turn.live.call.status === 'hangup') turn.live.media = 'closed';
    else this.#ended(turn, cause.normalClearing);
  }

  #add(live: LiveCall): void {
    this.#live.set(live.call.id, live);
    const { customer_id: customerId } = live.call;
    this.#callsOfCustomer.set(customerId, this.callsOfCustomer(customerId) + 1);
    if (live.call.activeflow_id !== nilId) this.#callOfActiveflow.set(live.call.activeflow_id, live.call.id);
  }

  /** After each decision: the call's next deadline, or its removal when nothing is left to come. */
  #settle(live: LiveCall): void {
    if (!this.#live.has(live.call.id)) return;
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
