import { Type, type Static } from 'typebox';
import { Id, idOf } from '../ids.ts';
import { ExecutionTimestamp } from '../time.ts';

export const Action = Type.Object(
  {
    id: idOf('Unique in its list.'),
    next_id: idOf('The action that follows; nil = the next in the list.'),
    type: Type.String({ maxLength: 64, description: 'An action type; empty for the start action.' }),
    option: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Options by type; absent when there are none.',
      }),
    ),
    tm_execute: Type.Optional(ExecutionTimestamp),
  },
  { description: 'One step of a flow.' },
);
export type Action = Static<typeof Action>;

/**
 * An action as clients may send it: without an id it gets one, without `next_id` the next in the list follows. One that
 * was copied from a message can be sent as it is.
 */
export const ActionInput = Type.Object(
  {
    id: Type.Optional(Id),
    next_id: Type.Optional(Id),
    type: Type.String({ minLength: 1, maxLength: 64, description: 'An action type.' }),
    // A union with null would have the validator say "anyOf" instead of what is wrong.
    option: Type.Optional(
      Type.Unsafe<Record<string, unknown> | null>({
        type: ['object', 'null'],
        description: 'Options by type; may be left out, or null where there are none.',
      }),
    ),
    tm_execute: Type.Optional(
      Type.Unknown({ description: 'Stands on actions that ran; neither looked at nor kept.' }),
    ),
  },
  { additionalProperties: false },
);
export type ActionInput = Static<typeof ActionInput>;
