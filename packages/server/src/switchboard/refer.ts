import type { Address, Call } from '@parley/contract';
import type { CallCentre, Input } from '@parley/core';
import type { SipOutput } from '@parley/sip';
import type { Lines } from './line.ts';
import type { Locate } from './locator.ts';
import { namedAddress } from './named-address.ts';
import type { SipDriver } from './sip-driver.ts';

type Refer = Extract<SipOutput, { kind: 'transferRequested' }>;

export interface RefersDeps {
  readonly centre: Pick<CallCentre, 'liveCall' | 'liveConference' | 'transferSource'>;
  readonly lines: Lines;
  readonly driver: SipDriver;
  readonly locate: Locate;
  /** Whether a SIP address is one of this server. */
  readonly isOurs: (uri: string) => boolean;
  readonly hear: (input: Input) => void;
}

/** What phones ask for by REFER (RFC 3515, 5589). Only phones of the house may: to anybody else it would be free calls. */
export class Refers {
  readonly #deps: RefersDeps;

  constructor(deps: RefersDeps) {
    this.#deps = deps;
  }

  async requested(refer: Refer): Promise<void> {
    const { centre, driver, hear, lines } = this.#deps;
    const callId = lines.bySip(refer.call)?.callId;
    const call = callId === undefined ? undefined : centre.liveCall(callId)?.call;
    if (callId === undefined || call === undefined || !isOfTheHouse(call))
      return void driver.run((sip, now) => sip.rejectTransfer(refer.call, 603, now));
    const other = refer.replaces?.call === undefined ? undefined : lines.bySip(refer.replaces.call)?.callId;
    if (refer.replaces !== undefined && other === undefined)
      return void driver.run((sip, now) => sip.rejectTransfer(refer.call, 481, now));
    driver.run((sip, now) => sip.acceptTransfer(refer.call, now));
    if (other !== undefined) return hear({ kind: 'mergeRequested', callId, otherCallId: other });
    await this.#transfer(callId, call, refer);
  }

  async #transfer(callId: string, call: Call, refer: Refer): Promise<void> {
    const { target } = refer;
    const address = this.#addressOf(target);
    const { customer_id: customerId } = call;
    if (address.type === 'conference' && !this.#isOpen(address.target, customerId))
      return void this.#deps.driver.run((sip, now) => sip.transferProgress(refer.call, 404, now));
    const source = this.#deps.centre.transferSource(callId, 'blind') ?? call.source;
    const wanted = { customerId, source, destinations: [address], anonymous: 'auto' } as const;
    // One that cannot be located has no way there: that is told to the phone like any other failure.
    const destinations = await this.#deps.locate(wanted).catch(() => []);
    this.#deps.hear({
      kind: 'transferRequested',
      callId,
      wanted: { type: 'blind', addresses: [address], destinations, byRefer: true },
    });
  }

  #isOpen(conferenceId: string, customerId: string): boolean {
    const conference = this.#deps.centre.liveConference(conferenceId)?.row;
    return conference?.customer_id === customerId && conference.status === 'progressing';
  }

  /** Somebody at this server is an agent, a conference, a number or an extension; anybody else is called at the address. */
  #addressOf({ uri, user, displayName = '' }: Refer['target']): Address {
    const text = { target_name: displayName.slice(0, 255), name: '', detail: '' };
    if (!this.#deps.isOurs(uri)) return { type: 'sip', target: uri.slice(0, 255), ...text };
    const named = namedAddress(user);
    if (named !== undefined) return { ...named, ...text };
    if (user.startsWith('+')) return { type: 'tel', target: user.slice(0, 255), ...text };
    return { type: 'extension', target: user.slice(0, 255), ...text, target_name: user.slice(0, 255) };
  }
}

/** It comes from, or went to, a phone that proved to be an extension. */
function isOfTheHouse({ direction, source, destination }: Call): boolean {
  return (direction === 'incoming' ? source : destination).type === 'extension';
}
