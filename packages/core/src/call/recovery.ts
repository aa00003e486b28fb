import {
  type Activeflow,
  type Agent,
  type Call,
  type Confbridge,
  type Conference,
  type Groupcall,
  type Instant,
  nilId,
  notYet,
  parseTimestamp,
  type Queue,
  type Queuecall,
  type Recording,
} from '@parley/contract';
import { agentAfterDeath, noRest } from '../agent/wrap-up.ts';
import { Decision } from '../decision.ts';
import type { Chance } from '../ports/chance.ts';
import { afterMs, type Moment } from '../ports/moment.ts';
import { assertAddsUp, countUnserved } from '../queue/queue-figures.ts';
import { type ExplanationRow, withOutcome } from '../queue/explanation-row.ts';
import { limits } from '../limits.ts';
import { isToBegin, onEndActiveflow, type OnEndFlow } from '../recording/on-end.ts';
import { keepPromises, type Promised } from '../queue/callback-recovery.ts';
import { overIfOpen } from '../queue/queue-rows.ts';
import { isQueuecallOver } from '../queue/queuecall.ts';
import type { LiveConference } from '../room/live-room.ts';

/** What was live when its process died. */
export interface Orphans {
  readonly calls: readonly Call[];
  /** The calls that made others of them, over or not, and those that made these. */
  readonly masters: readonly Call[];
  readonly activeflows: readonly Activeflow[];
  readonly groupcalls: readonly Groupcall[];
  readonly confbridges: readonly Confbridge[];
  readonly conferences: readonly Conference[];
  readonly recordings: readonly Recording[];
  /** Those that had ended, and whose flow to follow had not. */
  readonly endedRecordings: readonly Recording[];
  readonly queuecalls: readonly Queuecall[];
  /** Of those queuecalls. */
  readonly explanations: readonly ExplanationRow[];
  /** All agents and queues that are not deleted. */
  readonly agents: readonly Agent[];
  readonly queues: readonly Queue[];
  /** Milliseconds of sound in the files of those recordings, by id. */
  readonly recorded: ReadonlyMap<string, number>;
}

export interface Recovered {
  readonly decision: Decision;
  /** Conferences that go on, with nobody in them. */
  readonly conferences: readonly LiveConference[];
  /** Flows that follow recordings, to be begun: nothing of them has been run. */
  readonly onEnd: readonly OnEndFlow[];
  /** Callers who are to be called back, as they were promised. */
  readonly promises: readonly Promised[];
}

/**
 * What was live when its process died ends here, with its final events. Nobody is on these lines any more: `local`,
 * because it was our end that failed. One decision for all, so that it happens wholly or not at all, and only once:
 * what is over already is left as it is.
 */
export function closeOrphans(orphans: Orphans, at: Moment, chance: Chance): Recovered {
  const decision = new Decision(at, chance);
  const laneOf = lanesOf([...orphans.masters, ...orphans.calls]);
  const ended = orphans.recordings.flatMap(
    (recording) => endRecording(decision, recording, orphans, laneOf) ?? [],
  );
  for (const call of orphans.calls) endCall(decision, call, laneOf);
  const toBegin = orphans.activeflows.filter(isToBegin);
  for (const activeflow of orphans.activeflows)
    if (!toBegin.includes(activeflow)) endActiveflow(decision, activeflow, orphans, laneOf);
  const onEnd = [
    ...toBegin.flatMap((activeflow) => onEndAgain(activeflow, orphans, laneOf) ?? []),
    ...ended.flatMap((recording) => onEndNow(decision, recording, orphans, chance, laneOf) ?? []),
  ];
  const { promises, others } = keepPromises(decision, orphans, laneOf);
  for (const queuecall of others) endQueuecall(decision, queuecall, laneOf);
  for (const explanation of orphans.explanations) endOffer(decision, explanation);
  for (const agent of orphans.agents) freeAgent(decision, agent, orphans);
  for (const queue of orphans.queues) emptyQueue(decision, queue, others);
  for (const groupcall of orphans.groupcalls) endGroupcall(decision, groupcall, laneOf);
  for (const room of orphans.confbridges) endRoom(decision, room);
  const conferences = orphans.conferences.flatMap((conference) => emptyConference(decision, conference));
  return { decision, conferences, onEnd, promises };
}

type LaneOf = (callId: string) => string;

/** The lane of a call's events: the call that made the call that made it, up to the first; or else itself. */
function lanesOf(calls: readonly Call[]): LaneOf {
  const masters = new Map(calls.map(({ id, master_call_id: master }) => [id, master]));
  return (callId) => {
    let lane = callId;
    for (let depth = 0; depth < masters.size; depth += 1) {
      const master = masters.get(lane) ?? nilId;
      if (master === nilId) break;
      lane = master;
    }
    return lane;
  };
}

function endCall(decision: Decision, call: Call, laneOf: LaneOf): void {
  if (call.status === 'hangup') return;
  const { stamp: now } = decision;
  const ended: Call = {
    ...call,
    status: 'hangup',
    hangup_by: 'local',
    hangup_reason: 'failed',
    recording_id: nilId,
    ...(call.supervision !== undefined && { supervision: { ...call.supervision, status: 'ended' } }),
    tm_update: now,
    tm_hangup: now,
  };
  decision.put('call', ended);
  decision.emit('call_hungup', laneOf(call.id), ended);
}

function endActiveflow(
  decision: Decision,
  activeflow: Activeflow,
  { endedRecordings }: Orphans,
  laneOf: LaneOf,
): void {
  if (activeflow.tm_delete !== notYet) return;
  const { stamp: now } = decision;
  const ended: Activeflow = { ...activeflow, tm_update: now, tm_delete: now };
  const recording = endedRecordings.find(({ id }) => id === activeflow.reference_id);
  decision.put('activeflow', ended);
  decision.emit('activeflow_deleted', laneOf(recording?.reference_id ?? activeflow.reference_id), ended);
}

/** Its flow had not begun when the process died. */
function onEndAgain(activeflow: Activeflow, orphans: Orphans, laneOf: LaneOf): OnEndFlow | undefined {
  const recording = orphans.endedRecordings.find(({ id }) => id === activeflow.reference_id);
  return recording && onEndFlow(activeflow, recording, orphans, laneOf);
}

/** The recording ends here, and its flow follows. */
function onEndNow(
  decision: Decision,
  recording: Recording,
  orphans: Orphans,
  chance: Chance,
  laneOf: LaneOf,
): OnEndFlow | undefined {
  if (recording.on_end_flow_id === nilId) return undefined;
  const activeflow = onEndActiveflow(recording, chance, decision.stamp);
  const flow = onEndFlow(activeflow, recording, orphans, laneOf);
  decision.put('activeflow', activeflow);
  decision.emit('activeflow_created', flow.lane, activeflow);
  return flow;
}

/** How many there were before it is not known any more: none follows it, so that a row of them ends. */
function onEndFlow(
  activeflow: Activeflow,
  recording: Recording,
  { calls, masters }: Orphans,
  laneOf: LaneOf,
): OnEndFlow {
  const parties = [...calls, ...masters].find(({ id }) => id === recording.reference_id);
  const lane = laneOf(recording.reference_id);
  return { activeflow, recording, parties, lane, afterFlows: limits.flowsInARow };
}

/** Whoever was being served was served. */
function endQueuecall(decision: Decision, visit: Queuecall, laneOf: LaneOf): void {
  if (isQueuecallOver(visit)) return;
  const { stamp: now } = decision;
  const ended: Queuecall = {
    ...visit,
    ...durationsOf(visit, decision.at.wall),
    callback: overIfOpen(visit.callback),
    tm_update: now,
    tm_delete: now,
  };
  decision.put('queuecall', ended);
  decision.emit(
    ended.status === 'done' ? 'queuecall_done' : 'queuecall_abandoned',
    laneOf(visit.reference_id),
    ended,
  );
}

/** Kicking tells by its times whether anybody was served: they came apart when the talk began. */
function durationsOf(
  { status, tm_create: joined, tm_service: served, duration_waiting: waited }: Queuecall,
  wall: Instant,
): Pick<Queuecall, 'status' | 'duration_waiting' | 'duration_service' | 'end_reason'> {
  const wasServed = status === 'service' || (status === 'kicking' && served !== notYet);
  const sinceJoined = wall - (parseTimestamp(joined) ?? wall);
  const talked = wasServed ? wall - (parseTimestamp(served) ?? wall) : 0;
  return {
    status: wasServed ? 'done' : 'abandoned',
    duration_waiting: wasServed ? waited : Math.max(0, Math.round(sinceJoined / 1000)),
    duration_service: Math.max(0, Math.round(talked / 1000)),
    end_reason: wasServed ? 'served' : 'failed',
  };
}

/** Nobody is rung any more. */
function endOffer(decision: Decision, explanation: ExplanationRow): void {
  const ended = withOutcome(explanation, undefined, 'withdrawn', decision.stamp);
  if (ended !== explanation) decision.put('explanation', ended);
}

/** Nobody rings any more, and nobody talks with those who came from queues; who rests after one goes on resting. */
function freeAgent(decision: Decision, agent: Agent, { queuecalls, queues }: Orphans): void {
  const visit = queuecalls.find(
    ({ service_agent_id: id, status }) => id === agent.id && status !== 'entering',
  );
  const queue = queues.find(({ id }) => id === visit?.queue_id) ?? noRest;
  const after = agentAfterDeath(agent, queue, decision.at, decision.stamp);
  if (after === undefined) return;
  decision.put('agent', after);
  decision.emit('agent_status_updated', agent.id, after);
}

function emptyQueue(decision: Decision, queue: Queue, queuecalls: readonly Queuecall[]): void {
  const inside = new Set([...queue.wait_queue_call_ids, ...queue.service_queue_call_ids]);
  const gone = queuecalls.filter(({ id }) => inside.has(id));
  if (gone.length === 0) return;
  const goneIds = new Set(gone.map(({ id }) => id));
  const ended = gone.map((visit) => durationsOf(visit, decision.at.wall));
  let empty: Queue = {
    ...queue,
    wait_queue_call_ids: queue.wait_queue_call_ids.filter((id) => !goneIds.has(id)),
    service_queue_call_ids: [],
    total_service_duration: queue.total_service_duration + sum(ended.map((visit) => visit.duration_service)),
    tm_update: decision.stamp,
  };
  for (const { status, end_reason: reason, duration_waiting: waitedMs } of ended)
    if (status === 'abandoned') empty = { ...empty, ...countUnserved(empty, reason, waitedMs) };
  assertAddsUp(empty);
  decision.put('queue', empty);
  decision.emit('queue_updated', queue.id, empty);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function endGroupcall(decision: Decision, groupcall: Groupcall, laneOf: LaneOf): void {
  if (groupcall.status === 'hangup') return;
  const nothingLeft = { call_count: 0, groupcall_count: 0 };
  const ended: Groupcall = { ...groupcall, status: 'hangup', ...nothingLeft, tm_update: decision.stamp };
  const { id, master_call_id: master } = groupcall;
  decision.put('groupcall', ended);
  decision.emit('groupcall_hangup', master === nilId ? id : laneOf(master), ended);
}

function endRoom(decision: Decision, room: Confbridge): void {
  if (room.status === 'terminated') return;
  const { stamp: now } = decision;
  decision.put('confbridge', { ...room, ...empty, status: 'terminated', tm_update: now, tm_delete: now });
}

const empty = { call_ids: [], recording_id: nilId };

/** One of type connect is over with its talk. Any other goes on, unless it was closing. */
function emptyConference(decision: Decision, conference: Conference): LiveConference[] {
  const { id, type, status, timeout, tm_create: created, call_ids: inside } = conference;
  const { stamp: now, at } = decision;
  if (status === 'terminated') return [];
  if (type === 'connect' || status === 'terminating') {
    const over: Conference = {
      ...conference,
      ...empty,
      status: 'terminated',
      tm_update: now,
      tm_delete: now,
    };
    decision.put('conference', over);
    decision.emit('conference_deleted', id, over);
    return [];
  }
  const row: Conference = { ...conference, ...empty, confbridge_id: nilId };
  if (inside.length > 0 || conference.confbridge_id !== nilId)
    decision.put('conference', { ...row, tm_update: now });
  const age = (at.wall - (parseTimestamp(created) ?? at.wall)) / 1000;
  const left = timeout * 1000 - age;
  return [{ row, lane: id, deadline: timeout === 0 ? undefined : afterMs(at.mono, Math.max(0, left)) }];
}

function endRecording(
  decision: Decision,
  recording: Recording,
  { recorded }: Orphans,
  laneOf: LaneOf,
): Recording | undefined {
  if (recording.status === 'ended') return undefined;
  const { stamp: now } = decision;
  const { id, type, reference_id: of } = recording;
  const ended: Recording = {
    ...recording,
    status: 'ended',
    paused: false,
    duration: recorded.get(id) ?? 0,
    tm_end: now,
    tm_update: now,
  };
  decision.put('recording', ended);
  decision.emit('recording_finished', type === 'call' ? laneOf(of) : of, ended);
  return ended;
}
