import { type Agent, type Call, type HangupReason, nilId, notYet } from '@parley/contract';
import { busyReasons, isBusyWith, restAfterCall } from '../agent/wrap-up.ts';
import { cause, causeOfStatus } from '../call/cause.ts';
import { isEnding } from '../call/live-call.ts';
import { roomFlow } from '../call/outgoing.ts';
import type { Sitting } from '../call/sitting.ts';
import type { Turn } from '../call/turn.ts';
import type { PlannedDestination } from '../dial/plan.ts';
import { noVariables } from '../flow/variables.ts';
import { withAutoAnswer } from '../dial/auto-answer.ts';
import { breakOff, skipTo } from '../flow/walk.ts';
import { dialGroup, hangUpGroup } from '../group/group.ts';
import { limits } from '../limits.ts';
import { afterMs, type Monotonic } from '../ports/moment.ts';
import { closeRoom, createRoom } from '../room/room.ts';
import { briefingOf, isBriefed } from './agent-announcement.ts';
import { agentLeft, callCaller, callerLocated } from './calling-back.ts';
import { noteOutcome } from './explain.ts';
import type { LiveAgent, Offer, Visit } from './live-queue.ts';
import { changeVisit, setStatus } from './queue-rows.ts';
import { beginTalk, leaveToThem } from './talk.ts';
import { countTalk } from './today.ts';

/** Rings agents for a caller: where they are has to be found out first. */
export function offer(sitting: Sitting, visit: Visit, agents: readonly LiveAgent[]): void {
  const { decision, chance } = sitting;
  const deadline = afterMs(decision.at.mono, limits.locateMs);
  for (const agent of agents) {
    const request = chance.id();
    visit.offers = [...visit.offers, { agentId: agent.row.id, request, groupId: undefined, deadline }];
    agent.visitId = visit.row.id;
    setStatus(sitting, agent, 'ringing');
    decision.effect({
      kind: 'locate',
      callId: visit.callback === undefined ? visit.callId : visit.row.id,
      request,
      customerId: visit.row.customer_id,
      source: visit.row.source,
      destinations: agent.row.addresses,
      anonymous: 'auto',
      flowId: nilId,
      forOffer: true,
    });
  }
}

/** Where an agent is has been found out, if that is what was asked. True: it was. */
export function agentLocated(
  { sitting, live }: Turn,
  request: string,
  destinations: readonly PlannedDestination[],
): boolean {
  const visit = live.visitId === undefined ? undefined : sitting.visits.find(live.visitId);
  const open = visit?.offers.find((each) => each.request === request);
  if (visit === undefined || open === undefined) return false;
  const agent = sitting.agents.find(open.agentId);
  if (agent !== undefined && !isEnding(live)) ring(sitting, visit, agent, destinations);
  return true;
}

/** The same of a caller who is called back: nobody is on its line, so it is the visit that hears of it. */
export function locatedForCallback(
  sitting: Sitting,
  visitId: string,
  request: string,
  destinations: readonly PlannedDestination[],
): void {
  const visit = sitting.visits.find(visitId);
  if (visit?.callback === undefined) return;
  if (visit.callback.request === request) return callerLocated(sitting, visit, destinations);
  const open = visit.offers.find((each) => each.request === request);
  const agent = open && sitting.agents.find(open.agentId);
  if (agent !== undefined) ring(sitting, visit, agent, destinations);
}

function ring(
  sitting: Sitting,
  visit: Visit,
  agent: LiveAgent,
  destinations: readonly PlannedDestination[],
): void {
  const { customer_id: customerId, id: visitId } = visit.row;
  const { id: agentId } = agent.row;
  const roomId = roomOf(sitting, visit);
  changeOffer(visit, agentId, { request: undefined, deadline: undefined });
  const group = dialGroup(sitting, {
    orders: {
      customerId,
      source: visit.row.source,
      flow: roomFlow(sitting, customerId, roomId, briefingOf(visit.rules)),
      variables: noVariables,
      masterCallId: visit.callId,
      chained: visit.callback === undefined,
      lane: visit.lane,
      timeoutMs: visit.rules.no_answer.timeout_seconds * 1000,
      early: false,
      agentId,
      offered: true,
    },
    destinations: agent.row.auto_answer ? destinations.map(withAutoAnswer) : destinations,
    ringMethod: agent.row.ring_method === 'linear' ? 'linear' : 'ring_all',
    answered: (later, callId) => agentAnswered(later, visitId, agentId, callId),
    unanswered: (later, reason, status) =>
      agentMissed(later, visitId, agentId, isDeclined(status) ? 'rejected' : reason),
  });
  changeOffer(visit, agentId, { groupId: group.row.id });
  if (visit.row.status !== 'wait') return;
  const { stamp } = sitting.decision;
  changeVisit(
    sitting,
    visit,
    { status: 'entering', service_agent_id: agentId, tm_service: stamp },
    'queuecall_entering',
  );
}

/** What phones answer when somebody does not want the call; the call itself was just not answered. */
function isDeclined(status: number): boolean {
  return causeOfStatus(status) === cause.rejected;
}

/** Both come into it with the agent's answer; until then it is nobody's to close. */
function roomOf(sitting: Sitting, visit: Visit): string {
  if (visit.roomId !== undefined) return visit.roomId;
  const room = createRoom(sitting, {
    type: 'connect',
    customerId: visit.row.customer_id,
    lane: visit.lane,
    referenceType: 'queue',
    referenceId: visit.row.id,
    conferenceId: undefined,
  });
  room.keepOpen = true;
  visit.roomId = room.row.id;
  return room.row.id;
}

/** Of several who are rung the first counts. It has the caller, or is told of it first. */
function agentAnswered(sitting: Sitting, visitId: string, agentId: string, callId: string): void {
  const visit = sitting.visits.find(visitId);
  const agent = sitting.agents.find(agentId);
  const own = visit?.offers.find((each) => each.agentId === agentId);
  if (visit === undefined || agent === undefined || own === undefined) return;
  const others = visit.offers.filter((each) => each !== own);
  visit.offers = [own];
  for (const other of others) withdraw(sitting, visit, other);
  if (!isBriefed(visit.rules)) return takeCaller(sitting, visit, agent);
  agent.briefedOn = callId;
  changeOffer(visit, agentId, { deadline: afterMs(sitting.decision.at.mono, limits.briefingMs) });
}

/** It has been told of the caller, and takes it. */
export function acceptCaller({ live, sitting }: Turn): void {
  const agent = live.agentId === undefined ? undefined : sitting.agents.find(live.agentId);
  if (agent?.visitId === undefined || agent.briefedOn !== live.call.id) return;
  const visit = sitting.visits.find(agent.visitId);
  if (visit?.offers.some((each) => each.agentId === agent.row.id) === true) takeCaller(sitting, visit, agent);
}

/** Whoever knows the key need not hear the rest. */
export function keyPressedByAgent(turn: Turn, key: string): void {
  const { live, sitting } = turn;
  const agent = live.agentId === undefined ? undefined : sitting.agents.find(live.agentId);
  if (agent?.visitId === undefined || agent.briefedOn !== live.call.id) return;
  if (sitting.visits.find(agent.visitId)?.rules.confirm_key === key) skipTo(turn, 'agent_accept');
}

/** Nobody has said where an agent is, or what it hears of the caller takes too long. */
export function offerDue(sitting: Sitting, visit: Visit, agentId: string): void {
  const leg = sitting.agents.find(agentId)?.briefedOn;
  if (leg === undefined) return agentMissed(sitting, visit.row.id, agentId, 'failed');
  changeOffer(visit, agentId, { deadline: undefined });
  sitting.later(leg, (turn) => skipTo(turn, 'agent_accept'));
}

function takeCaller(sitting: Sitting, visit: Visit, agent: LiveAgent): void {
  const { mono } = sitting.decision.at;
  visit.offers = [];
  noteOutcome(sitting, visit, 'answered', agent.row.id);
  visit.row = { ...visit.row, service_agent_id: agent.row.id };
  agent.briefedOn = undefined;
  agent.missed = 0;
  agent.serving = { since: mono, rest: visit.rules };
  // Whoever has said while it rang what to be next is that, and talks all the same.
  if (isOurs(agent.row) || agent.row.status === 'available')
    setStatus(sitting, agent, 'busy', busyReasons.service);
  if (visit.callback !== undefined) return callCaller(sitting, visit, visit.callback);
  visit.servedAt = mono;
  // By then the agent's leg is in the room: its flow takes it there.
  sitting.later(visit.callId, (caller) => bringTogether(caller, visit));
}

/** What the caller hears is broken off, and it goes to the agent. From here on both hear each other. */
function bringTogether(turn: Turn, visit: Visit): void {
  const { live, sitting } = turn;
  const { roomId, servedAt } = visit;
  if (roomId === undefined || servedAt === undefined) return;
  // It hangs up, or was put out, at this very moment: the agent does not wait for it in the room.
  if (live.visitId !== visit.row.id || isEnding(live)) return closeRoom(sitting, roomId);
  leaveToThem(sitting, roomId);
  breakOff(turn, visit.actionId, [{ type: 'confbridge_join', option: { confbridge_id: roomId } }]);
  if (live.roomId === roomId) beginTalk(sitting, visit, servedAt);
}

/** An agent did not take the caller, who goes back to its place in the line when nobody else is rung. */
export function agentMissed(sitting: Sitting, visitId: string, agentId: string, reason: MissReason): void {
  const agent = sitting.agents.find(agentId);
  const visit = sitting.visits.find(visitId);
  if (agent?.visitId === visitId) missedBy(sitting, agent, visit, reason);
  // Whoever chose to be away while it was rung may have been deleted since.
  if (agent === undefined && visit !== undefined) noteOutcome(sitting, visit, outcomeOf(reason), agentId);
  if (visit?.offers.some((each) => each.agentId === agentId) !== true) return;
  visit.offers = visit.offers.filter((each) => each.agentId !== agentId);
  if (visit.sticky?.agentId === agentId) preferNobody(visit);
  if (visit.offers.length > 0) return;
  const { roomId } = visit;
  visit.roomId = undefined;
  if (visit.row.status === 'entering')
    changeVisit(
      sitting,
      visit,
      { status: 'wait', service_agent_id: nilId, tm_service: notYet },
      'queuecall_waiting',
    );
  if (roomId !== undefined) closeRoom(sitting, roomId);
  sitting.matchAgain(visit.row.customer_id);
}

function missedBy(sitting: Sitting, agent: LiveAgent, visit: Visit | undefined, reason: MissReason): void {
  agent.visitId = undefined;
  // Nobody is to blame for a caller who gave up, or was taken elsewhere, while the phone rang.
  if (visit === undefined) return setFree(sitting, agent);
  const why = outcomeOf(reason);
  noteOutcome(sitting, visit, why, agent.row.id);
  if (why === 'withdrawn') return setFree(sitting, agent);
  const { delay_seconds: delays, max } = visit.rules.no_answer;
  agent.missed += 1;
  // Whose phone is gone rests until it is back, and no longer.
  if (sitting.house.phones.isReachable(agent.row))
    agent.notBefore = afterMs(
      sitting.decision.at.mono,
      Math.max(delays[why] * 1000, why === 'failed' ? limits.failedRestMs : 0),
    );
  const most = agent.row.max_no_answers === 0 ? max : agent.row.max_no_answers;
  if (most === 0 || agent.missed < most) return setFree(sitting, agent);
  agent.missed = 0;
  if (isOurs(agent.row) || agent.row.status === 'available')
    setStatus(sitting, agent, 'away', `missed_${why}`);
}

/** Who has not taken the caller is not waited for. */
function preferNobody(visit: Visit): void {
  visit.sticky = undefined;
  visit.heldUntil = undefined;
}

/** Why a leg ended, or that the agent has declined: at once, or when it had heard of the caller. */
type MissReason = HangupReason | 'rejected';

const missWords: Readonly<Partial<Record<MissReason, 'noanswer' | 'busy' | 'rejected'>>> = {
  dialout: 'noanswer',
  noanswer: 'noanswer',
  timeout: 'noanswer',
  busy: 'busy',
  rejected: 'rejected',
};

/** `withdrawn`: the agent has missed nobody. */
function outcomeOf(reason: MissReason): 'withdrawn' | 'noanswer' | 'busy' | 'rejected' | 'failed' {
  return reason === 'cancel' || reason === 'normal' ? 'withdrawn' : (missWords[reason] ?? 'failed');
}

/** Agents who are rung for a caller are rung no more. */
export function withdrawOffers(sitting: Sitting, visit: Visit): void {
  const { offers, roomId } = visit;
  visit.offers = [];
  if (roomId !== undefined && visit.servedAt === undefined) closeRoom(sitting, roomId);
  for (const open of offers) withdraw(sitting, visit, open);
}

function withdraw(sitting: Sitting, visit: Visit, { agentId, groupId }: Offer): void {
  noteOutcome(sitting, visit, 'withdrawn', agentId);
  if (groupId !== undefined) return hangUpGroup(sitting, groupId);
  const agent = sitting.agents.find(agentId);
  if (agent?.visitId !== visit.row.id) return;
  agent.visitId = undefined;
  setFree(sitting, agent);
}

/** What Parley has set it to, which nobody has chosen. */
function isOurs(row: Agent): boolean {
  return row.status === 'ringing' || isBusyWith(row, 'service', 'wrapUp');
}

/** It may be offered somebody, from now on or from when it may. */
function setFree(sitting: Sitting, agent: LiveAgent): void {
  agent.idleSince = sitting.decision.at.mono;
  if (isOurs(agent.row)) setStatus(sitting, agent, 'available');
  sitting.matchAgain(agent.row.customer_id);
}

/** The leg of an agent is over: it rests, and then is offered the next caller. */
export function agentCallEnded({ live, sitting }: Turn): void {
  const agent = live.agentId === undefined ? undefined : sitting.agents.find(live.agentId);
  if (agent === undefined) return deletedAgentLeft(sitting, live.agentId);
  if (agent.briefedOn === live.call.id) return notTaken(sitting, agent, live.call);
  if (agent.serving === undefined || live.call.tm_progressing === notYet) return;
  const { serving } = agent;
  const { mono, wall } = sitting.decision.at;
  if (agent.visitId !== undefined) agentLeft(sitting, agent.visitId, agent.row.id);
  agent.visitId = undefined;
  agent.serving = undefined;
  countTalk(sitting.house, agent, mono - serving.since);
  // Whoever has said meanwhile what to be next is that.
  if (agent.row.status === 'available') return setFree(sitting, agent);
  if (!isBusyWith(agent.row, 'service')) return;
  const restEnd = restAfterCall(agent.row, serving.rest, wall);
  if (restEnd === undefined) return setFree(sitting, agent);
  setStatus(sitting, agent, 'busy', busyReasons.wrapUp, restEnd);
}

/** Who has chosen to be away in the middle of it can be deleted: a caller whom it was to be called back by is rung no more. */
function deletedAgentLeft(sitting: Sitting, agentId: string | undefined): void {
  if (agentId === undefined) return;
  for (const { row, callback } of sitting.house.visits.values())
    if (callback !== undefined && row.service_agent_id === agentId) agentLeft(sitting, row.id, agentId);
}

/** It was told of a caller and has not taken it; or the caller did not wait for that, which is nobody's fault. */
function notTaken(sitting: Sitting, agent: LiveAgent, { hangup_by: by }: Call): void {
  const { visitId, row } = agent;
  agent.briefedOn = undefined;
  if (visitId === undefined) return;
  const isOpen = sitting.visits.find(visitId)?.offers.some((each) => each.agentId === row.id) === true;
  agentMissed(sitting, visitId, row.id, !isOpen ? 'cancel' : by === 'remote' ? 'rejected' : 'noanswer');
}

/** The rest after a caller is over, or the time has come to be offered again. */
export function agentDue(sitting: Sitting, agentId: string): void {
  const agent = sitting.agents.find(agentId);
  if (agent === undefined) return;
  const { mono } = sitting.decision.at;
  if (agent.notBefore !== undefined && agent.notBefore <= mono) agent.notBefore = undefined;
  sitting.matchAgain(agent.row.customer_id);
  if (agent.wrapUpUntil === undefined || agent.wrapUpUntil > mono) return;
  agent.wrapUpUntil = undefined;
  if (isBusyWith(agent.row, 'wrapUp')) setFree(sitting, agent);
}

export function agentWakeTime({ notBefore, wrapUpUntil }: LiveAgent): Monotonic | undefined {
  if (notBefore === undefined || wrapUpUntil === undefined) return notBefore ?? wrapUpUntil;
  return notBefore < wrapUpUntil ? notBefore : wrapUpUntil;
}

function changeOffer(visit: Visit, agentId: string, changes: Partial<Offer>): void {
  visit.offers = visit.offers.map((each) => (each.agentId === agentId ? { ...each, ...changes } : each));
}
