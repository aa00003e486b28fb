import { type Action, type Conference, nilId, notYet } from '@parley/contract';
import type { Sitting } from '../call/sitting.ts';
import { limits } from '../limits.ts';
import { afterMs, type Monotonic } from '../ports/moment.ts';
import type { LiveConference, LiveRoom } from './live-room.ts';

export interface NewConference {
  readonly customerId: string;
  readonly type: Conference['type'];
  readonly name: string;
  readonly detail: string;
  readonly data: Conference['data'];
  /** Seconds; 0: it stays until it is deleted. 1 to 59 count as a day. */
  readonly timeout: number;
  readonly preActions: Action[];
  readonly postActions: Action[];
}

export function createConference(sitting: Sitting, wanted: NewConference): LiveConference {
  const { decision, chance } = sitting;
  const id = chance.id();
  const timeout = effectiveTimeout(wanted.timeout);
  const conference: LiveConference = {
    row: {
      id,
      type: wanted.type,
      status: 'progressing',
      name: wanted.name,
      detail: wanted.detail,
      data: wanted.data,
      timeout,
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
    lane: id,
    deadline: deadlineOf(timeout, decision.at.mono),
  };
  decision.put('conference', conference.row);
  decision.emit('conference_created', conference.lane, conference.row);
  sitting.conferences.add(id, conference);
  return conference;
}

/** What may change of a conference; a key that is absent keeps what stands. */
export interface ConferenceSettings {
  readonly name?: string;
  readonly detail?: string;
  readonly data?: Conference['data'];
  /** As in `NewConference`, from now on. */
  readonly timeout?: number;
  /** Calls that are inside keep theirs. */
  readonly preActions?: Action[];
  readonly postActions?: Action[];
}

/** One that is closing stays as it is. */
export function updateConference(sitting: Sitting, conferenceId: string, settings: ConferenceSettings): void {
  const conference = sitting.conferences.find(conferenceId);
  if (conference?.row.status !== 'progressing') return;
  const { row } = conference;
  const timeout = settings.timeout === undefined ? row.timeout : effectiveTimeout(settings.timeout);
  if (settings.timeout !== undefined) conference.deadline = deadlineOf(timeout, sitting.decision.at.mono);
  changeConference(sitting, conference, {
    name: settings.name ?? row.name,
    detail: settings.detail ?? row.detail,
    data: settings.data ?? row.data,
    timeout,
    pre_actions: settings.preActions ?? row.pre_actions,
    post_actions: settings.postActions ?? row.post_actions,
  });
  sitting.decision.emit('conference_updated', conference.lane, conference.row);
}

function effectiveTimeout(seconds: number): number {
  return seconds > 0 && seconds < limits.shortestConferenceS ? 86_400 : seconds;
}

/** When a conference closes by itself; `timeout` in seconds. */
export function deadlineOf(timeout: number, from: Monotonic): Monotonic | undefined {
  return timeout === 0 ? undefined : afterMs(from, timeout * 1000);
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
  return room.conferenceId === undefined ? undefined : sitting.conferences.find(room.conferenceId);
}

export function tellClosing(sitting: Sitting, conference: LiveConference): void {
  changeConference(sitting, conference, { status: 'terminating' });
  sitting.decision.emit('conference_updated', conference.lane, conference.row);
}

export function tellDeleted(sitting: Sitting, conference: LiveConference): void {
  changeConference(sitting, conference, { status: 'terminated', tm_delete: sitting.decision.stamp });
  sitting.decision.emit('conference_deleted', conference.lane, conference.row);
  sitting.conferences.remove(conference.row.id);
}

export function changeConference(
  sitting: Sitting,
  conference: LiveConference,
  changes: Partial<Conference>,
): void {
  conference.row = { ...conference.row, ...changes, tm_update: sitting.decision.stamp };
  sitting.decision.put('conference', conference.row);
}
