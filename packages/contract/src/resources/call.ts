import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { Timestamp } from '../time.ts';
import { Action } from './action.ts';
import { Address } from './address.ts';

export const CallStatus = Type.Enum(
  ['dialing', 'ringing', 'progressing', 'terminating', 'canceling', 'hangup'],
  { description: 'Nothing leaves `hangup`.' },
);
export type CallStatus = Static<typeof CallStatus>;

export const HangupReason = Type.Enum([
  '',
  'normal',
  'failed',
  'busy',
  'cancel',
  'timeout',
  'noanswer',
  'dialout',
  'amd',
]);
export type HangupReason = Static<typeof HangupReason>;

export const CallStatistics = Type.Object(
  {
    codec: Type.String({ description: '`PCMU` or `PCMA`; empty when no media flowed.' }),
    packets_received: Type.Integer({ minimum: 0 }),
    packets_sent: Type.Integer({ minimum: 0 }),
    packets_lost: Type.Integer({
      minimum: 0,
      description: 'Expected from the peer but never received (RFC 3550 A.3).',
    }),
    packets_discarded: Type.Integer({
      minimum: 0,
      description: 'From a source that was not the negotiated peer.',
    }),
    jitter_ms: Type.Number({
      minimum: 0,
      description: 'Interarrival jitter of what we received (RFC 3550 A.8).',
    }),
    remote_packets_lost: Type.Integer({ minimum: 0, description: 'As the peer reported by RTCP.' }),
    remote_jitter_ms: Type.Number({ minimum: 0, description: 'As the peer reported by RTCP.' }),
    round_trip_ms: Type.Number({ minimum: 0, description: 'From RTCP; 0 when the peer sent none.' }),
  },
  { description: 'Audio quality of a leg, known once its media has closed.' },
);
export type CallStatistics = Static<typeof CallStatistics>;

export const Call = Type.Object(
  {
    id: Id,
    flow_id: Id,
    type: Type.Enum(['flow', 'conference', 'sip-service']),
    master_call_id: Id,
    chained_call_ids: Type.Array(Id),
    recording_id: Id,
    recording_ids: Type.Array(Id),
    source: Address,
    destination: Address,
    status: CallStatus,
    action: Action,
    direction: Type.Enum(['incoming', 'outgoing']),
    hangup_by: Type.Enum(['', 'remote', 'local']),
    hangup_reason: HangupReason,
    tm_create: Timestamp,
    tm_update: Timestamp,
    tm_progressing: Timestamp,
    tm_ringing: Timestamp,
    tm_hangup: Timestamp,
    customer_id: Id,
    activeflow_id: Id,
    tm_delete: Timestamp,
    statistics: Type.Optional(CallStatistics),
  },
  { description: 'One leg between a SIP peer and Parley.' },
);
export type Call = Static<typeof Call>;
