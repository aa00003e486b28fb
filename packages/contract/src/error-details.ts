import { Type, type Static } from 'typebox';

export const FieldProblem = Type.Object(
  {
    in: Type.Enum(['path', 'query', 'body'], { description: 'Which part of the request.' }),
    path: Type.String({ description: 'Such as `name` or `actions[2].type`; empty = all of that part.' }),
    reason: Type.Enum(
      [
        'required',
        'unknown_key',
        'wrong_type',
        'not_one_of',
        'wrong_form',
        'too_short',
        'too_long',
        'out_of_range',
        'unreachable',
      ],
      { description: 'Stable. `unreachable`: well formed, but there is no way to it now.' },
    ),
    message: Type.String({ description: 'For people.' }),
  },
  { description: 'One thing that is wrong with a request.' },
);
export type FieldProblem = Static<typeof FieldProblem>;

/** Why a flow cannot run, and what to do about it. Stable, like the reasons of errors. */
export const flowProblemReasons = {
  not_a_list: 'The actions are not a list.',
  too_many: 'There are more actions than a flow may have.',
  too_large: 'The actions are longer together than those of a flow may be.',
  not_an_action: 'An entry is not an object with a type.',
  unknown_key: 'An action has a key that actions do not have; what a type needs goes into `option`.',
  bad_id: 'An id is not a UUID in lower case.',
  duplicate_id: 'Two actions have the same id.',
  unknown_type: 'There is no such type of action.',
  bad_option: 'The option is not what the type takes.',
  missing_target: 'It goes on with an action that the flow does not have.',
  unreachable: 'No way through the flow leads to it.',
  endless_loop: 'It goes round without an action that takes time.',
} as const;

export const FlowProblem = Type.Object(
  {
    path: Type.String({ description: 'Such as `actions[2].option.target_id`.' }),
    index: Type.Integer({ minimum: -1, description: 'Of the action in its list; -1 = the list as a whole.' }),
    action_id: Type.String({ description: "The action's id as it was sent; empty when it has none." }),
    reason: Type.Enum(Object.keys(flowProblemReasons) as (keyof typeof flowProblemReasons)[], {
      description: 'Stable.',
    }),
    message: Type.String({ description: 'For people.' }),
  },
  { description: 'One reason why a flow cannot run.' },
);
export type FlowProblem = Static<typeof FlowProblem>;

export const ErrorDetail = Type.Union([FieldProblem, FlowProblem]);
export type ErrorDetail = Static<typeof ErrorDetail>;
