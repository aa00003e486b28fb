import { type Action, type Conference, nilId, notYet } from '@parley/contract';
import type { Sitting } from '../call/sitting.ts';
import { afterMs } from '../ports/moment.ts';
import type { LiveConference, LiveRoom } from './live-room.ts';

export interface NewConference {
  readonly customerId: string;
  readonly type: Conference['type'];
  readonly name: string;
  readonly detail: string;
  readonly data: Conference['data'];
  /** Seconds; 0: it stays until it is deleted. */
  readonly timeout: number;
  readonly preActions: Action[];
  readonly postActions: Action[];
  /** The lane of its events; undefined: its own. */
  readonly lane: string | undefined;
}

export function createConference(sitting: Sitting, wanted: NewConference): LiveConference {
  const { decision, chance } = sitting;
  const id = chance.id();
  const conference: LiveConference = {
    row: {
      id,
      type: wanted.type,
      status: 'progressing',
      name: wanted.name,
      detail: wanted.detail,
      data: wanted.data,
      timeout: wanted.timeout,
      pre_actions: wanted.preActions,
      post_actions: wanted.postActions,
      call_ids: [],
      recording_id: nilId,
      recording_ids: [],
      tm_create: decision.stamp,
      tm_update: notYet,
      tm_delete: notYet,
      customer_id: wanted.customerId,
      confbridge_id: nilId,
    },
    lane: wanted.lane ?? id,
    deadline: wanted.timeout === 0 ? undefined : afterMs(decision.at.mono, wanted.timeout * 1000),
  };
  decision.put('conference', conference.row);
  decision.emit('conference_created', conference.lane, conference.row);
  sitting.addConference(conference);
  return conference;
}

export function conferenceMembersChanged(sitting: Sitting, room: LiveRoom): void {
  const conference = conferenceOf(sitting, room);
  if (conference !== undefined) changeConference(sitting, conference, { call_ids: room.row.call_ids });
}

export function conferenceClosing(sitting: Sitting, room: LiveRoom): void {
  const conference = conferenceOf(sitting, room);
  if (conference !== undefined) tellClosing(sitting, conference);
}

export function conferenceEmptied(sitting: Sitting, room: LiveRoom): void {
  const conference = conferenceOf(sitting, room);
  if (conference !== undefined) tellDeleted(sitting, conference);
}

function conferenceOf(sitting: Sitting, room: LiveRoom): LiveConference | undefined {
  return room.conferenceId === undefined ? undefined : sitting.conference(room.conferenceId);
}

export function tellClosing(sitting: Sitting, conference: LiveConference): void {
  changeConference(sitting, conference, { status: 'terminating' });
  sitting.decision.emit('conference_updated', conference.lane, conference.row);
}

export function tellDeleted(sitting: Sitting, conference: LiveConference): void {
  changeConference(sitting, conference, { status: 'terminated', tm_delete: sitting.decision.stamp });
  sitting.decision.emit('conference_deleted', conference.lane, conference.row);
  sitting.removeConference(conference.row.id);
}

export function changeConference(
  sitting: Sitting,
  conference: LiveConference,
  changes: Partial<Conference>,
): void {
  conference.row = { ...conference.row, ...changes, tm_update: sitting.decision.stamp };
  sitting.decision.put('conference', conference.row);
}
