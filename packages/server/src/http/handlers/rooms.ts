import type { HandlerContext, Handlers } from '../handler.ts';
import { answer } from '../outcome.ts';
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
  | 'listRecordings'
  | 'getRecording'
  | 'listTransfers'
  | 'getTransfer'
>;

/** Reads what calls leave behind where they meet; the call centre alone writes it. */
export function createRoomHandlers({ deps }: HandlerContext): RoomHandlers {
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
