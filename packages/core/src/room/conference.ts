import { nilId } from '@parley/contract';
import type { Sitting } from '../call/sitting.ts';
import { changeConference, tellClosing, tellDeleted } from './conference-row.ts';
import type { LiveRoom } from './live-room.ts';
import { closeRoom, createRoom } from './room.ts';

/** The room of a conference, made for whoever comes first. Undefined: there is no such conference, or it is closing. */
export function roomOfConference(
  sitting: Sitting,
  conferenceId: string,
  customerId: string,
): LiveRoom | undefined {
  const conference = sitting.conferences.find(conferenceId);
  if (conference?.row.customer_id !== customerId || conference.row.status !== 'progressing') return undefined;
  const { row } = conference;
  if (row.confbridge_id !== nilId) return sitting.rooms.find(row.confbridge_id);
  const room = createRoom(sitting, {
    type: row.type,
    customerId,
    lane: conference.lane,
    referenceType: 'conference',
    referenceId: row.id,
    conferenceId: row.id,
  });
  changeConference(sitting, conference, { confbridge_id: room.row.id });
  return room;
}

/** Everybody is put out; when the last one has left it is deleted. */
export function closeConference(sitting: Sitting, conferenceId: string): void {
  const conference = sitting.conferences.find(conferenceId);
  if (conference?.row.status !== 'progressing') return;
  const { confbridge_id: roomId } = conference.row;
  if (roomId !== nilId) return closeRoom(sitting, roomId);
  tellClosing(sitting, conference);
  tellDeleted(sitting, conference);
}
