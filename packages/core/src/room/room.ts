import { type Confbridge, nilId, notYet } from '@parley/contract';
import { tellUpdated } from '../call/chain.ts';
import { completeAnswer } from '../call/leg.ts';
import { openMedia } from '../call/leg-media.ts';
import { isEnding, type LiveCall } from '../call/live-call.ts';
import type { Sitting } from '../call/sitting.ts';
import { playRinging, silence } from '../call/sound.ts';
import type { Turn } from '../call/turn.ts';
import { signal } from '../flow/walk.ts';
import { hangUpGroup } from '../group/group.ts';
import { conferenceClosing, conferenceEmptied, conferenceMembersChanged } from './conference-row.ts';
import { musicForRoom, musicForWaiting } from './hold-music.ts';
import { callerLeftRoom } from '../queue/queue-rows.ts';
import { isBeside, type LiveSupervision } from '../supervision/live-supervision.ts';
import { hearersBeside, noteSupervision, supervisionBy, supervisorGone } from '../supervision/seat.ts';
import type { LiveRoom } from './live-room.ts';

export interface NewRoom {
  readonly type: Confbridge['type'];
  readonly customerId: string;
  readonly lane: string;
  readonly referenceType: Confbridge['reference_type'];
  readonly referenceId: string;
  readonly conferenceId: string | undefined;
}

export function createRoom(sitting: Sitting, wanted: NewRoom): LiveRoom {
  const { decision, chance } = sitting;
  const room: LiveRoom = {
    row: {
      id: chance.id(),
      type: wanted.type,
      status: 'progressing',
      reference_type: wanted.referenceType,
      reference_id: wanted.referenceId,
      call_ids: [],
      recording_id: nilId,
      recording_ids: [],
      tm_create: decision.stamp,
      tm_update: notYet,
      tm_delete: notYet,
      customer_id: wanted.customerId,
    },
    conferenceId: wanted.conferenceId,
    lane: wanted.lane,
    keepOpen: false,
  };
  decision.put('confbridge', room.row);
  sitting.rooms.add(room.row.id, room);
  return room;
}

/** A call comes in. Answers why it cannot, if so. */
export function enterRoom(turn: Turn, roomId: string): string | undefined {
  const { live, sitting } = turn;
  const room = sitting.rooms.find(roomId);
  if (room?.row.customer_id !== live.call.customer_id) return `there is no room ${roomId}`;
  if (room.row.status !== 'progressing') return 'the room is closing';
  leaveRoom(turn);
  if (isBeside(live)) return sitBeside(turn, room);
  admit(turn, room);
  return undefined;
}

/** It is one of those in the room from now on. */
export function admit(turn: Turn, room: LiveRoom): void {
  const { live, decision, sitting } = turn;
  live.roomId = room.row.id;
  changeRoom(sitting, room, { call_ids: [...room.row.call_ids, live.call.id] });
  live.call = { ...live.call, tm_update: decision.stamp };
  tellUpdated(turn);
  welcome(turn, room);
  musicForRoom(sitting, room.row.id);
}

/** A call goes out, if it is in a room. Of two in a room of type connect the other is put out. */
export function leaveRoom(turn: Turn): void {
  const { live, decision, sitting } = turn;
  if (isBeside(live)) return leaveFromBeside(turn);
  const room = live.roomId === undefined ? undefined : sitting.rooms.find(live.roomId);
  live.roomId = undefined;
  if (room === undefined) return;
  silence(turn);
  if (live.media === 'open') decision.effect({ kind: 'leave', callId: live.call.id });
  changeRoom(sitting, room, { call_ids: room.row.call_ids.filter((id) => id !== live.call.id) });
  live.call = { ...live.call, tm_update: decision.stamp };
  supervisorGone(turn);
  tellUpdated(turn);
  endSupervision(sitting, live.call.id);
  callerLeftRoom(turn, room.row.id);
  if (room.row.status === 'terminating') endIfEmpty(sitting, room);
  else if (room.row.type === 'connect' && !room.keepOpen && room.row.call_ids.length <= 1)
    closeRoom(sitting, room.row.id);
  else musicForRoom(sitting, room.row.id);
}

/** The supervisor comes in. Answers why it cannot, if so. */
function sitBeside(turn: Turn, room: LiveRoom): string | undefined {
  const supervision = supervisionBy(turn);
  if (supervision?.roomId !== room.row.id) return 'the talk is over';
  turn.live.roomId = room.row.id;
  if (supervision.mode === 'take_over') turn.sitting.reach.takeOver(turn, supervision);
  else sitAs(turn, supervision);
  return undefined;
}

/** The supervisor hears and is heard as its mode says, from now on. */
export function sitAs(turn: Turn, { callId, mode }: LiveSupervision): void {
  noteSupervision(turn, { call_id: callId, mode, status: 'progressing' });
  tellUpdated(turn);
  connectToRoom(turn);
}

/** The supervisor goes out; the talk stays as it is. */
function leaveFromBeside(turn: Turn): void {
  const { live, decision } = turn;
  if (live.roomId === undefined) return;
  live.roomId = undefined;
  silence(turn);
  if (live.media === 'open') decision.effect({ kind: 'leave', callId: live.call.id });
  supervisorGone(turn);
  tellUpdated(turn);
}

/** Nobody supervises that call any more: the supervisor is let go of, or no longer called. */
export function endSupervision(sitting: Sitting, callId: string): void {
  const supervision = sitting.supervisions.find(callId);
  if (supervision === undefined) return;
  const { groupId, roomId, supervisorCallId } = supervision;
  sitting.supervisions.remove(callId);
  if (supervisorCallId !== undefined)
    return sitting.later(supervisorCallId, (supervisor) => putOut(supervisor, roomId));
  if (groupId !== undefined) hangUpGroup(sitting, groupId);
}

/** Everybody is put out, and then there is no room any more. */
export function closeRoom(sitting: Sitting, roomId: string): void {
  const room = sitting.rooms.find(roomId);
  if (room?.row.status !== 'progressing') return;
  changeRoom(sitting, room, { status: 'terminating' });
  conferenceClosing(sitting, room);
  for (const callId of room.row.call_ids) sitting.later(callId, (turn) => putOut(turn, roomId));
  endIfEmpty(sitting, room);
}

/** The call's flow goes on with what comes after the room. */
export function putOut(turn: Turn, roomId: string): void {
  if (turn.live.roomId !== roomId) return;
  leaveRoom(turn);
  signal(turn, { kind: 'leftRoom' });
}

/** Its media is there, or it has been answered: it hears the room, and is heard, if it may. */
export function connectToRoom(turn: Turn): void {
  const { live, decision } = turn;
  if (live.roomId === undefined || live.media !== 'open' || isEnding(live)) return;
  if (live.call.status !== 'progressing' && !live.earlyMedia) return;
  const { roomId } = live;
  const { id: callId } = live.call;
  const [hears, heard] = [hearsRoom(live), isHeardInRoom(live)];
  if (isBeside(live)) {
    const by = heard && hearersBeside(turn);
    return decision.effect({ kind: 'join', callId, roomId, hears, heard: by, passesKeys: false });
  }
  decision.effect({ kind: 'join', callId, roomId, hears, heard });
  musicForWaiting(turn);
}

/** As far as nobody has muted it or keeps it waiting. */
export function hearsRoom({ call }: Readonly<LiveCall>): boolean {
  return call.mute_direction !== 'out' && call.mute_direction !== 'both' && !call.on_hold;
}

/** Neither is one heard that keeps the others waiting. */
export function isHeardInRoom({ call, heldByPeer }: Readonly<LiveCall>): boolean {
  return call.mute_direction !== 'in' && call.mute_direction !== 'both' && !call.on_hold && !heldByPeer;
}

/** A room of type conference answers whoever comes. In one of type connect the first waits for the second. */
function welcome(turn: Turn, room: LiveRoom): void {
  if (room.row.type === 'conference') return answerForRoom(turn);
  const others = room.row.call_ids.filter((id) => id !== turn.live.call.id);
  if (others.length === 0) return waitAlone(turn);
  meet(turn, room.row.id);
  for (const other of others) turn.sitting.later(other, (their) => meet(their, room.row.id));
}

/** A caller who has not been answered is rung by its own phone, another one hears us ring. */
function waitAlone(turn: Turn): void {
  const { live, decision } = turn;
  const { status, direction, id: callId } = live.call;
  if (status !== 'progressing') {
    if (direction === 'incoming') decision.effect({ kind: 'ring', callId });
    return connectToRoom(turn);
  }
  connectToRoom(turn);
  playRinging(turn);
}

/** Somebody else is in the room too. While one of them is still being rung, its early media is all there is to hear. */
function meet(turn: Turn, roomId: string): void {
  const { live, sitting } = turn;
  if (live.roomId !== roomId || isEnding(live)) return;
  silence(turn);
  const present = sitting.rooms.find(roomId)?.row.call_ids ?? [];
  const stillRung = present.some((id) => isRung(sitting.call(id)));
  if (!stillRung) return answerForRoom(turn);
  if (live.call.direction === 'incoming' && live.call.status === 'ringing') return earlyMediaForRoom(turn);
  connectToRoom(turn);
}

function isRung(live: Readonly<LiveCall> | undefined): boolean {
  return (
    live?.call.direction === 'outgoing' && (live.call.status === 'dialing' || live.call.status === 'ringing')
  );
}

/** An incoming call nobody has answered yet is answered; then it hears the room. */
function answerForRoom(turn: Turn): void {
  const { live } = turn;
  if (live.call.direction === 'incoming' && live.call.status === 'ringing') {
    if (openMedia(turn, 'answer')) return;
    completeAnswer(turn);
  }
  connectToRoom(turn);
}

function earlyMediaForRoom(turn: Turn): void {
  if (openMedia(turn, 'earlyMedia')) return;
  startEarlyMedia(turn);
}

/** 183 with our media, so that what the far end sends before it answers is heard. */
export function startEarlyMedia(turn: Turn): void {
  const { live, decision } = turn;
  if (live.call.status === 'ringing' && !live.earlyMedia) {
    live.earlyMedia = true;
    decision.effect({ kind: 'progress', callId: live.call.id });
  }
  connectToRoom(turn);
}

/** Somebody who was rung in the room has answered: all who wait there are answered too. */
export function answeredInRoom(turn: Turn): void {
  const { live, sitting } = turn;
  if (live.roomId === undefined) return;
  const { roomId } = live;
  connectToRoom(turn);
  if (isBeside(live)) return;
  for (const other of sitting.rooms.find(roomId)?.row.call_ids ?? [])
    if (other !== live.call.id) sitting.later(other, (their) => meet(their, roomId));
}

function endIfEmpty(sitting: Sitting, room: LiveRoom): void {
  if (room.row.call_ids.length > 0 || room.row.status !== 'terminating') return;
  changeRoom(sitting, room, { status: 'terminated', tm_delete: sitting.decision.stamp });
  sitting.rooms.remove(room.row.id);
  conferenceEmptied(sitting, room);
}

function changeRoom(sitting: Sitting, room: LiveRoom, change: Partial<Confbridge>): void {
  const { decision } = sitting;
  room.row = { ...room.row, ...change, tm_update: decision.stamp };
  decision.put('confbridge', room.row);
  if (change.call_ids === undefined) return;
  conferenceMembersChanged(sitting, room);
  seatWhisperers(sitting, room);
}

/** Somebody has come into a room, or left it: whoever whispers there may have somebody else to whisper to. */
function seatWhisperers(sitting: Sitting, room: LiveRoom): void {
  for (const callId of room.row.call_ids) {
    const supervision = sitting.house.supervisions.get(callId);
    if (supervision?.supervisorCallId !== undefined && supervision.mode === 'whisper')
      sitting.later(supervision.supervisorCallId, connectToRoom);
  }
}
