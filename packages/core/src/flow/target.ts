import { Id } from '@parley/contract';
import { Type } from 'typebox';

/** The id of another action of the same flow, or the finish action's. */
export const TargetId = Type.Unsafe<string>({
  ...Id,
  description: 'Id of an action of this flow, or of its end.',
});

export const OptionalTargetId = Type.Unsafe<string>({
  ...Id,
  description: 'Id of an action of this flow, or of its end; nil: the action after this one.',
});
