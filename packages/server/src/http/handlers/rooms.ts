import { deleteGroupcall } from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, refuse } from '../outcome.ts';
import { listPage } from '../page.ts';
import { findOwned, findOwnedOrEnded } from '../presence.ts';

type RoomHandlers = Pick<
  Handlers,
  | 'listConferences'
  | 'getConference'
  | 'listConfbridges'
  | 'getConfbridge'
  | 'listGroupcalls'
  | 'getGroupcall'
  | 'deleteGroupcall'
  | 'hangupGroupcall'
  | 'listRecordings'
  | 'getRecording'
  | 'listTransfers'
  | 'getTransfer'
>;

/** What calls leave behind where they meet, which the call centre writes. */
export function createRoomHandlers({ deps, change }: HandlerContext): RoomHandlers {
  return {
    listConferences: ({ caller, query }) => listPage(deps, 'conference', caller.customer.id, query),
    async getConference({ caller, params }) {
      const found = await findOwnedOrEnded(deps, 'conference', params.id, caller.customer.id);
      return found.ok ? answer(found.value.row) : found;
    },
    listConfbridges: ({ caller, query }) => listPage(deps, 'confbridge', caller.customer.id, query),
    async getConfbridge({ caller, params }) {
      const found = await findOwnedOrEnded(deps, 'confbridge', params.id, caller.customer.id);
      return found.ok ? answer(found.value.row) : found;
    },
    listGroupcalls: ({ caller, query }) => listPage(deps, 'groupcall', caller.customer.id, query),
    async getGroupcall({ caller, params }) {
      const found = await findOwned(deps, 'groupcall', params.id, caller.customer.id);
      return found.ok ? answer(found.value.row) : found;
    },
    deleteGroupcall: ({ caller, params }) =>
      change('group dial', async (draft) => {
        const found = await findOwned(deps, 'groupcall', params.id, caller.customer.id);
        if (!found.ok) return found;
        if (found.value.row.status !== 'hangup')
          return refuse('STATE_INVALID', { problem: 'it is not over' });
        return answer(deleteGroupcall(draft, found.value));
      }),
    async hangupGroupcall({ caller, params: { id } }) {
      const found = await findOwned(deps, 'groupcall', id, caller.customer.id);
      if (!found.ok) return found;
      if (found.value.row.status === 'hangup') return refuse('GROUPCALL_ALREADY_HANGUP', { id });
      await deps.commands.decide((centre, at) => ({ decision: centre.hangUpGroup(id, at) }));
      const begun = await findOwned(deps, 'groupcall', id, caller.customer.id);
      return begun.ok ? answer(begun.value.row) : begun;
    },
    listRecordings: ({ caller, query }) => listPage(deps, 'recording', caller.customer.id, query),
    async getRecording({ caller, params }) {
      const found = await findOwned(deps, 'recording', params.id, caller.customer.id);
      return found.ok ? answer(found.value.row) : found;
    },
    listTransfers: ({ caller, query }) => listPage(deps, 'transfer', caller.customer.id, query),
    async getTransfer({ caller, params }) {
      const found = await findOwned(deps, 'transfer', params.id, caller.customer.id);
      return found.ok ? answer(found.value.row) : found;
    },
  };
}
