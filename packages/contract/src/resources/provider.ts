import { Type, type Static } from 'typebox';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';

export const SipTransport = Type.Enum(['udp', 'tcp'], { description: 'What carries the signalling.' });

export const Provider = Type.Object(
  {
    id: idOf('The provider.'),
    type: Type.Enum(['sip'], { description: 'How it is reached.' }),
    hostname: Type.String({ description: 'Host name or address of its SIP server.' }),
    tech_prefix: Type.String({ description: 'Put before the number dialled.' }),
    tech_postfix: Type.String({ description: 'Put behind the number dialled.' }),
    tech_headers: Type.Record(Type.String(), Type.String(), {
      description: 'Headers added to each INVITE, by name.',
    }),
    name: Type.String({ description: 'A name for people.' }),
    detail: Type.String({ description: 'Free text.' }),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted.'),
    codecs: Type.String({ description: 'What is offered to it, best first, parted by commas; empty = all.' }),
    health_status: Type.Enum(['unknown', 'healthy', 'unhealthy'], {
      description: '`unhealthy` ones are tried last.',
    }),
    health_checked_at: timeOf('It was last found well or not.'),
    customer_id: idOf('The owner.'),
    port: Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description: 'Its SIP port; 0 = the usual one of the transport, 5060.',
    }),
    transport: SipTransport,
    username: Type.String({
      description: 'Who we are when it asks for credentials; empty = it does not ask.',
    }),
    register: Type.Boolean({ description: 'We register with it, so that it can send calls to us.' }),
    calls_per_second: Type.Integer({ minimum: 0, description: 'New calls it takes in a second; 0 = any.' }),
    max_calls: Type.Integer({ minimum: 0, description: 'Calls it takes at one time; 0 = any.' }),
    allowed_prefixes: Type.Array(Type.String(), {
      description:
        'Beginnings of the numbers that may be dialled through it, such as `+49`, or `all`. None: nothing is dialled.',
    }),
    any_caller_id: Type.Boolean({
      description:
        'It is told the source of a call whatever that is. Otherwise only a number of the customer: the source, or else the first one.',
    }),
  },
  {
    description:
      'A carrier: where calls to telephone numbers are sent. Its password is never shown; it is kept as it was given, because a provider chooses how it is asked for.',
  },
);
export type Provider = Static<typeof Provider>;
