import { type Call, nilId, type SupervisionOfCall } from '@parley/contract';
import type { PlannedLeg } from '../dial/plan.ts';
import { createActiveflow } from '../flow/activeflow.ts';
import type { DialOrders } from '../group/live-group.ts';
import { afterMs } from '../ports/moment.ts';
import { agentCalled } from '../queue/direct-calls.ts';
import { cause } from './cause.ts';
import { chain, tellUpdated } from './chain.ts';
import { legRow, terminate } from './leg.ts';
import { openMedia } from './leg-media.ts';
import { isEnding, type LiveCall } from './live-call.ts';
import type { Sitting } from './sitting.ts';
import type { Turn } from './turn.ts';

/** Makes an outgoing call and begins to dial it. One that cannot be dialled is over at once. */
export function dial(sitting: Sitting, orders: DialOrders, wanted: PlannedLeg, groupId: string): Call {
  const { decision, chance } = sitting;
  const problem = sitting.noRoomFor(orders.customerId);
  const full = { destination: wanted.destination, attempts: [], problem, status: 503 };
  const leg: PlannedLeg = problem === undefined ? wanted : { ...full, problem };
  const callId = chance.id();
  const row: Call = {
    ...legRow(
      {
        callId,
        customerId: orders.customerId,
        flowId: orders.flow?.id ?? nilId,
        activeflowId: orders.flow === undefined ? nilId : chance.id(),
        source: orders.source,
        destination: leg.destination,
      },
      'outgoing',
      decision,
    ),
    ...(orders.agentId !== undefined && { owner_type: 'agent' as const, owner_id: orders.agentId }),
    master_call_id: orders.masterCallId,
    groupcall_id: groupId,
    ...(orders.supervises !== undefined && { supervision: supervisionOf(orders.supervises) }),
  };
  const turn = sitting.addCall(newLiveCall(row, orders, leg, sitting));
  if (orders.flow !== undefined) createActiveflow(turn, orders.flow, orders.variables);
  decision.put('call', turn.live.call);
  decision.emit('call_created', turn.live.lane, turn.live.call);
  agentCalled(turn);
  if (orders.chained) chainToMaster(turn, orders.masterCallId);
  sitting.later(callId, (its) => begin(its, leg));
  return turn.live.call;
}

function supervisionOf({ callId, mode }: NonNullable<DialOrders['supervises']>): SupervisionOfCall {
  return { call_id: callId, mode, status: 'ringing' };
}

/** Both tell it at once, before anything comes of the new call. */
function chainToMaster(turn: Turn, masterId: string): void {
  const { sitting, live } = turn;
  const master = sitting.turnOfCall(masterId);
  if (master === undefined) return;
  chain(master, live.call.id);
  tellUpdated(turn);
}

function newLiveCall(call: Call, orders: DialOrders, leg: PlannedLeg, sitting: Sitting): LiveCall {
  const { mono } = sitting.decision.at;
  return {
    lane: orders.lane ?? call.id,
    call,
    activeflow: undefined,
    walk: undefined,
    sound: undefined,
    media: 'closed',
    opensFor: 'dial',
    earlyMedia: false,
    dialing: {
      attempts: leg.attempts,
      begun: 0,
      early: orders.early,
      noWayStatus: leg.status ?? 404,
    },
    roomId: undefined,
    heldByPeer: false,
    visitId: undefined,
    passage: undefined,
    agentId: orders.offered === true ? orders.agentId : undefined,
    transferId: undefined,
    supervises: orders.supervises && { ...orders.supervises, party: false },
    afterFlows: orders.afterFlows ?? 0,
    endCause: undefined,
    deadlines: {
      longestCall: afterMs(mono, sitting.longestCallMs),
      openingMedia: undefined,
      unanswered: afterMs(mono, orders.timeoutMs),
      ending: undefined,
    },
  };
}

function begin(turn: Turn, leg: PlannedLeg): void {
  const { live, decision } = turn;
  if (isEnding(live)) return;
  if (leg.attempts.length > 0) return void openMedia(turn, 'dial');
  const text = leg.problem ?? 'there is no way to this destination';
  decision.effect({ kind: 'report', callId: live.call.id, problem: 'dial', text });
  terminate(turn, cause.networkOutOfOrder);
}

/** Its media is there, or the attempt before led nowhere: the next INVITE. */
export function dialNext({ live, decision }: Turn): void {
  const attempt = live.dialing?.attempts[live.dialing.begun];
  if (live.dialing === undefined || attempt === undefined) throw new Error('there is nothing left to dial');
  live.dialing.begun += 1;
  const another = live.dialing.begun < live.dialing.attempts.length;
  decision.effect({ kind: 'dial', callId: live.call.id, attempt, another });
}

/** Whether another attempt follows the one that has just ended for that cause; it is begun then. */
export function dialledOn(turn: Turn, endedFor: number): boolean {
  const { live } = turn;
  if (live.dialing === undefined || isEnding(live) || !isWorthAnother(endedFor)) return false;
  if (live.dialing.begun >= live.dialing.attempts.length) return false;
  live.earlyMedia = false;
  dialNext(turn);
  return true;
}

/** Another way to the same party helps when this one failed, not when the party has said no. */
function isWorthAnother(endedFor: number): boolean {
  return !partysOwnWord.has(endedFor);
}

const partysOwnWord: ReadonlySet<number> = new Set([
  cause.normalClearing,
  cause.userBusy,
  cause.noAnswer,
  cause.rejected,
  cause.answeredElsewhere,
]);
