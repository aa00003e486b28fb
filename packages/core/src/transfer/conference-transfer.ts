import { nilId, notYet, type Transfer } from '@parley/contract';
import { cause } from '../call/cause.ts';
import { unchainAll } from '../call/chain.ts';
import { terminate } from '../call/leg.ts';
import type { Turn } from '../call/turn.ts';
import { breakOff } from '../flow/walk.ts';
import { roomOfConference } from '../room/conference.ts';
import { leaveRoom } from '../room/room.ts';
import type { TransferWanted } from './live-transfer.ts';

/**
 * Those who are in a room with this call go into a conference instead, as by `conference_join`; after it they go on in
 * their own flows. The transferer leaves: there is nobody whose answer could be waited for. Answers why it cannot be, if so.
 */
export function transferToConference(
  turn: Turn,
  { type, addresses, byRefer }: TransferWanted,
  conferenceId: string,
): string | undefined {
  const { live, sitting, decision } = turn;
  if (type !== 'blind' || addresses.length > 1)
    return 'into a conference one is transferred blind, and nowhere else at the same time';
  const talk = live.roomId === undefined ? undefined : sitting.rooms.find(live.roomId);
  const conference = roomOfConference(sitting, conferenceId, live.call.customer_id);
  if (talk === undefined || conference === undefined)
    return `there is no conference ${conferenceId} that can be joined`;
  if (talk === conference) return 'they are in that conference already';
  const others = talk.row.call_ids.filter((id) => id !== live.call.id);
  decision.put('transfer', transferRow(turn, addresses, conference.row.id));
  unchainAll(turn, others);
  for (const other of others)
    sitting.later(other, (their) => moveToConference(their, talk.row.id, conferenceId));
  if (byRefer) decision.effect({ kind: 'transferProgress', callId: live.call.id, status: 200 });
  sitting.later(live.call.id, (their) => terminate(their, cause.normalClearing));
  return undefined;
}

/** It is over as soon as it is made. */
function transferRow(
  { live, decision, chance }: Turn,
  addresses: TransferWanted['addresses'],
  roomId: string,
): Transfer {
  return {
    id: chance.id(),
    customer_id: live.call.customer_id,
    type: 'blind',
    transferer_call_id: live.call.id,
    transferee_addresses: [...addresses],
    transferee_call_id: nilId,
    groupcall_id: nilId,
    confbridge_id: roomId,
    tm_create: decision.stamp,
    tm_update: notYet,
    tm_delete: notYet,
  };
}

/** What its flow does in the room is broken off. Whoever was in the room goes out with its own turn. */
function moveToConference(turn: Turn, roomId: string, conferenceId: string): void {
  const { live } = turn;
  const current = live.walk?.current?.action.id;
  if (live.roomId !== roomId || current === undefined) return;
  leaveRoom(turn);
  breakOff(turn, current, [{ type: 'conference_join', option: { conference_id: conferenceId } }]);
}
