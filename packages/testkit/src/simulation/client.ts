import { completeAddress, nilId } from '@parley/contract';
import {
  type DialOrders,
  Draft,
  type PlannedDestination,
  setAgentStatus,
  temporaryFlow,
  type TransferWanted,
} from '@parley/core';
import type { Exchange } from '@parley/server';
import type { SeededChance } from '../seeded-chance.ts';
import { administer, type OfficeThing, officeThings } from './office.ts';
import type { Site } from './site.ts';

/** Whoever uses the API: does something to a call, a room or a group that is there, or has calls made. */
export interface Client {
  /** Answers what it asked for; undefined: there was nothing to ask for. */
  interfere(exchange: Exchange): string | undefined;
}

const things = [
  'hangup',
  'stop',
  'resume',
  'hold',
  'hold',
  'unhold',
  'mute',
  'unmute',
  'eject',
  'eject',
  'sound',
  'digits',
  'dial',
  'dial',
  'close',
  'hangUpGroup',
  'transfer',
  'transfer',
  'status',
  'status',
  'status',
  'kick',
  'callBack',
  'callBack',
  'move',
  'record',
  'record',
  'stopRecording',
  'pauseRecording',
  ...officeThings,
] as const;

function isOfficeThing(what: string): what is OfficeThing {
  return officeThings.some((each) => each === what);
}

export function createClient(chance: SeededChance, site: Site): Client {
  return {
    interfere(exchange) {
      const what = chance.pick(things);
      if (what === 'dial') {
        dial(exchange, chance, site);
        return what;
      }
      if (what === 'close' || what === 'hangUpGroup') {
        const ids = [...(what === 'close' ? exchange.centre.conferences : exchange.centre.groups).keys()];
        if (ids.length === 0) return undefined;
        const id = chance.pick(ids);
        void exchange.commands.decide((centre, at) => ({
          decision: what === 'close' ? centre.closeConference(id, at) : centre.hangUpGroup(id, at),
        }));
        return what;
      }
      if (what === 'status') {
        void setStatus(exchange, chance, site);
        return what;
      }
      if (what === 'record' || what === 'stopRecording' || what === 'pauseRecording')
        return toRecording(exchange, chance, site, what);
      if (isOfficeThing(what)) {
        administer(exchange, chance, site, what);
        return what;
      }
      if (what === 'kick' || what === 'callBack' || what === 'move') {
        const visitIds = [...exchange.centre.visits.keys()];
        if (visitIds.length === 0) return undefined;
        toVisit(exchange, chance, site, what, chance.pick(visitIds));
        return what;
      }
      const callIds = exchange.centre.callIds();
      if (callIds.length === 0) return undefined;
      // Mostly somebody who is with others.
      const inRooms = callIds.filter((id) => exchange.centre.liveCall(id)?.roomId !== undefined);
      const callId = chance.pick(inRooms.length > 0 && chance.happens(0.7) ? inRooms : callIds);
      if (what === 'transfer') transfer(exchange, chance, site, callId);
      else toCall(exchange, chance, what, callId);
      return what;
    },
  };
}

function toVisit(
  { commands }: Exchange,
  chance: SeededChance,
  { queueIds, reachable }: Site,
  what: 'kick' | 'callBack' | 'move',
  visitId: string,
): void {
  if (what === 'kick') return void commands.decide((centre, at) => centre.kick(visitId, at));
  if (what === 'move') {
    const wanted = { queueId: chance.pick(queueIds), keepPlace: chance.happens(0.5) };
    return void commands.decide((centre, at) => centre.waiting.change(visitId, wanted, at));
  }
  const phones = reachable.destinations.filter(({ type }) => type === 'sip' || type === 'extension');
  const destination = phones.length === 0 ? undefined : completeAddress(chance.pick(phones));
  return void commands.decide((centre, at) => centre.waiting.callBack(visitId, destination, at));
}

/** A call or a conference is recorded from now on, or one that is so is told to end or to pause. */
function toRecording(
  { centre, commands }: Exchange,
  chance: SeededChance,
  { reachable }: Site,
  what: 'record' | 'stopRecording' | 'pauseRecording',
): string | undefined {
  const callIds = centre.callIds();
  if (what === 'record') {
    const wanted = {
      endOfSilenceMs: chance.pick([0, 1_000]),
      endKey: chance.pick(['none', 'any'] as const),
      durationMs: chance.between(1, 20_000),
      beepStart: chance.happens(0.3),
      onEndFlowId: nilId,
    };
    if (callIds.length === 0 || chance.happens(0.3))
      void commands.decide((now, at) =>
        now.recordConference(chance.pick(reachable.conferenceIds), wanted, at),
      );
    else void commands.ask({ kind: 'recordingRequested', callId: chance.pick(callIds), wanted });
    return what;
  }
  const recordingIds = callIds.flatMap((id) => {
    const recordingId = centre.liveCall(id)?.call.recording_id ?? nilId;
    return recordingId === nilId ? [] : [recordingId];
  });
  if (recordingIds.length === 0) return undefined;
  const id = chance.pick(recordingIds);
  const paused = chance.happens(0.7);
  void commands.decide((now, at) => ({
    decision: what === 'stopRecording' ? now.stopRecording(id, at) : now.pauseRecording(id, paused, at),
  }));
  return what;
}

function toCall(
  { centre, commands }: Exchange,
  chance: SeededChance,
  what: Exclude<
    (typeof things)[number],
    | 'dial'
    | 'close'
    | 'hangUpGroup'
    | 'transfer'
    | 'status'
    | 'kick'
    | 'callBack'
    | 'move'
    | 'record'
    | 'stopRecording'
    | 'pauseRecording'
    | OfficeThing
  >,
  callId: string,
): void {
  const { activeflow_id: activeflowId, action } = centre.liveCall(callId)?.call ?? { activeflow_id: nilId };
  switch (what) {
    case 'hangup':
      return void commands.hangup(callId);
    case 'stop':
      return void commands.stopActiveflow(activeflowId);
    case 'resume':
      return void commands.resumeActiveflow(activeflowId, action?.id ?? nilId);
    case 'hold':
    case 'unhold':
      return void commands.ask({ kind: 'holdRequested', callId, hold: what === 'hold' });
    case 'mute':
      return void commands.ask({
        kind: 'muteRequested',
        callId,
        direction: chance.pick(['in', 'out', 'both']),
      });
    case 'unmute':
      return void commands.ask({ kind: 'muteRequested', callId, direction: '' });
    case 'sound':
      return void commands.ask({
        kind: 'soundRequested',
        callId,
        sources: [{ kind: 'url', url: `http://192.0.2.1/${chance.pick(['one', 'seven'])}.wav` }],
      });
    case 'digits':
      return void commands.ask({
        kind: 'digitsRequested',
        callId,
        digits: '12',
        durationMs: 80,
        intervalMs: 60,
      });
    case 'eject':
      return void commands.ask({ kind: 'ejectRequested', callId });
  }
}

/** An agent comes, goes to lunch, or leaves; mostly it comes. */
async function setStatus({ centre, changes }: Exchange, chance: SeededChance, site: Site): Promise<void> {
  const agentId = chance.pick(site.agentIds);
  const status = chance.pick(['available', 'available', 'available', 'away', 'offline'] as const);
  const agent = centre.agents.get(agentId);
  if (agent === undefined) return;
  const draft = new Draft(site.clock.now(), chance);
  setAgentStatus(draft, agent, status);
  if (draft.puts.length > 0) await changes.submit(draft);
}

/** Hands on whom that call talks with. */
export function transfer({ commands }: Exchange, chance: SeededChance, site: Site, callId: string): void {
  const type = chance.pick(['blind', 'attended'] as const);
  const wanted =
    type === 'blind' && chance.happens(0.2) ? intoConference(chance, site) : toSomebody(chance, site);
  void commands.decide((centre, at) => centre.transfer(callId, { type, byRefer: false, ...wanted }, at));
}

function toSomebody(chance: SeededChance, site: Site): Pick<TransferWanted, 'addresses' | 'destinations'> {
  const planned = plan(chance, site);
  return { addresses: [planned.destination], destinations: [planned] };
}

function intoConference(
  chance: SeededChance,
  { reachable }: Site,
): Pick<TransferWanted, 'addresses' | 'destinations'> {
  const target = chance.pick(reachable.conferenceIds);
  return { addresses: [completeAddress({ type: 'conference', target })], destinations: [] };
}

function dial({ commands, centre }: Exchange, chance: SeededChance, site: Site): void {
  const { customerId } = site;
  const source = completeAddress({ type: 'tel', target: '+49309999' });
  void commands.decide((_centre, at) => {
    const stamp = '2022-04-11 00:00:00.000000';
    const actions = chance.pick([
      [{ type: 'sleep', option: { duration: chance.between(1, 5_000) } }],
      [{ type: 'conference_join', option: { conference_id: chance.pick(site.reachable.conferenceIds) } }],
      [
        {
          type: 'connect',
          option: { destinations: [chance.pick(site.reachable.destinations)], timeout: 20 },
        },
      ],
      [],
    ]);
    const made = temporaryFlow({ chance, decision: { stamp } }, customerId, actions);
    if (!made.ok) throw new Error('a flow to be dialled into is wrong');
    const orders: DialOrders = {
      customerId,
      source,
      flow: made.flow,
      variables: new Map(),
      masterCallId: nilId,
      chained: false,
      lane: undefined,
      timeoutMs: chance.pick([3_000, 20_000, 60_000]),
      early: chance.happens(0.3),
    };
    const destinations = [plan(chance, site)];
    return centre.dial({ orders, destinations }, at);
  });
}

/** As the locator plans it: one phone, several of which one is to answer, or no way at all. */
export function plan(chance: SeededChance, { reachable }: Site): PlannedDestination {
  const phones = reachable.destinations.filter(({ type }) => type === 'sip');
  const legs = Array.from({ length: chance.between(1, 3) }, () => {
    const destination = completeAddress(chance.pick(phones));
    const from = { displayName: '', user: '+49309999', host: undefined };
    const attempt = { uri: destination.target, nextHop: undefined, from, headers: [], providerId: nilId };
    if (chance.happens(0.1)) return { destination, attempts: [], problem: 'there is no way' };
    return { destination, attempts: chance.happens(0.3) ? [attempt, attempt] : [attempt] };
  });
  const [first] = legs;
  if (first === undefined) throw new Error('nobody is planned to be called');
  return { destination: first.destination, legs, asGroup: legs.length > 1 };
}
