import { type Flow, type FlowProblem, nilId, notYet } from '@parley/contract';
import type { CallsWanted, ConnectionWanted, LocationWanted, NestedAction } from '../flow/action-type.ts';
import { checkFlow } from '../flow/check.ts';
import { dialGroup } from '../group/group.ts';
import type { DialOrders } from '../group/live-group.ts';
import { limits } from '../limits.ts';
import { stopRecording } from '../recording/live.ts';
import { createConference } from '../room/conference-row.ts';
import { roomOfConference } from '../room/conference.ts';
import { closeRoom } from '../room/room.ts';
import { noVariables } from '../flow/variables.ts';
import { causeOfReason } from './cause.ts';
import { dial } from './dialing.ts';
import { terminate } from './leg.ts';
import type { Chance } from '../ports/chance.ts';
import type { Sitting } from './sitting.ts';
import type { Turn } from './turn.ts';

/** Asks how destinations are reached. Answers the id of the request. */
export function locate({ live, decision, chance }: Turn, wanted: LocationWanted): string {
  const request = chance.id();
  const { id: callId, customer_id: customerId } = live.call;
  decision.effect({ kind: 'locate', callId, request, customerId, ...wanted });
  return request;
}

/** Dials destinations on behalf of a call, each for itself. Answers why that cannot be, if so. */
export function dialFor(turn: Turn, wanted: CallsWanted): string | undefined {
  const { sitting } = turn;
  const made = temporaryFlow(sitting, turn.live.call.customer_id, wanted.actions);
  if (!made.ok && wanted.flow === undefined) return whyNot(made.problems);
  const orders = ordersFor(turn, wanted, wanted.flow ?? (made.ok ? made.flow : undefined));
  for (const destination of wanted.destinations) {
    if (destination.asGroup)
      dialGroup(sitting, {
        orders,
        destinations: [destination],
        ringMethod: 'ring_all',
      });
    else for (const leg of destination.legs) dial(sitting, orders, leg, nilId);
  }
  return undefined;
}

/**
 * Dials destinations into a new room of type connect. Answers the actions with which the caller goes there too: it waits
 * there, hears ringing, and goes on when the other has left or nobody has answered.
 */
export function connectFor(turn: Turn, wanted: ConnectionWanted): readonly NestedAction[] {
  const { sitting, live } = turn;
  const { customer_id: customerId } = live.call;
  const conference = createConference(sitting, {
    customerId,
    type: 'connect',
    name: '',
    detail: '',
    data: {},
    timeout: limits.connectRoomMs / 1000,
    preActions: [],
    postActions: [],
  });
  const room = roomOfConference(sitting, conference.row.id, customerId);
  if (room === undefined) throw new Error('a conference that was just made has no room');
  dialGroup(sitting, {
    orders: ordersFor(turn, wanted, roomFlow(sitting, customerId, room.row.id)),
    destinations: wanted.destinations,
    ringMethod: wanted.ringMethod,
    unanswered: (later, reason) => {
      if (wanted.relayReason) later.later(live.call.id, (caller) => terminate(caller, causeOfReason(reason)));
      else closeRoom(later, room.row.id);
    },
  });
  return [joinOf(room.row.id)];
}

/** The way through a conference: what comes before it, the room, what comes after it. */
export function conferenceActions(
  { sitting, live }: Turn,
  conferenceId: string,
): readonly NestedAction[] | undefined {
  const room = roomOfConference(sitting, conferenceId, live.call.customer_id);
  const conference = sitting.conferences.find(conferenceId)?.row;
  if (room === undefined || conference === undefined) return undefined;
  return [...conference.pre_actions, joinOf(room.row.id), ...conference.post_actions];
}

function joinOf(roomId: string): NestedAction {
  return { type: 'confbridge_join', option: { confbridge_id: roomId } };
}

/** What a call runs that is made to talk with those in a room: it goes there, `first` something else, and ends with the talk. */
export function roomFlow(
  sitting: Sitting,
  customerId: string,
  roomId: string,
  first: readonly NestedAction[] = [],
): Flow | undefined {
  const made = temporaryFlow(sitting, customerId, [...first, joinOf(roomId), { type: 'hangup' }]);
  if (!made.ok) throw new Error(`the flow of a call to a room is wrong: ${whyNot(made.problems)}`);
  return made.flow;
}

export function stopOwnRecording({ live, sitting }: Turn): void {
  stopRecording(sitting, live.call.recording_id);
}

function ordersFor(
  turn: Turn,
  wanted: Omit<CallsWanted, 'flow' | 'actions' | 'destinations'>,
  flow: Flow | undefined,
): DialOrders {
  const { call, forRecording, afterFlows = 0 } = turn.live;
  // What is no call has no others that end with it, and none that are told of in its order.
  const isCall = forRecording === undefined;
  return {
    customerId: call.customer_id,
    source: wanted.source,
    flow,
    variables: noVariables,
    masterCallId: isCall ? call.id : nilId,
    chained: isCall && wanted.chained,
    lane: isCall ? turn.live.lane : undefined,
    afterFlows,
    timeoutMs: wanted.timeoutMs,
    early: wanted.early,
  };
}

/** Actions that are run once and stored nowhere, as a flow; none, when there are no actions. */
export function temporaryFlow(
  { chance, decision }: { readonly chance: Chance; readonly decision: { readonly stamp: string } },
  customerId: string,
  actions: unknown,
):
  | { readonly ok: true; readonly flow: Flow | undefined }
  | { readonly ok: false; readonly problems: readonly FlowProblem[] } {
  if (Array.isArray(actions) && actions.length === 0) return { ok: true, flow: undefined };
  const checked = checkFlow(actions, () => chance.id());
  if (!checked.ok) return checked;
  const { stamp } = decision;
  const flow: Flow = {
    id: nilId,
    type: 'flow',
    name: '',
    detail: '',
    actions: checked.actions,
    tm_create: stamp,
    tm_update: notYet,
    tm_delete: notYet,
    customer_id: customerId,
  };
  return { ok: true, flow };
}

function whyNot([problem]: readonly FlowProblem[]): string {
  return `${problem?.path ?? 'actions'} ${problem?.message ?? 'cannot be run'}`;
}
