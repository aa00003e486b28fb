import type { CallCentre, Chance, Input } from '@parley/core';
import type { SipOutput } from '@parley/sip';
import type { Logger } from 'pino';
import type { Directory, Route } from './directory.ts';
import { destinationOf, type Line, type Lines, sourceOf } from './line.ts';
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
  readonly centre: Pick<CallCentre, 'size' | 'callsOfCustomer'>;
  readonly directory: Pick<Directory, 'route'>;
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

/** Decides whether an INVITE becomes a call: whether there is room for it, and what was dialled. */
export class CallsIn {
  readonly #deps: CallsInDeps;

  constructor(deps: CallsInDeps) {
    this.#deps = deps;
  }

  /** Finds what was dialled. Until it has been found there is no call, and nothing is told to anyone. */
  async invited(invite: Invite): Promise<void> {
    const { centre, closedBecause, directory, lines, log, settings } = this.#deps;
    if (closedBecause() !== undefined) return this.#refuse(invite, 503, 'closed');
    if (centre.size >= settings.maxCalls) return this.#refuse(invite, 503, 'full');
    const line = lines.incoming(invite.call, invite.path.remote.address);
    const dialled = invite.requestUri.user ?? '';
    try {
      const route = await directory.route(dialled);
      if (line.gone) return;
      if (route === undefined) return this.#refuse(invite, 404, 'unknownNumber');
      this.#offer(invite, line, dialled, route);
    } catch (error) {
      log.error({ err: error }, 'a number could not be looked up');
      this.#refuse(invite, 503, 'storeFailed');
    }
  }

  #offer(invite: Invite, line: Line, dialled: string, route: Route): void {
    const { centre, chance, hear, lines, mediaOpen, readyMedia, settings } = this.#deps;
    const { customer_id: customerId, call_flow_id: flowId } = route.number;
    if (centre.callsOfCustomer(customerId) >= settings.maxCallsPerCustomer)
      return this.#refuse(invite, 486, 'customerBusy');
    const ready = readyMedia.take();
    const callId = ready?.callId ?? chance.id();
    if (ready !== undefined) mediaOpen(callId, ready.port);
    lines.belongsTo(line, callId);
    hear({
      kind: 'callOffered',
      callId,
      customerId,
      flowId,
      flow: route.flow,
      source: sourceOf(invite.from),
      destination: destinationOf(dialled),
      mediaOpen: ready !== undefined,
    });
  }

  #refuse(invite: Invite, status: number, why: string): void {
    this.#deps.tally.refused(why);
    this.#deps.driver.run((sip, now) => sip.reject(invite.call, status, undefined, now));
  }
}
