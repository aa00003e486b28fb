import {
  type CallCreate,
  completeAddress,
  type Flow,
  formatTimestamp,
  limits,
  nilId,
} from '@parley/contract';
import { type DialRequest, legsOf, temporaryFlow, variablesOf } from '@parley/core';
import type { HttpDeps } from '../deps.ts';
import type { HandlerContext, Handlers } from '../handler.ts';
import { invalidBody } from '../invalid-body.ts';
import { invalidFlow } from '../invalid-flow.ts';
import { answer, type Outcome, refuseForNow } from '../outcome.ts';
import { findOwned } from '../presence.ts';
import { conferencesAmong, reachable, unreachable } from '../reachable.ts';

type OutgoingCallHandlers = Pick<Handlers, 'createCalls' | 'createGroupcall'>;

const notCalled = ', and a conference cannot be called: call its members, with conference_join as their flow';

/** Calls end all the time. */
const busyMs = 1000;

export function createOutgoingCallHandlers({ deps }: HandlerContext): OutgoingCallHandlers {
  return {
    async createCalls({ caller, body }) {
      const wanted = await prepared(deps, caller.customer.id, body);
      if (!wanted.ok) return wanted;
      const { calls, groupcalls } = await deps.commands.dial(wanted.value);
      return answer({ calls: [...calls], groupcalls: [...groupcalls] });
    },
    async createGroupcall({ caller, body: { ring_method: together = 'ring_all', ...body } }) {
      const wanted = await prepared(deps, caller.customer.id, body);
      if (!wanted.ok) return wanted;
      const { groupcalls } = await deps.commands.dial({ ...wanted.value, together });
      const [group] = groupcalls;
      if (group === undefined) throw new Error('a group was dialled, and there is none');
      return answer(group);
    },
  };
}

/** What is dialled for what was asked, or why nothing is. */
async function prepared(deps: HttpDeps, customerId: string, body: CallCreate): Promise<Outcome<DialRequest>> {
  const asked = body.destinations.map(completeAddress);
  const conferences = conferencesAmong(asked, 'destinations', notCalled);
  if (conferences.length > 0) return invalidBody(conferences);
  const flow = await flowFor(deps, customerId, body);
  if (!flow.ok) return flow;
  const variables = variablesOf(body.variables ?? {});
  if (variables === undefined) {
    const message = 'are too many, or too long together';
    return invalidBody([{ in: 'body', path: 'variables', reason: 'too_long', message }]);
  }
  const source = completeAddress(body.source);
  const anonymous = body.anonymous ?? 'auto';
  const planned = await deps.locate({ customerId, source, destinations: asked, anonymous });
  const destinations = reachable(planned);
  if (destinations.length === 0) return unreachable(planned, 'destinations');
  const full = deps.commands.noRoomFor(customerId, destinations.flatMap(legsOf).length);
  if (full !== undefined) return refuseForNow('UNAVAILABLE', { problem: full }, busyMs);
  const { timeout = limits.defaultDialSeconds, early_execution: early = false } = body;
  const orders = {
    customerId,
    source,
    flow: flow.value,
    variables,
    masterCallId: nilId,
    chained: false,
    lane: undefined,
    timeoutMs: timeout * 1000,
    early,
  };
  return answer({ orders, destinations });
}

/** What each call runs: the stored flow, or one just for this; none when neither is there. */
async function flowFor(
  deps: Pick<HttpDeps, 'store' | 'clock' | 'chance'>,
  customerId: string,
  { flow_id: flowId = nilId, actions = [] }: CallCreate,
): Promise<Outcome<Flow | undefined>> {
  if (flowId !== nilId) {
    const found = await findOwned(deps, 'flow', flowId, customerId);
    return found.ok ? answer(found.value.row) : found;
  }
  const decision = { stamp: formatTimestamp(deps.clock.now().wall) };
  const made = temporaryFlow({ chance: deps.chance, decision }, customerId, actions);
  return made.ok ? answer(made.flow) : invalidFlow(made.problems);
}
