import { Type, type Static } from 'typebox';
import { Id, idOf } from '../ids.ts';
import { timeOf } from '../time.ts';
import { Action } from './action.ts';

export const RoomStatus = Type.Enum(['starting', 'progressing', 'terminating', 'terminated'], {
  description:
    '`progressing`: calls may join. `terminating`: everybody is being put out. Nothing leaves `terminated`.',
});
export type RoomStatus = Static<typeof RoomStatus>;

export const Conference = Type.Object(
  {
    id: idOf('The conference.'),
    type: Type.Enum(['conference', 'connect'], {
      description:
        '`conference`: stays when people leave. `connect`: two parties; when one leaves it closes and the other is put out.',
    }),
    status: RoomStatus,
    name: Type.String({ description: 'A name for people.' }),
    detail: Type.String({ description: 'Free text.' }),
    data: Type.Record(Type.String(), Type.Unknown(), {
      description: "The client's own; Parley never looks.",
    }),
    timeout: Type.Integer({
      minimum: 0,
      description: 'Seconds after which it is closed; 0 = never. 1 to 59 were raised to a day.',
    }),
    pre_actions: Type.Array(Action, { description: 'Run by each caller before the room.' }),
    post_actions: Type.Array(Action, { description: 'Run by each caller after the room.' }),
    call_ids: Type.Array(Id, { description: 'Calls inside, in the order of joining.' }),
    recording_id: idOf('The recording under way.'),
    recording_ids: Type.Array(Id, { description: 'All recordings of the conference.' }),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted: the last one has left.'),
    customer_id: idOf('The owner.'),
    confbridge_id: idOf('The mixing room; nil until the first call joins.'),
  },
  { description: 'A named room in which any number of calls hear each other.' },
);
export type Conference = Static<typeof Conference>;

export const Confbridge = Type.Object(
  {
    id: idOf('The mixing room.'),
    type: Type.Enum(['conference', 'connect'], {
      description: '`conference`: stays when people leave. `connect`: closes when one of two is left.',
    }),
    status: RoomStatus,
    reference_type: Type.Enum(['call', 'conference', 'queue', 'transfer'], {
      description: 'What it was made for.',
    }),
    reference_id: idOf('The call, conference, queuecall or transfer it was made for.'),
    call_ids: Type.Array(Id, { description: 'Calls inside, in the order of joining.' }),
    recording_id: idOf('The recording under way.'),
    recording_ids: Type.Array(Id, { description: 'All recordings of the room.' }),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Closed; it can still be read.'),
    customer_id: idOf('The owner.'),
  },
  {
    description:
      'A mixing room: where the calls of a conference, a `connect`, a queue or a transfer meet. Parley makes and closes it; it can only be read.',
  },
);
export type Confbridge = Static<typeof Confbridge>;
