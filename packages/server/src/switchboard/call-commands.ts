import type {
  Address,
  AgentExplanation,
  Call,
  Groupcall,
  Supervision,
  Transfer,
  WaitExplanation,
} from '@parley/contract';
import {
  type CallCentre,
  type Decision,
  type DialRequest,
  type Input,
  isEnding,
  limits,
  supervisedParty,
  supervisionRow,
} from '@parley/core';
import type { Clock } from '../clock.ts';
import type { CallsInSettings } from './calls-in.ts';
import type { CommitPipeline } from './commit-pipeline.ts';

export interface CallCommandsDeps {
  readonly centre: CallCentre;
  readonly pipeline: Pick<CommitPipeline, 'decide' | 'flushed'>;
  readonly clock: Clock;
  /** Why no calls are taken or made now, if so. */
  readonly closedBecause: () => string | undefined;
  readonly settings: CallsInSettings;
  readonly hear: (input: Input) => void;
  /** The call centre may want to be woken at another time. */
  readonly decided: () => void;
}

/** What clients do with calls that are live, and how they make new ones. Everything resolves once it is durable. */
export class CallCommands {
  readonly #deps: CallCommandsDeps;

  constructor(deps: CallCommandsDeps) {
    this.#deps = deps;
  }

  /** False: it is not live. */
  async hangup(callId: string): Promise<boolean> {
    const live = this.#deps.centre.liveCall(callId);
    if (live === undefined || live.call.status === 'hangup') return false;
    if (!isEnding(live)) this.#deps.hear({ kind: 'hangupRequested', callId });
    await this.#deps.pipeline.flushed();
    return true;
  }

  /** Anything else that is asked of a live call; answers the call as it is then. */
  async ask(input: Input): Promise<Call | undefined> {
    this.#deps.hear(input);
    await this.#deps.pipeline.flushed();
    return this.#deps.centre.liveCall(input.callId)?.call;
  }

  async stopActiveflow(activeflowId: string): Promise<boolean> {
    const callId = this.#deps.centre.callOfActiveflow(activeflowId);
    if (callId === undefined || this.#deps.centre.liveCall(callId)?.walk === undefined) return false;
    this.#deps.hear({ kind: 'stopRequested', callId });
    await this.#deps.pipeline.flushed();
    return true;
  }

  /** `actionId` has to be the block the activeflow rests on. */
  async resumeActiveflow(activeflowId: string, actionId: string): Promise<'ok' | 'notFound' | 'notBlocked'> {
    const callId = this.#deps.centre.callOfActiveflow(activeflowId);
    const walk = callId === undefined ? undefined : this.#deps.centre.liveCall(callId)?.walk;
    if (callId === undefined || walk === undefined) return 'notFound';
    if (walk.current?.action.id !== actionId || walk.current.type.type !== 'block') return 'notBlocked';
    this.#deps.hear({ kind: 'resumeRequested', callId, actionId });
    await this.#deps.pipeline.flushed();
    return 'ok';
  }

  /** Why so many more calls of a customer cannot be made now, if so; a clause for people. */
  noRoomFor(customerId: string, calls: number): string | undefined {
    const { centre, settings, closedBecause } = this.#deps;
    if (centre.size + calls > settings.maxCalls) return 'there are too many calls at present';
    if (centre.callsOfCustomer(customerId) + calls > settings.maxCallsPerCustomer)
      return 'you have too many calls at present';
    return closedBecause();
  }

  /** The same for one more conference. */
  get noRoomForConference(): string | undefined {
    return this.#deps.centre.conferences.size < limits.conferences
      ? undefined
      : 'there are too many conferences at present';
  }

  /** Why a caller waits, as it is now; undefined: it does not. */
  explainWait(visitId: string): WaitExplanation | undefined {
    return this.#deps.centre.explainWait(visitId, this.#deps.clock.now());
  }

  /** Whom an agent would be offered now; undefined: there is no such agent. */
  explainAgent(agentId: string): AgentExplanation | undefined {
    return this.#deps.centre.explainAgent(agentId, this.#deps.clock.now());
  }

  async dial(request: DialRequest): Promise<{ calls: readonly Call[]; groupcalls: readonly Groupcall[] }> {
    const { calls, groupcalls } = await this.#decided((at) => this.#deps.centre.dial(request, at));
    return { calls, groupcalls };
  }

  /** Whom the new party of a transfer will see. */
  transferSource(callId: string, type: Transfer['type']): Address | undefined {
    return this.#deps.centre.transferSource(callId, type);
  }

  /** How a call is supervised, while it is, and whom a supervisor who is called would see. */
  supervision(
    callId: string,
  ): { readonly now: Supervision | undefined; readonly party: Address } | undefined {
    const { centre } = this.#deps;
    const live = centre.liveCall(callId);
    const found = centre.supervisions.get(callId);
    return (
      live && {
        now: found && supervisionRow(found),
        party: supervisedParty({ rooms: centre.rooms, call: (id) => centre.liveCall(id) }, live),
      }
    );
  }

  /** Whether that recording is under way and paused. */
  isPaused(recordingId: string): boolean {
    return this.#deps.centre.liveRecording(recordingId)?.row.paused === true;
  }

  /** Anything that concerns more than one call. */
  async decide<T extends { readonly decision: Decision }>(
    decide: (centre: CallCentre, at: ReturnType<Clock['now']>) => T,
  ): Promise<T> {
    return await this.#decided((at) => decide(this.#deps.centre, at));
  }

  async #decided<T extends { readonly decision: Decision }>(
    decide: (at: ReturnType<Clock['now']>) => T,
  ): Promise<T> {
    const made = decide(this.#deps.clock.now());
    this.#deps.pipeline.decide(made.decision);
    this.#deps.decided();
    await this.#deps.pipeline.flushed();
    return made;
  }
}
