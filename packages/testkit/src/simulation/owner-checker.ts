import { nilId } from '@parley/contract';
import { type CallCentre, isEnding, type LiveCall } from '@parley/core';
import type { Exchange } from '@parley/server';
import type { CallId } from '@parley/sip';
import type { Violations } from './violations.ts';

/** What the server holds: is each part of it somebody's? */
export interface Holdings {
  readonly exchange: Pick<Exchange, 'centre' | 'switchboard'>;
  /** Calls in the SIP engine whose end it has not told. */
  readonly legs: ReadonlySet<CallId>;
  /** Something that was decided is not durable yet, so that what follows from it is not done yet. */
  readonly isWriting: boolean;
}

/** No leg without a live call, no live call without a leg, and everybody in one room at most, which knows it. */
export function checkOwners({ exchange, legs, isWriting }: Holdings, violations: Violations): void {
  const { centre, switchboard } = exchange;
  const lines = [...switchboard.lines()];
  const known = new Set(lines.map(({ sip }) => sip));
  for (const leg of legs)
    if (!known.has(leg)) violations.add('SIP has a call that the switchboard does not know');
  for (const leg of known)
    if (leg !== undefined && !legs.has(leg))
      violations.add('the switchboard knows a leg that SIP does not have');
  const withLine = new Set(lines.map(({ callId }) => callId));
  for (const callId of withLine) {
    // A call whose phone has gone is over at once; its leg is ended when that has been written down.
    if (!isWriting && callId !== undefined && !isLive(centre.liveCall(callId)))
      violations.add(`a leg is left of call ${callId}, which is not live`);
  }
  for (const callId of centre.callIds()) {
    const live = centre.liveCall(callId);
    if (live === undefined || isEnding(live)) continue;
    if (!isWriting && !withLine.has(callId) && !isAboutToBeDialled(live))
      violations.add(`call ${callId} is ${live.call.status} and has no leg`);
  }
  checkRooms(exchange, violations);
  if (!isWriting) checkMeetings(exchange, violations);
  checkGroups(exchange, violations);
  checkSupervisions(exchange, violations);
  checkDirectCalls(exchange, violations);
}

function isLive(live: Readonly<LiveCall> | undefined): boolean {
  return live !== undefined && live.call.status !== 'hangup';
}

function isAboutToBeDialled({ dialing, media }: Readonly<LiveCall>): boolean {
  return dialing?.begun === 0 && media === 'opening';
}

function checkRooms({ centre }: Holdings['exchange'], violations: Violations): void {
  for (const { row } of centre.rooms.values()) {
    if (row.status === 'terminated') violations.add(`room ${row.id} is over, and still there`);
    if (new Set(row.call_ids).size !== row.call_ids.length) violations.add(`room ${row.id} has one twice`);
    for (const callId of row.call_ids) {
      const live = centre.liveCall(callId);
      if (!isLive(live)) violations.add(`room ${row.id} has a member that is over`);
      else if (live?.roomId !== row.id) violations.add(`a member of room ${row.id} is in ${live?.roomId}`);
    }
    const least = row.type === 'connect' && row.status === 'terminating' ? 1 : 0;
    if (row.call_ids.length < least) violations.add(`room ${row.id} is closing with nobody to wait for`);
  }
  for (const callId of centre.callIds()) {
    const roomId = centre.liveCall(callId)?.roomId;
    const isInside = centre.rooms.get(roomId ?? '')?.row.call_ids.includes(callId) === true;
    if (roomId !== undefined && !isInside && !supervises(centre, callId, roomId))
      violations.add(`call ${callId} is in room ${roomId}, which does not know it`);
  }
}

/** It sits beside the talk in that room. */
function supervises(
  { supervisions }: Pick<CallCentre, 'supervisions'>,
  callId: string,
  roomId: string,
): boolean {
  return [...supervisions.values()].some(
    (supervision) => supervision.supervisorCallId === callId && supervision.roomId === roomId,
  );
}

/** Who is supervised is in that room, and whoever supervises is there or on the way; one in a talk at most. */
function checkSupervisions({ centre }: Holdings['exchange'], violations: Violations): void {
  const rooms = new Set<string>();
  for (const [callId, { roomId, groupId, supervisorCallId }] of centre.supervisions) {
    if (rooms.has(roomId)) violations.add(`two supervise the talk in room ${roomId}`);
    rooms.add(roomId);
    if (centre.rooms.get(roomId)?.row.call_ids.includes(callId) !== true)
      violations.add(`call ${callId} is supervised in room ${roomId}, and not there`);
    if (supervisorCallId === undefined && !centre.groups.has(groupId ?? ''))
      violations.add(`nobody is called any more to supervise call ${callId}`);
    if (supervisorCallId !== undefined && centre.liveCall(supervisorCallId)?.roomId !== roomId)
      violations.add(`the supervisor of call ${callId} is not in room ${roomId}`);
  }
}

/** Calls to agents that no queue made are counted as long as there are any. */
function checkDirectCalls({ centre }: Holdings['exchange'], violations: Violations): void {
  const counts = new Map<string, number>();
  for (const callId of centre.callIds()) {
    const live = centre.liveCall(callId);
    if (live?.call.owner_type !== 'agent' || live.agentId !== undefined) continue;
    counts.set(live.call.owner_id, (counts.get(live.call.owner_id) ?? 0) + 1);
  }
  for (const [agentId, { directCalls }] of centre.agents) {
    const count = counts.get(agentId) ?? 0;
    if (directCalls !== count)
      violations.add(`agent ${agentId} counts ${directCalls} calls of its own, there are ${count}`);
  }
}

/** Whoever is in a room with somebody who has answered, and with nobody who is still rung, has been answered too. */
function checkMeetings({ centre }: Holdings['exchange'], violations: Violations): void {
  for (const { row } of centre.rooms.values()) {
    const present = row.call_ids.flatMap((id) => centre.liveCall(id) ?? []).filter((live) => !isEnding(live));
    const isRung = present.some(
      ({ call }) => call.direction === 'outgoing' && (call.status === 'dialing' || call.status === 'ringing'),
    );
    if (isRung || !present.some(({ call }) => call.status === 'progressing')) continue;
    for (const { call, media } of present)
      if (call.status === 'ringing' && media !== 'opening')
        violations.add(`call ${call.id} is in room ${row.id} with one who has answered, and is not answered`);
  }
}

function checkGroups({ centre }: Holdings['exchange'], violations: Violations): void {
  const counts = new Map<string, number>();
  for (const callId of centre.callIds()) {
    const groupId = centre.liveCall(callId)?.call.groupcall_id ?? nilId;
    if (groupId === nilId) continue;
    counts.set(groupId, (counts.get(groupId) ?? 0) + 1);
    const group = centre.groups.get(groupId);
    if (group === undefined) violations.add(`call ${callId} is of a group that is over`);
    const answeredBy = group?.row.answer_call_id ?? nilId;
    const live = centre.liveCall(callId);
    if (answeredBy !== nilId && answeredBy !== callId && live !== undefined && !isEnding(live))
      violations.add(`call ${callId} goes on though ${answeredBy} of its group has answered`);
  }
  const members = Map.groupBy(centre.groups.values(), ({ row }) => row.master_groupcall_id);
  for (const { row } of centre.groups.values()) {
    const count = counts.get(row.id) ?? 0;
    const memberCount = members.get(row.id)?.length ?? 0;
    if (row.call_count !== count)
      violations.add(`group ${row.id} counts ${row.call_count} calls, there are ${count}`);
    if (row.groupcall_count !== memberCount)
      violations.add(`group ${row.id} counts ${row.groupcall_count} groups, there are ${memberCount}`);
    if (count + memberCount === 0) violations.add(`group ${row.id} has nobody left`);
  }
}
