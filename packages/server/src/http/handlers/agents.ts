import { type Agent, isId } from '@parley/contract';
import {
  type AgentDecision,
  agentInUse,
  changePassword,
  createAgent,
  createLogin,
  deleteAgent,
  type Draft,
  endLogin,
  endSessions,
  extendWrapUp,
  finishWrapUp,
  setAgentStatus,
  type Stored,
  updateAgent,
} from '@parley/core';
import type { Caller } from '../authentication.ts';
import type { HandlerContext, Handlers } from '../handler.ts';
import { invalidBody } from '../invalid-body.ts';
import { answer, type Outcome, refuse, refuseForNow } from '../outcome.ts';
import { listMatching } from '../page.ts';
import { findOwned, notFound } from '../presence.ts';
import { holdTags } from './held-tags.ts';

type AgentHandlers = Pick<
  Handlers,
  | 'listAgents'
  | 'createAgent'
  | 'getAgent'
  | 'explainAgent'
  | 'updateAgent'
  | 'updateAgentAddresses'
  | 'updateAgentTagIds'
  | 'updateAgentStatus'
  | 'changeAgentWrapUp'
  | 'updateAgentPermission'
  | 'updateAgentPassword'
  | 'deleteAgent'
>;

/** How soon to try again when too many passwords wait to be hashed. */
export const hashingRetryMs = 2_000;

export function createAgentHandlers({ deps, change }: HandlerContext): AgentHandlers {
  /** An agent finds itself alone. */
  const find = async (id: string, { customer, session }: Caller): Promise<Outcome<Stored<'agent'>>> =>
    session !== undefined && session.agent_id !== id
      ? notFound('agent', id)
      : await findOwned(deps, 'agent', id, customer.id);
  /** Reads the agent, decides, and answers it as it is then. */
  const changing = (
    id: string,
    caller: Caller,
    decide: (draft: Draft, stored: Stored<'agent'>) => Outcome<Agent> | Promise<Outcome<Agent>>,
  ): Promise<Outcome<Agent>> =>
    change('agent', async (draft) => {
      const found = await find(id, caller);
      return found.ok ? await decide(draft, found.value) : found;
    });
  const loginOf = async (id: string) => {
    const [login, sessions] = await Promise.all([
      deps.store.get('login', id),
      deps.store.findByParent('session', id),
    ]);
    if (login === undefined) throw new Error(`the agent ${id} has no login`);
    return { login, sessions };
  };

  return {
    async listAgents({ caller, query }) {
      const { tag_ids: tags, status, ...page } = query;
      const wanted = tags === undefined ? undefined : tags.split(',');
      const wrong = wanted?.find((id) => !isId(id));
      if (wrong !== undefined) return badTagIds(wrong);
      return await listMatching(
        deps,
        'agent',
        caller.customer.id,
        page,
        (agent) =>
          (status === undefined || agent.status === status) &&
          (wanted === undefined || agent.tag_ids.some((id) => wanted.includes(id))),
      );
    },
    async createAgent({ caller, body }) {
      const { password, ...details } = body;
      const hash = await deps.passwords.hash(password);
      if (hash === undefined) return tooManyPasswords();
      return await change('agent', async (draft) => {
        const held = await holdTags(deps, draft, caller.customer.id, details.tag_ids);
        if (!held.ok) return held;
        const decision = createAgent(draft, deps.chance, caller.customer.id, details);
        if (decision.ok) createLogin(draft, decision.agent, hash);
        return toOutcome(decision);
      });
    },
    async getAgent({ caller, params }) {
      const found = await find(params.id, caller);
      return found.ok ? answer(found.value.row) : found;
    },
    async explainAgent({ caller, params: { id } }) {
      const found = await find(id, caller);
      if (!found.ok) return found;
      const explanation = deps.commands.explainAgent(id);
      return explanation === undefined ? notFound('agent', id) : answer(explanation);
    },
    updateAgent: ({ caller, params, body }) =>
      changing(params.id, caller, (draft, stored) => toOutcome(updateAgent(draft, stored, body))),
    updateAgentAddresses: ({ caller, params, body }) =>
      changing(params.id, caller, (draft, stored) => toOutcome(updateAgent(draft, stored, body))),
    updateAgentTagIds: ({ caller, params, body }) =>
      changing(params.id, caller, async (draft, stored) => {
        const held = await holdTags(deps, draft, caller.customer.id, body.tag_ids, stored.row.tag_ids);
        return held.ok ? toOutcome(updateAgent(draft, stored, body)) : held;
      }),
    updateAgentStatus: ({ caller, params, body }) =>
      changing(params.id, caller, (draft, stored) =>
        answer(setAgentStatus(draft, stored, body.status, body.reason)),
      ),
    changeAgentWrapUp: ({ caller, params, body: { extend_seconds: seconds, finish } }) =>
      changing(params.id, caller, (draft, stored) => {
        if ((seconds === undefined) === (finish === undefined)) return oneOfWrapUp();
        const decision =
          seconds === undefined ? finishWrapUp(draft, stored) : extendWrapUp(draft, stored, seconds);
        return decision.ok ? answer(decision.agent) : refuse('STATE_INVALID', { problem: decision.problem });
      }),
    updateAgentPermission: ({ caller, params, body }) =>
      changing(params.id, caller, (draft, stored) => toOutcome(updateAgent(draft, stored, body))),
    async updateAgentPassword({ caller, params, body }) {
      const found = await find(params.id, caller);
      if (!found.ok) return found;
      const hash = await deps.passwords.hash(body.password);
      if (hash === undefined) return tooManyPasswords();
      return await changing(params.id, caller, async (draft, stored) => {
        const { login, sessions } = await loginOf(params.id);
        const account = { agent: stored, login, sessions };
        const agent = endSessions(
          draft,
          account,
          sessions.map(({ row }) => row.id),
        );
        changePassword(draft, login, hash);
        return answer(agent);
      });
    },
    deleteAgent: ({ caller, params }) =>
      changing(params.id, caller, async (draft, stored) => {
        const problem = agentInUse(stored.row);
        if (problem !== undefined) return refuse('STATE_INVALID', { problem });
        const { login, sessions } = await loginOf(params.id);
        endLogin(draft, login, sessions);
        return answer(deleteAgent(draft, stored));
      }),
  };
}

/** Hashing is slow on purpose, and what waits for it is bounded. */
export function tooManyPasswords() {
  const problem = 'too many passwords are being looked at';
  return refuseForNow('UNAVAILABLE', { problem }, hashingRetryMs);
}

function toOutcome(decision: AgentDecision): Outcome<Agent> {
  return decision.ok ? answer(decision.agent) : invalidBody(decision.problems);
}

function oneOfWrapUp() {
  const message = 'is one of two: `extend_seconds` or `finish` has to be there, and not both';
  return invalidBody([{ in: 'body', path: '', reason: 'not_one_of', message }]);
}

function badTagIds(id: string) {
  const message = `names "${id}", which is not an id`;
  return refuse('INVALID_ARGUMENT', { problem: `"tag_ids" in the query ${message}` }, [
    { in: 'query', path: 'tag_ids', reason: 'wrong_form', message },
  ]);
}
