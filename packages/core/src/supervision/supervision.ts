import {
  type Address,
  nilId,
  type Supervision,
  type SupervisionMode,
  type SupervisionStatus,
} from '@parley/contract';
import { isEnding, type LiveCall } from '../call/live-call.ts';
import { roomFlow } from '../call/outgoing.ts';
import type { Sitting } from '../call/sitting.ts';
import type { Turn } from '../call/turn.ts';
import type { PlannedDestination } from '../dial/plan.ts';
import { noVariables } from '../flow/variables.ts';
import { interrupt } from '../flow/walk.ts';
import { dialGroup } from '../group/group.ts';
import { limits } from '../limits.ts';
import type { LiveRoom } from '../room/live-room.ts';
import { endSupervision, sitAs } from '../room/room.ts';
import type { LiveSupervision } from './live-supervision.ts';
import { agentLegIn, isOfAgent } from './seat.ts';
import { takeOver } from './take-over.ts';

/** Who is to supervise: somebody who is called, or who is on the line already. */
export type Supervisor =
  | {
      readonly kind: 'called';
      /** The agent who is meant, when one is. */
      readonly agentId: string | undefined;
      readonly destinations: readonly PlannedDestination[];
      /** Whom the supervisor sees. */
      readonly source: Address;
    }
  | { readonly kind: 'onTheLine'; readonly callId: string };

/** What is asked about the supervision of a call. */
export type SupervisionWish =
  | { readonly kind: 'begin'; readonly mode: SupervisionMode; readonly supervisor: Supervisor }
  | { readonly kind: 'change'; readonly mode: SupervisionMode }
  | { readonly kind: 'end' };

export type SupervisionOutcome =
  | { readonly kind: 'ok'; readonly supervision: Supervision }
  | { readonly kind: 'none' }
  /** `problem`: a clause for people. */
  | { readonly kind: 'refused'; readonly problem: string };

/** Begins, changes or ends the supervision of a call. Refused, it changes nothing. */
export function supervise(turn: Turn, wish: SupervisionWish): SupervisionOutcome {
  const { live, sitting } = turn;
  if (wish.kind === 'begin') return begin(turn, wish);
  const supervision = sitting.supervisions.find(live.call.id);
  if (supervision === undefined) return { kind: 'none' };
  if (wish.kind === 'change') return change(turn, supervision, wish.mode);
  endSupervision(sitting, live.call.id);
  return { kind: 'ok', supervision: supervisionRow(supervision, 'ended') };
}

/** As the contract shows it. */
export function supervisionRow(
  supervision: Readonly<LiveSupervision>,
  status: SupervisionStatus = supervision.supervisorCallId === undefined ? 'ringing' : 'progressing',
): Supervision {
  return {
    call_id: supervision.callId,
    customer_id: supervision.customerId,
    confbridge_id: supervision.roomId,
    mode: supervision.mode,
    status,
    agent_id: supervision.agentId ?? nilId,
    supervisor_call_id: supervision.supervisorCallId ?? nilId,
    groupcall_id: supervision.groupId ?? nilId,
    tm_create: supervision.createdAt,
  };
}

/** Whom a supervisor who is called sees: the one with whom the agent talks, as far as that can be told. */
export function supervisedParty(
  house: {
    readonly rooms: ReadonlyMap<string, Readonly<LiveRoom>>;
    readonly call: (callId: string) => Readonly<LiveCall> | undefined;
  },
  { call, roomId }: Readonly<LiveCall>,
): Address {
  const present = roomId === undefined ? [] : (house.rooms.get(roomId)?.row.call_ids ?? []);
  const otherId = call.owner_type === 'agent' ? present.find((id) => id !== call.id) : undefined;
  const other = otherId === undefined ? undefined : house.call(otherId)?.call;
  const { direction, source, destination } = other ?? call;
  return direction === 'incoming' ? source : destination;
}

function begin(
  turn: Turn,
  { mode, supervisor }: Extract<SupervisionWish, { kind: 'begin' }>,
): SupervisionOutcome {
  const { live, sitting } = turn;
  const room = live.roomId === undefined ? undefined : sitting.rooms.find(live.roomId);
  if (room === undefined) return { kind: 'refused', problem: nobodyThere };
  const made = newSupervision(turn, room, mode, supervisor);
  const problem =
    talkProblem(turn, room) ?? supervisorProblem(turn, supervisor) ?? takeOverProblem(turn, made, mode);
  if (problem !== undefined) return { kind: 'refused', problem };
  sitting.supervisions.add(live.call.id, made);
  if (supervisor.kind === 'called') call(turn, made, supervisor);
  else bringIn(turn, made, supervisor.callId);
  const isOver = sitting.supervisions.find(live.call.id) === undefined;
  return { kind: 'ok', supervision: supervisionRow(made, isOver ? 'ended' : undefined) };
}

function change(turn: Turn, supervision: LiveSupervision, mode: SupervisionMode): SupervisionOutcome {
  const problem = takeOverProblem(turn, supervision, mode);
  if (problem !== undefined) return { kind: 'refused', problem };
  const { supervisorCallId } = supervision;
  if (supervision.mode !== mode) {
    supervision.mode = mode;
    const supervisor = supervisorCallId === undefined ? undefined : turn.sitting.turnOfCall(supervisorCallId);
    if (supervisor !== undefined && mode === 'take_over') takeOver(supervisor, supervision);
    else if (supervisor !== undefined) sitAs(supervisor, supervision);
  }
  const isOver = turn.sitting.supervisions.find(supervision.callId) === undefined;
  return { kind: 'ok', supervision: supervisionRow(supervision, isOver ? 'ended' : undefined) };
}

const nobodyThere = 'it talks with nobody';

function talkProblem({ live, sitting }: Turn, room: LiveRoom): string | undefined {
  const { call_ids: present } = room.row;
  if (isEnding(live) || room.row.status !== 'progressing') return nobodyThere;
  if (!present.includes(live.call.id)) return 'it supervises a talk itself';
  const answered = present.filter((id) => sitting.call(id)?.call.status === 'progressing');
  if (answered.length < 2) return nobodyThere;
  return present.some((id) => sitting.house.supervisions.has(id))
    ? 'its talk is supervised already'
    : undefined;
}

function supervisorProblem(turn: Turn, supervisor: Supervisor): string | undefined {
  const { live, sitting } = turn;
  if (supervisor.kind === 'onTheLine') return lineProblem(turn, sitting.call(supervisor.callId));
  if (supervisor.agentId === undefined) return undefined;
  const agent = sitting.agents.find(supervisor.agentId);
  if (agent?.row.customer_id !== live.call.customer_id) return 'there is no such agent';
  if (agent.visitId !== undefined) return 'the supervisor has a caller';
  return agent.directCalls === 0 ? undefined : 'the supervisor has a call';
}

/** Its flow has to rest on something that can be broken off. */
function lineProblem({ live }: Turn, line: Readonly<LiveCall> | undefined): string | undefined {
  if (line?.call.customer_id !== live.call.customer_id) return 'there is no such call of a supervisor';
  if (line.call.status !== 'progressing' || isEnding(line))
    return 'the call of the supervisor is not answered, or over';
  if (line.roomId !== undefined || line.visitId !== undefined || line.supervises !== undefined)
    return 'the call of the supervisor is in a room or in a queue';
  return line.walk?.resting === undefined ? 'the call of the supervisor runs no flow that waits' : undefined;
}

/** While one of the two is being handed on it is not settled who talks with whom. */
function takeOverProblem(
  { live, sitting }: Turn,
  supervision: LiveSupervision,
  mode: SupervisionMode,
): string | undefined {
  if (mode !== 'take_over') return undefined;
  const agentLeg = agentLegIn(sitting, supervision);
  if (agentLeg === undefined) return 'no agent is in the talk whose place could be taken';
  const isHandedOn = live.transferId !== undefined || sitting.call(agentLeg)?.transferId !== undefined;
  return isHandedOn ? 'it is being transferred' : undefined;
}

function newSupervision(
  { live, chance, decision, sitting }: Turn,
  room: LiveRoom,
  mode: SupervisionMode,
  supervisor: Supervisor,
): LiveSupervision {
  const isCalled = supervisor.kind === 'called';
  return {
    id: chance.id(),
    callId: live.call.id,
    customerId: live.call.customer_id,
    roomId: room.row.id,
    mode,
    agentId: isCalled ? supervisor.agentId : ownerOf(sitting, supervisor.callId),
    groupId: undefined,
    supervisorCallId: isCalled ? undefined : supervisor.callId,
    agentless: room.row.call_ids.every((id) => !isOfAgent(sitting, id)),
    createdAt: decision.stamp,
  };
}

/** The agent whose call it is. */
function ownerOf(sitting: Sitting, callId: string): string | undefined {
  return isOfAgent(sitting, callId) ? sitting.call(callId)?.call.owner_id : undefined;
}

function call(turn: Turn, made: LiveSupervision, to: Extract<Supervisor, { kind: 'called' }>): void {
  const { live, sitting } = turn;
  const { id, callId, customerId } = made;
  const isOurs = (later: Sitting): LiveSupervision | undefined => {
    const found = later.supervisions.find(callId);
    return found?.id === id ? found : undefined;
  };
  const group = dialGroup(sitting, {
    orders: {
      customerId,
      source: to.source,
      flow: roomFlow(sitting, customerId, made.roomId),
      variables: noVariables,
      masterCallId: callId,
      chained: false,
      lane: live.lane,
      timeoutMs: limits.unansweredMs,
      early: false,
      supervises: { id, callId, mode: made.mode },
    },
    destinations: to.destinations,
    ringMethod: 'ring_all',
    answered: (later, supervisorCallId) => {
      const supervision = isOurs(later);
      if (supervision === undefined) return;
      supervision.supervisorCallId = supervisorCallId;
      supervision.agentId = ownerOf(later, supervisorCallId);
    },
    unanswered: (later) => {
      if (isOurs(later) !== undefined) later.supervisions.remove(callId);
    },
  });
  made.groupId = group.row.id;
}

/** What the flow of the supervisor rests on is broken off; it goes on with what follows when the talk is over. */
function bringIn({ sitting }: Turn, { id, callId, roomId }: LiveSupervision, supervisorCallId: string): void {
  const supervisor = sitting.turnOfCall(supervisorCallId);
  if (supervisor === undefined) throw new Error('a supervisor on the line who is not there');
  supervisor.live.supervises = { id, callId, party: false };
  interrupt(supervisor, [{ type: 'confbridge_join', option: { confbridge_id: roomId } }]);
}
