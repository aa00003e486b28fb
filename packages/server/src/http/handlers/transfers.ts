import { callCommandRefusal, completeAddress } from '@parley/contract';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, refuse } from '../outcome.ts';
import { findOwned } from '../presence.ts';
import { reachable, unreachable } from '../reachable.ts';

type TransferHandlers = Pick<Handlers, 'createTransfer'>;

export function createTransferHandlers({ deps }: HandlerContext): TransferHandlers {
  return {
    async createTransfer({ caller, body }) {
      const { transferer_call_id: callId, transfer_type: type, transferee_addresses: asked } = body;
      const customerId = caller.customer.id;
      const found = await findOwned(deps, 'call', callId, customerId);
      if (!found.ok) return found;
      const call = deps.calls.live(callId);
      if (call === undefined) return refuse('CALL_ALREADY_HANGUP', { id: callId });
      const refusal = callCommandRefusal('transfer', call);
      if (refusal !== undefined) return { ok: false, error: refusal };
      const addresses = asked.map(completeAddress);
      const planned = await deps.locate({
        customerId,
        source: deps.commands.transferSource(callId, type) ?? call.source,
        destinations: addresses,
        anonymous: 'auto',
      });
      const destinations = reachable(planned);
      if (destinations.length === 0) return unreachable(planned, 'transferee_addresses');
      const { problem, transfer } = await deps.commands.decide((centre, at) =>
        centre.transfer(callId, { type, addresses, destinations, byRefer: false }, at),
      );
      if (transfer === undefined) return refuse('STATE_INVALID', { problem: problem ?? 'the call is over' });
      return answer(transfer);
    },
  };
}
