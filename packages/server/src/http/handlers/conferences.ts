import type { Conference } from '@parley/contract';
import { checkConference } from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { invalidBody } from '../invalid-body.ts';
import { invalidFlow } from '../invalid-flow.ts';
import { answer, type Outcome, refuse, refuseForNow } from '../outcome.ts';
import { findOwned, findOwnedOrEnded, notFound } from '../presence.ts';

type ConferenceHandlers = Pick<
  Handlers,
  'createConference' | 'updateConference' | 'deleteConference' | 'removeConferenceCall'
>;

/** Conferences last; one that is closed makes room. */
const fullMs = 60_000;

/** The call centre keeps conferences in memory and writes them; what it answers is durable. */
export function createConferenceHandlers({ deps }: HandlerContext): ConferenceHandlers {
  const newId = (): string => deps.chance.id();
  const reread = async (id: string, customerId: string): Promise<Outcome<Conference>> => {
    const found = await findOwnedOrEnded(deps, 'conference', id, customerId);
    return found.ok ? answer(found.value.row) : found;
  };
  return {
    async createConference({ caller, body }) {
      const checked = checkOf(body, newId);
      if (!checked.ok) return checked;
      const full = deps.commands.noRoomForConference;
      if (full !== undefined) return refuseForNow('UNAVAILABLE', { problem: full }, fullMs);
      const { type, name = '', detail = '', data = {}, timeout = 0 } = body;
      const settings = { customerId: caller.customer.id, type, name, detail, data, timeout, lane: undefined };
      const { conference } = await deps.commands.decide((centre, at) =>
        centre.createConference({ ...settings, ...checked.value }, at),
      );
      if (conference === undefined) throw new Error('a conference was not made');
      return answer(conference);
    },
    async updateConference({ caller, params: { id }, body }) {
      const found = await findOwned(deps, 'conference', id, caller.customer.id);
      if (!found.ok) return found;
      const checked = checkOf(body, newId, found.value.row);
      if (!checked.ok) return checked;
      const { pre_actions: pre, post_actions: post, ...settings } = body;
      const actions = {
        ...(pre !== undefined && { preActions: checked.value.preActions }),
        ...(post !== undefined && { postActions: checked.value.postActions }),
      };
      const { status, row } = await deps.commands.decide((centre, at) => {
        const before = centre.liveConference(id)?.row.status;
        const decision = centre.updateConference(id, { ...settings, ...actions }, at);
        return { decision, status: before, row: centre.liveConference(id)?.row };
      });
      return status === 'progressing' && row !== undefined ? answer(row) : closing();
    },
    async deleteConference({ caller, params: { id } }) {
      const found = await findOwned(deps, 'conference', id, caller.customer.id);
      if (!found.ok) return found;
      const { status } = await deps.commands.decide((centre, at) => {
        const before = centre.liveConference(id)?.row.status;
        return { decision: centre.closeConference(id, at), status: before };
      });
      return status === 'progressing' ? await reread(id, caller.customer.id) : closing();
    },
    async removeConferenceCall({ caller, params: { id, call_id: callId } }) {
      const found = await findOwned(deps, 'conference', id, caller.customer.id);
      if (!found.ok) return found;
      const inside = await deps.commands.decide((centre, at) => {
        const there = centre.liveConference(id)?.row.call_ids.includes(callId) === true;
        const asked = there ? callId : '';
        return { decision: centre.handle({ kind: 'ejectRequested', callId: asked }, at), there };
      });
      return inside.there ? await reread(id, caller.customer.id) : notFound('call', callId);
    },
  };
}

/** Its actions, checked and completed, or why it cannot be as it was asked for. */
function checkOf(...asked: Parameters<typeof checkConference>) {
  const checked = checkConference(...asked);
  switch (checked.kind) {
    case 'ok':
      return answer({ preActions: checked.preActions, postActions: checked.postActions });
    case 'invalid':
      return invalidBody(checked.problems);
    case 'invalidFlow':
      return invalidFlow(checked.problems);
  }
}

function closing() {
  return refuse('STATE_INVALID', { problem: 'the conference is being closed' });
}
