import { Id } from '@parley/contract';
import { Type } from 'typebox';

/** The id of another action of the same flow. */
export const TargetId = Type.Unsafe<string>({ ...Id, description: 'Id of an action of this flow.' });

export const OptionalTargetId = Type.Unsafe<string>({
  ...Id,
  description: 'Id of an action of this flow; nil: the action after this one.',
});
