import { type CallCentre, type Chance, type Input, isBeside } from '@parley/core';
import type { HeaderPair, Path, SipOutput, SipRequest } from '@parley/sip';
import type { Logger } from 'pino';
import type { Caller } from '../carriers/trunk-gate.ts';
import type { DialPlan, Entry } from './dial-plan.ts';
import type { Line, Lines } from './line.ts';
import type { ReadyMedia } from './ready-media.ts';
import type { SipDriver } from './sip-driver.ts';
import type { Tally } from './tally.ts';

type Invite = Extract<SipOutput, { kind: 'incomingCall' }>;

export interface CallsInSettings {
  /** Calls at one time; the next is refused with 503. */
  readonly maxCalls: number;
  /** Calls of one customer at one time; the next is refused with 486. */
  readonly maxCallsPerCustomer: number;
}

export interface CallsInDeps {
  readonly centre: Pick<CallCentre, 'size' | 'callsOfCustomer' | 'liveCall'>;
  readonly dialPlan: DialPlan;
  /** Asks who calls. A refusal of 407 asks for credentials; the INVITE comes again with them. */
  readonly whoIs: (invite: SipRequest, path: Path) => Promise<Caller>;
  readonly lines: Lines;
  readonly readyMedia: ReadyMedia;
  readonly driver: SipDriver;
  readonly hear: (input: Input) => void;
  /** Why no calls are taken now, if so. */
  readonly closedBecause: () => string | undefined;
  /** A call has media that listens there. */
  readonly mediaOpen: (callId: string, port: number) => void;
  readonly chance: Chance;
  readonly log: Logger;
  readonly tally: Tally;
  readonly settings: CallsInSettings;
}

/** Decides whether an INVITE becomes a call: whether there is room for it, who calls, and what was dialled. */
export class CallsIn {
  readonly #deps: CallsInDeps;

  constructor(deps: CallsInDeps) {
    this.#deps = deps;
  }

  /** Until it has been found what was dialled there is no call, and nothing is told to anyone. */
  async invited(invite: Invite): Promise<void> {
    const { centre, closedBecause, lines, log, settings } = this.#deps;
    if (closedBecause() !== undefined) return this.#refuse(invite, 503, 'closed');
    if (centre.size >= settings.maxCalls) return this.#refuse(invite, 503, 'full');
    const line = lines.incoming(invite.call, invite.path.remote.address);
    try {
      await this.#enter(invite, line);
    } catch (error) {
      log.error({ err: error }, 'a number could not be looked up');
      this.#refuse(invite, 503, 'storeFailed');
    }
  }

  async #enter(invite: Invite, line: Line): Promise<void> {
    const caller = await this.#deps.whoIs(invite.request, invite.path);
    if (line.gone) return;
    if (caller.kind === 'refused') return this.#refuse(invite, caller.status, 'notProved', caller.headers);
    if (invite.replaces !== undefined) return this.#takeOver(invite, line, caller, invite.replaces);
    const entry = await this.#entryOf(invite, caller);
    if (line.gone) return;
    if (entry === undefined) return this.#refuse(invite, 404, 'unknownNumber');
    this.#offer(invite, line, entry);
  }

  /** Only a phone of the house may take the place of a call, and only of one that is in a room. */
  #takeOver(
    invite: Invite,
    line: Line,
    caller: Exclude<Caller, { kind: 'refused' }>,
    replaced: NonNullable<Invite['replaces']>,
  ): void {
    const { centre, dialPlan, hear, lines } = this.#deps;
    const callId = lines.bySip(replaced)?.callId;
    const live = callId === undefined ? undefined : centre.liveCall(callId);
    // Who takes the place of a supervisor would be a party of the talk that is supervised.
    if (callId === undefined || live?.roomId === undefined || isBeside(live))
      return this.#refuse(invite, 481, 'nothingToReplace');
    if (caller.kind !== 'extension' || caller.extension.customer_id !== live.call.customer_id)
      return this.#refuse(invite, 403, 'mayNotReplace');
    this.#offer(invite, line, dialPlan.intoRoom(invite, caller.extension, live.roomId));
    if (line.callId !== undefined) hear({ kind: 'replaced', callId });
  }

  async #entryOf(invite: Invite, caller: Exclude<Caller, { kind: 'refused' }>): Promise<Entry | undefined> {
    const { dialPlan } = this.#deps;
    if (caller.kind === 'extension') return await dialPlan.fromExtension(invite, caller.extension);
    if (caller.kind === 'provider') return await dialPlan.fromProvider(invite, caller.accounts);
    if (caller.kind === 'trunk') return await dialPlan.fromTrunk(invite, caller.trunk.customer_id);
    return await dialPlan.fromOutside(invite);
  }

  #offer(invite: Invite, line: Line, entry: Entry): void {
    const { centre, chance, hear, lines, mediaOpen, readyMedia, settings } = this.#deps;
    if (centre.callsOfCustomer(entry.customerId) >= settings.maxCallsPerCustomer)
      return this.#refuse(invite, 486, 'customerBusy');
    const ready = readyMedia.take();
    const callId = ready?.callId ?? chance.id();
    if (ready !== undefined) mediaOpen(callId, ready.port);
    lines.belongsTo(line, callId);
    hear({ kind: 'callOffered', callId, ...entry, mediaOpen: ready !== undefined });
  }

  #refuse(invite: Invite, status: number, why: string, headers: readonly HeaderPair[] = []): void {
    this.#deps.tally.refused(why);
    this.#deps.driver.run((sip, now) => sip.reject(invite.call, status, undefined, now, headers));
  }
}
