import { type Address, type Agent, nilId } from '@parley/contract';
import {
  type DialAttempt,
  dialledExtension,
  type Effect,
  type PlannedDestination,
  type PlannedLeg,
  shownCaller,
} from '@parley/core';
import { parseUri } from '@parley/sip';
import type { RegisteredContact } from '../registrar/registrar-directory.ts';

type LocateEffect = Extract<Effect, { kind: 'locate' }>;

export type LocationWanted = Pick<LocateEffect, 'customerId' | 'source' | 'destinations' | 'anonymous'>;

/** Finds out how destinations are reached. One that cannot be is planned without attempts, and says why. */
export type Locate = (wanted: LocationWanted) => Promise<readonly PlannedDestination[]>;

/** Where the devices of an extension are, most preferred first. */
export type ContactsOf = (customerId: string, extension: string) => readonly Contact[];

export interface Contact {
  readonly uri: string;
  readonly nextHop: DialAttempt['nextHop'];
}

/** A registered phone as a destination: where its REGISTER came from, whatever its Contact says. */
export function contactOf({ uri, path }: RegisteredContact): Contact {
  const { transport, remote, connection } = path;
  if (transport !== 'UDP' && transport !== 'TCP') throw new Error(`a phone is registered over ${transport}`);
  const hop = { host: remote.address, port: remote.port, transport };
  return { uri, nextHop: connection === undefined ? hop : { ...hop, connection } };
}

/** How a telephone number is reached, through the customer's providers. */
export type LegTo = (wanted: LocationWanted, destination: Address) => Promise<PlannedLeg>;

/** An agent of a customer; one that is deleted, or another customer's, is not there. */
export type AgentOf = (customerId: string, agentId: string) => CalledAgent | undefined;

export type CalledAgent = Pick<Agent, 'id' | 'ring_method' | 'addresses'>;

export interface LocatorDeps {
  readonly contactsOf: ContactsOf;
  readonly legTo: LegTo;
  readonly agentOf: AgentOf;
}

export function createLocator(deps: LocatorDeps): Locate {
  return async (wanted) =>
    await Promise.all(wanted.destinations.map((destination) => locate(deps, wanted, destination)));
}

async function locate(
  deps: LocatorDeps,
  wanted: LocationWanted,
  destination: Address,
): Promise<PlannedDestination> {
  return destination.type === 'agent'
    ? await agent(deps, wanted, destination)
    : await locatePhone(deps, wanted, destination);
}

/** At the agent's own addresses; among those an agent is none that could be called. */
async function agent(
  deps: LocatorDeps,
  wanted: LocationWanted,
  destination: Address,
): Promise<PlannedDestination> {
  const { target } = destination;
  const found = deps.agentOf(wanted.customerId, target);
  if (found === undefined) return one(destination, noWay(destination, `there is no agent ${target}`));
  const { id, ring_method: method } = found;
  if (found.addresses.length === 0)
    return one(destination, noWay(destination, `the agent ${id} has no addresses`, 480));
  const addresses = await Promise.all(found.addresses.map((each) => locatePhone(deps, wanted, each)));
  const ringMethod = method === 'linear' ? 'linear' : 'ring_all';
  return { destination, legs: [], asGroup: true, agent: { id, ringMethod, addresses } };
}

async function locatePhone(
  deps: LocatorDeps,
  wanted: LocationWanted,
  destination: Address,
): Promise<PlannedDestination> {
  switch (destination.type) {
    case 'sip':
      return one(destination, sipLeg(wanted, destination));
    case 'tel':
      return one(destination, numberLeg(deps, wanted, await deps.legTo(wanted, destination)));
    case 'extension':
    case 'endpoint':
      return extension(deps, wanted, destination);
    case 'conference':
      return one(destination, noWay(destination, 'a conference cannot be called: calls join it'));
    case 'agent':
    case 'line':
    case '':
      return one(
        destination,
        noWay(destination, `a destination of type ${destination.type} cannot be dialled`),
      );
  }
}

function one(destination: Address, leg: PlannedLeg): PlannedDestination {
  return { destination, legs: [leg], asGroup: false };
}

/** `status`: what SIP would say of it. */
function noWay(destination: Address, problem: string, status = 404): PlannedLeg {
  return { destination, attempts: [], problem, status };
}

/** An extension of digits that was named without its type is taken for a number. */
function numberLeg({ contactsOf }: LocatorDeps, { customerId }: LocationWanted, leg: PlannedLeg): PlannedLeg {
  const { problem, destination } = leg;
  if (problem === undefined || contactsOf(customerId, destination.target).length === 0) return leg;
  return { ...leg, problem: `${problem}; the extension ${destination.target} is of the type "extension"` };
}

function sipLeg(wanted: LocationWanted, destination: Address): PlannedLeg {
  const uri = /^sips?:/i.test(destination.target) ? destination.target : `sip:${destination.target}`;
  const parsed = parseUri(uri);
  if (!parsed.ok) return noWay(destination, `${destination.target} is no SIP address: ${parsed.error}`);
  return { destination, attempts: [{ uri, nextHop: undefined, ...caller(wanted) }] };
}

/** Several devices are rung together. */
function extension(deps: LocatorDeps, wanted: LocationWanted, destination: Address): PlannedDestination {
  const name = dialledExtension(destination) ?? '';
  const contacts = deps.contactsOf(wanted.customerId, name);
  if (contacts.length === 0)
    return one(destination, noWay(destination, `no phone of extension ${name} is registered`, 480));
  const legs = contacts.map(({ uri, nextHop }) => ({
    destination,
    attempts: [{ uri, nextHop, ...caller(wanted) }],
  }));
  return { destination, legs, asGroup: true };
}

function caller(wanted: LocationWanted): Pick<DialAttempt, 'from' | 'headers' | 'providerId'> {
  return { ...shownCaller(wanted), providerId: nilId };
}
