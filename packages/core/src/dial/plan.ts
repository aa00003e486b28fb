import type { Address } from '@parley/contract';

/** One way to reach a destination: everything SIP needs for one INVITE. Secrets are looked up when it is sent. */
export interface DialAttempt {
  /** The Request-URI, such as `sip:+4930123456@carrier.example`. */
  readonly uri: string;
  /** Where the INVITE goes when that is not what the URI says: a registered contact's source, a provider's port. */
  readonly nextHop: NextHop | undefined;
  /** Who calls, as the far end sees it in From. */
  readonly from: { readonly displayName: string; readonly user: string; readonly host: string | undefined };
  /** More header fields, such as Privacy and P-Asserted-Identity. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Names of the codecs to offer, best first; absent: all there are. */
  readonly codecs?: readonly string[];
  /** The provider whose credentials and caps count; nil: none. */
  readonly providerId: string;
}

export interface NextHop {
  /** A host name is looked up (SRV, then A); an IP address is used as it is. */
  readonly host: string;
  readonly port: number | undefined;
  readonly transport: 'UDP' | 'TCP' | undefined;
  /** The connection a contact registered over; there is no other way to it. */
  readonly connection?: string;
}

/** One leg to be dialled: its attempts are made one after another until one of them leads anywhere. */
export interface PlannedLeg {
  readonly destination: Address;
  /** Empty: there is no way to it, `problem` says why. */
  readonly attempts: readonly DialAttempt[];
  readonly problem?: string;
  /** What SIP would say of that; 404 when it is left out. */
  readonly status?: number;
}

/** A destination as it was asked for. One with several devices is several legs, rung together. */
export interface PlannedDestination {
  readonly destination: Address;
  /** None when it is an agent. */
  readonly legs: readonly PlannedLeg[];
  /** What belongs to it belongs together: the first to answer is the destination. */
  readonly asGroup: boolean;
  readonly agent?: PlannedAgent;
}

/** An agent as a destination: rung at the agent's own addresses, in the agent's own way. */
export interface PlannedAgent {
  readonly id: string;
  readonly ringMethod: 'ring_all' | 'linear';
  /** At least one, and no agent among them. */
  readonly addresses: readonly PlannedDestination[];
}

/** All legs that may be dialled for a destination. */
export function legsOf({ legs, agent }: PlannedDestination): readonly PlannedLeg[] {
  return agent === undefined ? legs : agent.addresses.flatMap(legsOf);
}
