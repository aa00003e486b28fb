import {
  type Agent,
  type Call,
  callCommandRefusal,
  completeAddress,
  type Supervision,
  type SupervisionCreate,
} from '@parley/contract';
import { legsOf, maySupervise, type SupervisionOutcome, type Supervisor } from '@parley/core';
import type { Caller } from '../authentication.ts';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome, refuse, refuseForNow } from '../outcome.ts';
import { findOwned } from '../presence.ts';
import { reachable, unreachable } from '../reachable.ts';

type SupervisionHandlers = Pick<
  Handlers,
  'superviseCall' | 'getSupervision' | 'updateSupervision' | 'endSupervision'
>;

/** Calls end all the time. */
const busyMs = 1000;

export function createSupervisionHandlers(context: HandlerContext): SupervisionHandlers {
  const { deps } = context;
  /** The call, for one who may supervise it. */
  const callFor = async (caller: Caller, id: string): Promise<Outcome<Call>> => {
    const permitted = await permittedCaller(context, caller);
    if (!permitted.ok) return permitted;
    const found = await findOwned(deps, 'call', id, caller.customer.id);
    return found.ok ? answer(found.value.row) : found;
  };
  /** Its supervision now; an agent changes its own alone. */
  const present = async (caller: Caller, id: string): Promise<Outcome<Supervision>> => {
    const call = await callFor(caller, id);
    if (!call.ok) return call;
    const now = deps.commands.supervision(id)?.now;
    return now === undefined ? refuse('SUPERVISION_NOT_FOUND', { id }) : answer(now);
  };
  const own = async (caller: Caller, id: string): Promise<Outcome<Supervision>> => {
    const found = await present(caller, id);
    if (!found.ok || caller.session === undefined || found.value.agent_id === caller.session.agent_id)
      return found;
    return refuse('PERMISSION_DENIED', { problem: 'somebody else supervises this call' });
  };

  return {
    async superviseCall({ caller, params: { id }, body }) {
      const found = await callFor(caller, id);
      if (!found.ok) return found;
      const supervisor = await supervisorOf(context, caller, id, body);
      if (!supervisor.ok) return supervisor;
      // What is stored may be behind by a commit; from here to the decision nothing else is decided.
      const call = deps.calls.live(id);
      if (call === undefined) return refuse('CALL_ALREADY_HANGUP', { id });
      const refusal = callCommandRefusal('supervise', call);
      if (refusal !== undefined) return { ok: false, error: refusal };
      const wish = { kind: 'begin', mode: body.mode, supervisor: supervisor.value } as const;
      const { outcome } = await deps.commands.decide((centre, at) => centre.supervise(id, wish, at));
      return replyOf(outcome, id);
    },
    getSupervision: ({ caller, params: { id } }) => present(caller, id),
    async updateSupervision({ caller, params: { id }, body: { mode } }) {
      const found = await own(caller, id);
      if (!found.ok) return found;
      const wish = { kind: 'change', mode } as const;
      const { outcome } = await deps.commands.decide((centre, at) => centre.supervise(id, wish, at));
      return replyOf(outcome, id);
    },
    async endSupervision({ caller, params: { id } }) {
      const found = await own(caller, id);
      if (!found.ok) return found;
      const { outcome } = await deps.commands.decide((centre, at) =>
        centre.supervise(id, { kind: 'end' }, at),
      );
      return replyOf(outcome, id);
    },
  };
}

function replyOf(outcome: SupervisionOutcome, id: string): Outcome<Supervision> {
  switch (outcome.kind) {
    case 'ok':
      return answer(outcome.supervision);
    case 'none':
      return refuse('SUPERVISION_NOT_FOUND', { id });
    case 'refused':
      return refuse('STATE_INVALID', { problem: outcome.problem });
  }
}

/** An access key may; an agent needs the permission for it. */
async function permittedCaller(
  { deps }: HandlerContext,
  { customer, session }: Caller,
): Promise<Outcome<undefined>> {
  if (session === undefined) return answer(undefined);
  const agent = await findOwned(deps, 'agent', session.agent_id, customer.id);
  return agent.ok ? permitted(agent.value.row) : agent;
}

function permitted(agent: Agent): Outcome<undefined> {
  const problem = `the agent ${agent.id} has no permission to supervise (none of the bits 1, 32 and 64)`;
  return maySupervise(agent) ? answer(undefined) : refuse('PERMISSION_DENIED', { problem });
}

/** Who is meant by a request, and how it is reached. Who has the token of an agent supervises itself. */
async function supervisorOf(
  context: HandlerContext,
  caller: Caller,
  id: string,
  body: SupervisionCreate,
): Promise<Outcome<Supervisor>> {
  const asked = { ...body };
  const named = [asked.agent_id, asked.destinations, asked.call_id].filter((each) => each !== undefined);
  if (caller.session !== undefined && named.length === 0) asked.agent_id = caller.session.agent_id;
  else if (named.length !== 1) return notOne();
  const { agent_id: agentId, destinations, call_id: callId } = asked;
  if (caller.session !== undefined && (destinations !== undefined || !isSelf(caller, agentId)))
    return refuse('PERMISSION_DENIED', { problem: 'an agent supervises itself, at its own addresses' });
  if (callId !== undefined) return await onTheLine(context, caller, callId);
  if (agentId !== undefined) return await calledAgent(context, caller, id, agentId);
  return await called(context, caller, id, {
    agentId: undefined,
    addresses: (destinations ?? []).map(completeAddress),
    path: 'destinations',
  });
}

function isSelf({ session }: Caller, agentId: string | undefined): boolean {
  return agentId === undefined || agentId === session?.agent_id;
}

function notOne() {
  const problem = 'one of "agent_id", "destinations" and "call_id" says who supervises';
  return refuse('INVALID_ARGUMENT', { problem }, [
    { in: 'body', path: '', reason: 'wrong_form', message: problem },
  ]);
}

/** A call of the agent, for an agent. */
async function onTheLine(
  { deps }: HandlerContext,
  { customer, session }: Caller,
  callId: string,
): Promise<Outcome<Supervisor>> {
  const found = await findOwned(deps, 'call', callId, customer.id);
  if (!found.ok) return found;
  const { owner_type: type, owner_id: owner } = found.value.row;
  if (session !== undefined && (type !== 'agent' || owner !== session.agent_id))
    return refuse('PERMISSION_DENIED', { problem: 'it is not a call of the agent' });
  return answer({ kind: 'onTheLine', callId });
}

async function calledAgent(
  context: HandlerContext,
  caller: Caller,
  id: string,
  agentId: string,
): Promise<Outcome<Supervisor>> {
  const found = await findOwned(context.deps, 'agent', agentId, caller.customer.id);
  if (!found.ok) return found;
  const agent = found.value.row;
  const may = permitted(agent);
  if (!may.ok) return may;
  const { id: target, name } = agent;
  const address = { type: 'agent', target, target_name: '', name, detail: '' } as const;
  return await called(context, caller, id, { agentId, addresses: [address], path: 'agent_id' });
}

interface Called {
  readonly agentId: string | undefined;
  readonly addresses: Agent['addresses'];
  /** The field that says who it is. */
  readonly path: string;
}

async function called(
  { deps }: HandlerContext,
  { customer: { id: customerId } }: Caller,
  id: string,
  { agentId, addresses, path }: Called,
): Promise<Outcome<Supervisor>> {
  const source = deps.commands.supervision(id)?.party;
  if (source === undefined) return refuse('CALL_ALREADY_HANGUP', { id });
  const planned = await deps.locate({ customerId, source, destinations: addresses, anonymous: 'auto' });
  const destinations = reachable(planned);
  if (destinations.length === 0) return unreachable(planned, path);
  const full = deps.commands.noRoomFor(customerId, destinations.flatMap(legsOf).length);
  if (full !== undefined) return refuseForNow('UNAVAILABLE', { problem: full }, busyMs);
  return answer({ kind: 'called', agentId, destinations, source });
}
