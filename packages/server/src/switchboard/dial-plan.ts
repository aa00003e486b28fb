import { type Address, type Flow, formatTimestamp, nilId } from '@parley/contract';
import { type Chance, extensionKey, type ExtensionRow, type Store, temporaryFlow } from '@parley/core';
import type { SipOutput } from '@parley/sip';
import type { Account } from '../carriers/outbound-registrations.ts';
import type { Clock } from '../clock.ts';
import type { Directory } from './directory.ts';
import { destinationOf, sourceOf } from './line.ts';
import { namedAddress } from './named-address.ts';

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
  /** A phone of a customer reaches its agents, conferences, extensions and numbers, and everybody its providers reach. */
  fromExtension(invite: Invite, extension: ExtensionRow): Promise<Entry | undefined>;
  /** A phone of the house takes the place of another call in its room (RFC 3891). */
  intoRoom(invite: Invite, extension: ExtensionRow, roomId: string): Entry;
  /** A provider that we are registered with reaches the numbers of those whom it knows, and nobody else. */
  fromProvider(invite: Invite, accounts: readonly Account[]): Promise<Entry | undefined>;
  /** A trunk of a customer reaches its numbers, its extensions, and everybody its providers reach. */
  fromTrunk(invite: Invite, customerId: string): Promise<Entry | undefined>;
}

export function createDialPlan({ directory, store, chance, clock }: DialPlanDeps): DialPlan {
  const flowOf = (customerId: string, actions: readonly object[]): Flow | undefined => {
    const stamp = formatTimestamp(clock.now().wall);
    const made = temporaryFlow({ chance, decision: { stamp } }, customerId, actions);
    if (!made.ok) throw new Error(`a flow of our own is wrong: ${JSON.stringify(made.problems)}`);
    return made.flow;
  };
  const connectedTo = (customerId: string, destination: Address): Flow | undefined => {
    const option = { destinations: [destination], early_media: true, relay_reason: true };
    return flowOf(customerId, [{ type: 'connect', option }]);
  };
  const fromOutside = async (invite: Invite, dialled = dialledBy(invite)): Promise<Entry | undefined> => {
    const route = await directory.route(dialled);
    return (
      route && {
        customerId: route.number.customer_id,
        flowId: route.number.call_flow_id,
        flow: route.flow,
        source: callerOf(invite),
        destination: destinationOf(dialled),
      }
    );
  };
  const connected = (customerId: string, source: Address, destination: Address): Entry => {
    const flow = connectedTo(customerId, destination);
    return { customerId, flowId: nilId, flow, source, destination };
  };
  const extensionOf = async (customerId: string, dialled: string): Promise<Address | undefined> => {
    const callee = await store.find('extension', extensionKey(customerId, dialled));
    return callee && extensionAddress(callee.row, callee.row.name);
  };
  return {
    fromOutside: (invite) => fromOutside(invite),
    async fromProvider(invite, accounts) {
      const dialled = dialledBy(invite);
      const named = accounts.filter(({ username }) => username === dialled);
      // Many send all calls to the account that has registered, and name the number dialled in To.
      const numbered = await fromOutside(invite, named.length > 0 ? invite.to.user : dialled);
      const owners = named.length > 0 ? named : accounts;
      return owners.some(({ customerId }) => customerId === numbered?.customerId) ? numbered : undefined;
    },
    async fromExtension(invite, caller) {
      const dialled = dialledBy(invite);
      const { customer_id: customerId } = caller;
      const source = extensionAddress(caller, invite.from.displayName ?? caller.name);
      const callee = namedAddress(dialled) ?? (await extensionOf(customerId, dialled));
      if (callee !== undefined) return connected(customerId, source, callee);
      const numbered = await fromOutside(invite);
      if (numbered?.customerId === customerId) return { ...numbered, source };
      return isNumber(dialled) ? connected(customerId, source, destinationOf(dialled)) : undefined;
    },
    intoRoom(invite, caller, roomId) {
      const { customer_id: customerId } = caller;
      const actions = [{ type: 'confbridge_join', option: { confbridge_id: roomId } }, { type: 'hangup' }];
      const flow = flowOf(customerId, actions);
      const source = extensionAddress(caller, invite.from.displayName ?? caller.name);
      return { customerId, flowId: nilId, flow, source, destination: destinationOf(dialledBy(invite)) };
    },
    async fromTrunk(invite, customerId) {
      const dialled = dialledBy(invite);
      const numbered = await fromOutside(invite);
      if (numbered?.customerId === customerId) return numbered;
      const callee = await extensionOf(customerId, dialled);
      if (callee !== undefined) return connected(customerId, callerOf(invite), callee);
      return isNumber(dialled) ? connected(customerId, callerOf(invite), destinationOf(dialled)) : undefined;
    },
  };
}

function dialledBy({ requestUri }: Invite): string {
  return requestUri.user ?? '';
}

function isNumber(dialled: string): boolean {
  return /^\+?[0-9]{3,}$/.test(dialled);
}

/** A caller who wants not to be shown on (RFC 3323 section 4.2, RFC 3325 section 9.3) is called so from here on. */
function callerOf({ from, request }: Invite): Address {
  const source = sourceOf(from);
  const wishes = request.headers.all('Privacy').flatMap((value) => value.toLowerCase().split(/[;,\s]+/));
  const hides = wishes.some((wish) => wish === 'id' || wish === 'user' || wish === 'header');
  return hides ? { ...source, target_name: 'Anonymous' } : source;
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
