import {
  type Address,
  type Call,
  callCommandRefusal,
  completeAddress,
  type TransferCreate,
} from '@parley/contract';
import type { PlannedDestination } from '@parley/core';
import type { HttpDeps } from '../deps.ts';
import type { HandlerContext, Handlers } from '../handler.ts';
import { invalidBody } from '../invalid-body.ts';
import { answer, type Outcome, refuse } from '../outcome.ts';
import { findOwned } from '../presence.ts';
import { conferencesAmong, reachable, unreachable } from '../reachable.ts';

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
      const reached = addresses.some((address) => address.type === 'conference')
        ? await intoConference(deps, customerId, type, addresses)
        : await reach(deps, call, type, addresses);
      if (!reached.ok) return reached;
      const destinations = reached.value;
      const { problem, transfer } = await deps.commands.decide((centre, at) =>
        centre.transfer(callId, { type, addresses, destinations, byRefer: false }, at),
      );
      if (transfer === undefined) return refuse('STATE_INVALID', { problem: problem ?? 'the call is over' });
      return answer(transfer);
    },
  };
}

/** Who is to be rung for it. */
async function reach(
  deps: Pick<HttpDeps, 'locate' | 'commands'>,
  call: Pick<Call, 'id' | 'customer_id' | 'source'>,
  type: TransferCreate['transfer_type'],
  destinations: readonly Address[],
): Promise<Outcome<readonly PlannedDestination[]>> {
  const source = deps.commands.transferSource(call.id, type) ?? call.source;
  const planned = await deps.locate({
    customerId: call.customer_id,
    source,
    destinations,
    anonymous: 'auto',
  });
  const found = reachable(planned);
  return found.length === 0 ? unreachable(planned, 'transferee_addresses') : answer(found);
}

/** Nobody is rung: those who are handed on go into the conference by themselves. */
async function intoConference(
  deps: Pick<HttpDeps, 'store'>,
  customerId: string,
  type: TransferCreate['transfer_type'],
  addresses: readonly Address[],
): Promise<Outcome<readonly PlannedDestination[]>> {
  const why =
    type === 'attended'
      ? ', and nobody in a conference can be asked first'
      : ', and then has to be the only address';
  if (type === 'attended' || addresses.length > 1)
    return invalidBody(conferencesAmong(addresses, 'transferee_addresses', why));
  const found = await findOwned(deps, 'conference', addresses[0]?.target ?? '', customerId);
  return found.ok ? answer([]) : found;
}
