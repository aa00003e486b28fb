import { Type, type Static } from 'typebox';
import { Id, idOf } from '../ids.ts';
import { timeOf } from '../time.ts';
import { Action } from './action.ts';
import { Address } from './address.ts';
import { SupervisionOfCall } from './supervision.ts';

export const CallStatus = Type.Enum(
  ['dialing', 'ringing', 'progressing', 'terminating', 'canceling', 'hangup'],
  {
    description:
      'Incoming calls begin `ringing`, outgoing ones `dialing`; `progressing` is answered. `terminating` and `canceling`: Parley has begun to end it. Nothing leaves `hangup`.',
  },
);
export type CallStatus = Static<typeof CallStatus>;

export const HangupReason = Type.Enum(
  ['', 'normal', 'failed', 'busy', 'cancel', 'timeout', 'noanswer', 'dialout', 'amd'],
  {
    description:
      'Why it ended; empty until then. `timeout`: it reached the longest duration. `cancel`: Parley withdrew it before an answer. `dialout`: nobody answered in time. `amd`: a machine answered.',
  },
);
export type HangupReason = Static<typeof HangupReason>;

export const OwnerType = Type.Enum(['', 'agent'], {
  description: 'Whose it is; empty = nobody in particular.',
});

export const MuteDirection = Type.Enum(['', 'in', 'out', 'both'], {
  description:
    '`in`: Parley does not hear the far end. `out`: the far end hears nothing. Empty = both hear each other.',
});
export type MuteDirection = Static<typeof MuteDirection>;

export const CallStatistics = Type.Object(
  {
    packets_received: Type.Integer({ minimum: 0, description: 'RTP packets from the negotiated peer.' }),
    packets_sent: Type.Integer({ minimum: 0, description: 'RTP packets sent to it.' }),
    packets_lost: Type.Integer({
      minimum: 0,
      description: 'Expected from the peer but never received (RFC 3550 A.3).',
    }),
    packets_discarded: Type.Integer({
      minimum: 0,
      description: 'From another source than the negotiated peer, malformed, or not asked for.',
    }),
    jitter_ms: Type.Number({
      minimum: 0,
      description: 'Interarrival jitter of what we received (RFC 3550 A.8).',
    }),
    remote_packets_lost: Type.Integer({ minimum: 0, description: 'As the peer reported by RTCP.' }),
    round_trip_ms: Type.Number({ minimum: 0, description: 'From RTCP; 0 when the peer sent none.' }),
  },
  { description: 'Audio quality of a leg, known once its media has closed.' },
);
export type CallStatistics = Static<typeof CallStatistics>;

export const Call = Type.Object(
  {
    id: idOf('The call.'),
    flow_id: idOf('The flow it runs.'),
    type: Type.Enum(['flow', 'conference', 'sip-service'], {
      description:
        '`flow`: runs an activeflow. `conference`: dialled straight into one. `sip-service`: a test call.',
    }),
    master_call_id: idOf('The call that made this one; when it ends, this one ends too.'),
    chained_call_ids: Type.Array(Id, { description: 'Calls that end with this one.' }),
    recording_id: idOf('The recording under way.'),
    recording_ids: Type.Array(Id, { description: 'All recordings of the call.' }),
    source: Type.Object(Address.properties, { description: 'Who calls.' }),
    destination: Type.Object(Address.properties, { description: 'Who is called.' }),
    status: CallStatus,
    action: Type.Object(Action.properties, {
      description: 'The action under way; the start action before the first.',
    }),
    direction: Type.Enum(['incoming', 'outgoing'], { description: 'Seen from Parley.' }),
    hangup_by: Type.Enum(['', 'remote', 'local'], {
      description: 'Who ended it: the peer or Parley; empty until then.',
    }),
    hangup_reason: HangupReason,
    tm_create: timeOf('Came in, or was asked for.'),
    tm_update: timeOf('Last changed.'),
    tm_progressing: timeOf('Answered.'),
    tm_ringing: timeOf('The far end began to ring; never for an incoming call.'),
    tm_hangup: timeOf('Over.'),
    customer_id: idOf('The owner.'),
    activeflow_id: idOf('The activeflow that serves it.'),
    tm_delete: timeOf('The record was deleted.'),
    groupcall_id: idOf('The group dial it belongs to.'),
    mute_direction: MuteDirection,
    owner_type: OwnerType,
    owner_id: idOf('The agent whose call it is.'),
    on_hold: Type.Boolean({
      description: 'Parley keeps the far end waiting: it hears music and nobody hears it.',
    }),
    statistics: Type.Optional(CallStatistics),
    supervision: Type.Optional(SupervisionOfCall),
  },
  { description: 'One leg between a SIP peer and Parley.' },
);
export type Call = Static<typeof Call>;
