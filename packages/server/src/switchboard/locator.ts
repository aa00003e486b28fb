import { type Address, nilId } from '@parley/contract';
import type { DialAttempt, Effect, PlannedDestination, PlannedLeg } from '@parley/core';
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

/** The ways to a number through the customer's providers, best first; none, and why. */
export type RoutesOf = (customerId: string, number: string) => Promise<readonly ProviderWay[] | string>;

export interface ProviderWay {
  readonly providerId: string;
  readonly uri: string;
  readonly nextHop: DialAttempt['nextHop'];
  readonly headers: DialAttempt['headers'];
}

export interface LocatorDeps {
  readonly contactsOf: ContactsOf;
  readonly routesOf: RoutesOf;
  readonly ownHost: () => string;
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
  switch (destination.type) {
    case 'sip':
      return one(destination, sipLeg(deps, wanted, destination));
    case 'tel':
      return one(destination, await telLeg(deps, wanted, destination));
    case 'extension':
    case 'endpoint':
      return extension(deps, wanted, destination);
    case 'agent':
    case 'conference':
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

function noWay(destination: Address, problem: string): PlannedLeg {
  return { destination, attempts: [], problem };
}

function sipLeg(deps: LocatorDeps, wanted: LocationWanted, destination: Address): PlannedLeg {
  const uri = /^sips?:/i.test(destination.target) ? destination.target : `sip:${destination.target}`;
  const parsed = parseUri(uri);
  if (!parsed.ok) return noWay(destination, `${destination.target} is no SIP address: ${parsed.error}`);
  return { destination, attempts: [{ uri, nextHop: undefined, ...caller(deps, wanted) }] };
}

async function telLeg(deps: LocatorDeps, wanted: LocationWanted, destination: Address): Promise<PlannedLeg> {
  const ways = await deps.routesOf(wanted.customerId, destination.target);
  if (typeof ways === 'string') return noWay(destination, ways);
  const from = caller(deps, wanted);
  const attempts = ways.map(({ uri, nextHop, providerId, headers }) => ({
    uri,
    nextHop,
    from: from.from,
    headers: [...headers, ...from.headers],
    providerId,
  }));
  return { destination, attempts };
}

/** Several devices are rung together. */
function extension(deps: LocatorDeps, wanted: LocationWanted, destination: Address): PlannedDestination {
  const name = destination.target_name === '' ? userOf(destination.target) : destination.target_name;
  const contacts = deps.contactsOf(wanted.customerId, name);
  if (contacts.length === 0)
    return one(destination, noWay(destination, `no phone of extension ${name} is registered`));
  const legs = contacts.map(({ uri, nextHop }) => ({
    destination,
    attempts: [{ uri, nextHop, ...caller(deps, wanted) }],
  }));
  return { destination, legs, asGroup: true };
}

/** `1000@example.com` is extension 1000. */
function userOf(target: string): string {
  return target.replace(/^sips?:/i, '').split('@')[0] ?? target;
}

/** Who calls, as From and the headers about privacy tell it (RFC 3323, RFC 3325). */
function caller(
  { ownHost }: LocatorDeps,
  { source, anonymous }: LocationWanted,
): Pick<DialAttempt, 'from' | 'headers' | 'providerId'> {
  const user = userOf(source.target);
  if (anonymous !== 'yes')
    return {
      from: { displayName: source.target_name, user, host: undefined },
      headers: [],
      providerId: nilId,
    };
  return {
    from: { displayName: 'Anonymous', user: 'anonymous', host: 'anonymous.invalid' },
    headers: [
      { name: 'Privacy', value: 'id' },
      { name: 'P-Asserted-Identity', value: `<sip:${user}@${ownHost()}>` },
    ],
    providerId: nilId,
  };
}
