import { nilId } from '@parley/contract';
import { createActiveflow } from '../flow/activeflow.ts';
import { walkOn } from '../flow/walk.ts';
import type { Input } from '../inputs.ts';
import { afterMs } from '../ports/moment.ts';
import { cause } from './cause.ts';
import { legRow, terminate } from './leg.ts';
import type { Sitting } from './sitting.ts';

/** Somebody calls: the call is made, and its flow begins. One without a flow is refused. */
export function callOffered(sitting: Sitting, offer: Extract<Input, { kind: 'callOffered' }>): void {
  const { decision, chance } = sitting;
  const activeflowId = offer.flow === undefined ? nilId : chance.id();
  const turn = sitting.addCall({
    lane: offer.callId,
    call: legRow({ ...offer, activeflowId }, 'incoming', decision),
    activeflow: undefined,
    walk: undefined,
    sound: undefined,
    media: offer.mediaOpen ? 'open' : 'closed',
    opensFor: 'answer',
    earlyMedia: false,
    dialing: undefined,
    roomId: undefined,
    heldByPeer: false,
    visitId: undefined,
    passage: undefined,
    agentId: undefined,
    transferId: undefined,
    supervises: undefined,
    endCause: undefined,
    deadlines: {
      longestCall: afterMs(decision.at.mono, sitting.longestCallMs),
      openingMedia: undefined,
      unanswered: undefined,
      ending: undefined,
    },
  });
  const { live } = turn;
  if (offer.flow !== undefined) createActiveflow(turn, offer.flow);
  decision.put('call', live.call);
  decision.emit('call_created', live.lane, live.call);
  if (offer.flow === undefined) terminate(turn, cause.noAnswer);
  else walkOn(turn);
  if (live.call.status === 'ringing' && live.media !== 'opening')
    decision.effect({ kind: 'ring', callId: offer.callId });
}
