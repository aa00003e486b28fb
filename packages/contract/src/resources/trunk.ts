import { Type, type Static } from 'typebox';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';

export const TrunkAuthType = Type.Enum(['basic', 'ip'], {
  description: '`basic`: user name and password, by digest. `ip`: the address it comes from.',
});

export const Trunk = Type.Object(
  {
    id: idOf('The trunk.'),
    customer_id: idOf('The owner.'),
    name: Type.String({ description: 'A name for people.' }),
    detail: Type.String({ description: 'Free text.' }),
    domain_name: Type.String({
      description: 'What stands behind the `@` in calls over it. Lower case, unique over all customers.',
    }),
    auth_types: Type.Array(TrunkAuthType, {
      description: 'How a call shows that it may come in; of two, both have to hold.',
    }),
    username: Type.String({ description: 'For `basic`; empty = none.' }),
    allowed_ips: Type.Array(Type.String(), {
      description: 'For `ip`: addresses and CIDR blocks, such as `192.0.2.7` or `2001:db8::/48`.',
    }),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted.'),
  },
  {
    description:
      'A PBX or carrier that sends calls to us. Its password is never shown and not kept: only the hashes that digest needs (RFC 7616, for MD5 and SHA-256), which open nothing else.',
  },
);
export type Trunk = Static<typeof Trunk>;
