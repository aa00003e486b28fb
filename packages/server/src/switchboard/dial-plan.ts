import { type Address, type Flow, formatTimestamp, nilId } from '@parley/contract';
import { type Chance, extensionKey, type ExtensionRow, type Store, temporaryFlow } from '@parley/core';
import type { SipOutput } from '@parley/sip';
import type { Clock } from '../clock.ts';
import type { Directory } from './directory.ts';
import { destinationOf, sourceOf } from './line.ts';

type Invite = Extract<SipOutput, { kind: 'incomingCall' }>;

/** What an INVITE becomes: whose call it is and what it runs. */
export interface Entry {
  readonly customerId: string;
  readonly flowId: string;
  /** Undefined: there is none that can be started. */
  readonly flow: Flow | undefined;
  readonly source: Address;
  readonly destination: Address;
}

export interface DialPlanDeps {
  readonly directory: Pick<Directory, 'route'>;
  readonly store: Pick<Store, 'find'>;
  readonly chance: Chance;
  readonly clock: Clock;
}

/** What somebody reaches who dials something. Undefined: there is nothing of that name. */
export interface DialPlan {
  /** Whoever calls from outside reaches the numbers. */
  fromOutside(invite: Invite): Promise<Entry | undefined>;
  /** A phone of a customer reaches its extensions and its numbers, and everybody its providers reach. */
  fromExtension(invite: Invite, extension: ExtensionRow): Promise<Entry | undefined>;
}

export function createDialPlan({ directory, store, chance, clock }: DialPlanDeps): DialPlan {
  const connectedTo = (customerId: string, destination: Address): Flow | undefined => {
    const option = { destinations: [destination], early_media: true, relay_reason: true };
    const stamp = formatTimestamp(clock.now().wall);
    const made = temporaryFlow({ chance, decision: { stamp } }, customerId, [{ type: 'connect', option }]);
    if (!made.ok)
      throw new Error(`a flow that connects two phones is wrong: ${JSON.stringify(made.problems)}`);
    return made.flow;
  };
  const fromOutside = async (invite: Invite): Promise<Entry | undefined> => {
    const dialled = dialledBy(invite);
    const route = await directory.route(dialled);
    return (
      route && {
        customerId: route.number.customer_id,
        flowId: route.number.call_flow_id,
        flow: route.flow,
        source: sourceOf(invite.from),
        destination: destinationOf(dialled),
      }
    );
  };
  return {
    fromOutside,
    async fromExtension(invite, caller) {
      const dialled = dialledBy(invite);
      const { customer_id: customerId } = caller;
      const source = extensionAddress(caller, invite.from.displayName ?? caller.name);
      const to = (destination: Address): Entry => ({
        customerId,
        flowId: nilId,
        flow: connectedTo(customerId, destination),
        source,
        destination,
      });
      const callee = await store.find('extension', extensionKey(customerId, dialled));
      if (callee !== undefined) return to(extensionAddress(callee.row, callee.row.name));
      const numbered = await fromOutside(invite);
      if (numbered?.customerId === customerId) return { ...numbered, source };
      return /^\+?[0-9]{3,}$/.test(dialled) ? to(destinationOf(dialled)) : undefined;
    },
  };
}

function dialledBy({ requestUri }: Invite): string {
  return requestUri.user ?? '';
}

function extensionAddress({ extension }: ExtensionRow, name: string): Address {
  return {
    type: 'extension',
    target: extension,
    target_name: extension,
    name: name.slice(0, 255),
    detail: '',
  };
}
