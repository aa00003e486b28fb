/** What is wrong with a flow, where, and what to do about it. */
export interface FlowProblem {
  /** Such as `actions[2].option.target_id`. */
  readonly path: string;
  /** Of the action in its list; -1 when it is about the list. */
  readonly index: number;
  /** As it was sent; '' when the action has none. */
  readonly action_id: string;
  readonly reason: ProblemReason;
  readonly message: string;
}

export type ProblemReason =
  | 'not_a_list'
  | 'too_many'
  | 'not_an_action'
  | 'unknown_key'
  | 'bad_id'
  | 'duplicate_id'
  | 'unknown_type'
  | 'bad_option'
  | 'missing_target'
  | 'unreachable'
  | 'endless_loop';
