import { type Address, type Call, nilId, notYet, type Transfer } from '@parley/contract';
import { cause } from '../call/cause.ts';
import { unchainAll } from '../call/chain.ts';
import { hold } from '../call/control.ts';
import { terminate } from '../call/leg.ts';
import { roomFlow } from '../call/outgoing.ts';
import type { House } from '../call/house.ts';
import type { LiveCall } from '../call/live-call.ts';
import type { Sitting } from '../call/sitting.ts';
import { playRinging, silence } from '../call/sound.ts';
import type { Turn } from '../call/turn.ts';
import { noVariables } from '../flow/variables.ts';
import { dialGroup, hangUpGroup } from '../group/group.ts';
import { limits } from '../limits.ts';
import { isBeside } from '../supervision/live-supervision.ts';
import { closeRoom, enterRoom } from '../room/room.ts';
import { transferToConference } from './conference-transfer.ts';
import type { LiveTransfer, TransferWanted } from './live-transfer.ts';

/**
 * Hands those on who are in a room with this call. Blind: they hear ringing; the transferer leaves at once, or, when its
 * phone asked by REFER, as soon as the new party has answered. Attended: they hear music while the transferer talks with
 * the new party, until either of the two hangs up. Whatever fails, nobody is left in silence: who is left alone goes on in
 * its own flow. Answers why it cannot be, if so.
 */
export function transfer(turn: Turn, wanted: TransferWanted): string | undefined {
  const { live, sitting } = turn;
  const room = live.roomId === undefined ? undefined : sitting.rooms.find(live.roomId);
  const others = room?.row.call_ids.filter((id) => id !== live.call.id) ?? [];
  if (room === undefined || others.length === 0 || isBeside(live)) return 'it is in no room with somebody';
  if (live.transferId !== undefined) return 'it is being transferred already';
  const conferenceId = wanted.addresses.find(({ type }) => type === 'conference')?.target;
  if (conferenceId !== undefined) return transferToConference(turn, wanted, conferenceId);
  const made = begin(turn, wanted, others);
  live.transferId = made.row.id;
  room.keepOpen = true;
  unchainAll(turn, others);
  for (const other of others) sitting.later(other, (their) => keepWaiting(their, made));
  // A phone that asked has been told that it is being tried when its REFER was accepted.
  if (wanted.type === 'blind' && !wanted.byRefer) terminate(turn, cause.normalClearing);
  sitting.later(live.call.id, (their) => dialParties(their, made, wanted));
  return undefined;
}

function begin(turn: Turn, wanted: TransferWanted, others: readonly string[]): LiveTransfer {
  const { live, sitting, decision, chance } = turn;
  const made: LiveTransfer = {
    row: {
      id: chance.id(),
      customer_id: live.call.customer_id,
      type: wanted.type,
      transferer_call_id: live.call.id,
      transferee_addresses: [...wanted.addresses],
      transferee_call_id: nilId,
      groupcall_id: nilId,
      confbridge_id: live.roomId ?? nilId,
      tm_create: decision.stamp,
      tm_update: notYet,
      tm_delete: notYet,
    },
    lane: live.lane,
    byRefer: wanted.byRefer,
    source: transferSource(sitting.house, live, wanted.type),
    waiting: others,
  };
  sitting.transfers.add(made.row.id, made);
  decision.put('transfer', made.row);
  return made;
}

function keepWaiting(turn: Turn, { row }: LiveTransfer): void {
  turn.live.transferId = row.id;
  if (row.type === 'attended') hold(turn, true);
  else playRinging(turn);
}

function dialParties(turn: Turn, made: LiveTransfer, wanted: TransferWanted): void {
  const { live, sitting } = turn;
  const { customer_id: customerId, id: transfererId } = live.call;
  const { id: transferId, confbridge_id: roomId } = made.row;
  const group = dialGroup(sitting, {
    orders: {
      customerId,
      source: made.source,
      flow: roomFlow(sitting, customerId, roomId),
      variables: noVariables,
      masterCallId: transfererId,
      chained: false,
      lane: live.lane,
      timeoutMs: limits.unansweredMs,
      early: false,
    },
    destinations: wanted.destinations,
    ringMethod: 'ring_all',
    answered: (later, callId) => partyAnswered(later, transferId, callId),
    unanswered: (later, _reason, status) => nobodyAnswered(later, transferId, status),
  });
  change(sitting, made, { groupcall_id: group.row.id });
}

/** Whom the new party sees: who is handed on to it, or, while it is asked first, who asks. */
export function transferSource(
  house: Pick<House, 'call' | 'rooms'>,
  { call, roomId }: Readonly<LiveCall>,
  type: Transfer['type'],
): Address {
  if (type === 'attended' || roomId === undefined) return farEndOf(call);
  const first = house.rooms.get(roomId)?.row.call_ids.find((id) => id !== call.id);
  const other = first === undefined ? undefined : house.call(first)?.call;
  return farEndOf(other ?? call);
}

function farEndOf({ direction, source, destination }: Call): Address {
  return direction === 'incoming' ? source : destination;
}

function partyAnswered(sitting: Sitting, transferId: string, callId: string): void {
  const made = sitting.transfers.find(transferId);
  if (made === undefined) return;
  change(sitting, made, { transferee_call_id: callId });
  if (made.row.type === 'attended' && isStillThere(sitting, made)) {
    sitting.later(callId, (turn) => {
      turn.live.transferId = transferId;
    });
    return;
  }
  succeed(sitting, made);
}

/** The new party and those who waited are together; the transferer leaves, if it has not yet. */
function succeed(sitting: Sitting, made: LiveTransfer): void {
  const { transferer_call_id: transfererId, transferee_call_id: newId, confbridge_id: roomId } = made.row;
  tellTransferer(sitting, made, 200);
  for (const waiting of made.waiting) sitting.later(waiting, (turn) => takeBack(turn, made));
  sitting.later(transfererId, (turn) => {
    turn.live.transferId = undefined;
    terminate(turn, cause.normalClearing);
  });
  sitting.later(newId, (turn) => {
    turn.live.transferId = undefined;
    letCloseAgain(sitting, roomId);
  });
  sitting.transfers.remove(made.row.id);
}

/** Everything is as it was before; who is left alone goes on in its own flow. */
function nobodyAnswered(sitting: Sitting, transferId: string, status: number): void {
  const made = sitting.transfers.find(transferId);
  if (made === undefined) return;
  tellTransferer(sitting, made, status);
  giveBack(sitting, made);
}

function giveBack(sitting: Sitting, made: LiveTransfer): void {
  for (const waiting of made.waiting) sitting.later(waiting, (turn) => takeBack(turn, made));
  const { transferer_call_id: transfererId, transferee_call_id: newId, confbridge_id: roomId } = made.row;
  for (const callId of [transfererId, newId])
    sitting.later(callId, (turn) => {
      turn.live.transferId = undefined;
    });
  sitting.transfers.remove(made.row.id);
  letCloseAgain(sitting, roomId);
}

function takeBack(turn: Turn, made: LiveTransfer): void {
  turn.live.transferId = undefined;
  if (made.row.type === 'attended') hold(turn, false);
  else silence(turn);
}

/** A room of type connect in which fewer than two are left is closed now. */
function letCloseAgain(sitting: Sitting, roomId: string): void {
  const room = sitting.rooms.find(roomId);
  if (room === undefined) return;
  room.keepOpen = false;
  if (room.row.type === 'connect' && room.row.call_ids.length <= 1) closeRoom(sitting, roomId);
}

/** Transferer or new party has gone while the transfer was under way. */
export function transferPartyEnded({ live, sitting }: Turn): void {
  const made = live.transferId === undefined ? undefined : sitting.transfers.find(live.transferId);
  if (made === undefined) return;
  const { transferer_call_id: transfererId, transferee_call_id: newId } = made.row;
  if (made.waiting.includes(live.call.id)) return waitingPartyLeft(sitting, made, live.call.id);
  if (live.call.id === transfererId && newId !== nilId) succeed(sitting, made);
  else if (live.call.id === transfererId) transfererLeftEarly(sitting, made);
  else giveBack(sitting, made);
}

/** With the last of them a blind transfer is over: nobody is left to be handed on. */
function waitingPartyLeft(sitting: Sitting, made: LiveTransfer, callId: string): void {
  const left = made.waiting.filter((id) => id !== callId && sitting.call(id)?.transferId === made.row.id);
  if (left.length > 0 || made.row.type === 'attended') return;
  hangUpGroup(sitting, made.row.groupcall_id);
  tellTransferer(sitting, made, 487);
  giveBack(sitting, made);
}

/** The new party has not answered yet: those on hold hear ringing until it does. */
function transfererLeftEarly(sitting: Sitting, made: LiveTransfer): void {
  if (made.row.type === 'blind') return;
  for (const waiting of made.waiting)
    sitting.later(waiting, (turn) => {
      hold(turn, false);
      playRinging(turn);
    });
}

/**
 * An attended transfer of a phone that has talked with both itself: those in the room of one of its calls and those in the
 * room of the other are brought together, and both its calls end (RFC 5589 section 7.1). Answers why that cannot be, if so.
 */
export function merge(turn: Turn, otherCallId: string): string | undefined {
  const { live, sitting } = turn;
  const other = sitting.turnOfCall(otherCallId);
  if (other?.live.call.customer_id !== live.call.customer_id) return 'there is no such call';
  const [roomId, otherRoomId] = [live.roomId, other.live.roomId];
  const room = roomId === undefined ? undefined : sitting.rooms.find(roomId);
  const otherRoom = otherRoomId === undefined ? undefined : sitting.rooms.find(otherRoomId);
  if (
    room === undefined ||
    otherRoom === undefined ||
    room === otherRoom ||
    isBeside(live) ||
    isBeside(other.live)
  )
    return 'the two calls are not in two rooms';
  const staying = room.row.call_ids.filter((id) => id !== live.call.id);
  const coming = otherRoom.row.call_ids.filter((id) => id !== otherCallId);
  if (staying.length === 0 || coming.length === 0) return 'nobody is there to be brought together';
  room.keepOpen = true;
  otherRoom.keepOpen = true;
  unchainAll(turn, staying);
  unchainAll(other, coming);
  for (const callId of coming) sitting.later(callId, (their) => void enterRoom(their, room.row.id));
  for (const callId of staying) sitting.later(callId, (their) => hold(their, false));
  sitting.decision.effect({ kind: 'transferProgress', callId: live.call.id, status: 200 });
  for (const callId of [live.call.id, otherCallId])
    sitting.later(callId, (their) => terminate(their, cause.normalClearing));
  sitting.later(staying[0] ?? '', () => {
    letCloseAgain(sitting, room.row.id);
    letCloseAgain(sitting, otherRoom.row.id);
  });
  return undefined;
}

/** Another call has taken the place of this one in its room (RFC 3891): it ends, and nobody it talked with does. */
export function giveWay(turn: Turn): void {
  const { live, sitting } = turn;
  const room = live.roomId === undefined ? undefined : sitting.rooms.find(live.roomId);
  unchainAll(turn, room?.row.call_ids ?? []);
  terminate(turn, cause.normalClearing);
}

function isStillThere(sitting: Sitting, { row }: LiveTransfer): boolean {
  const transferer = sitting.call(row.transferer_call_id);
  return transferer?.roomId === row.confbridge_id;
}

function tellTransferer(sitting: Sitting, { byRefer, row }: LiveTransfer, status: number): void {
  if (!byRefer) return;
  sitting.decision.effect({ kind: 'transferProgress', callId: row.transferer_call_id, status });
}

function change(sitting: Sitting, made: LiveTransfer, changes: Partial<Transfer>): void {
  made.row = { ...made.row, ...changes, tm_update: sitting.decision.stamp };
  sitting.decision.put('transfer', made.row);
}
