import { Type, type Static } from 'typebox';
import { Id, idOf } from '../ids.ts';
import { timeOf } from '../time.ts';
import { Address } from './address.ts';

export const AgentStatus = Type.Enum(['available', 'away', 'busy', 'offline', 'ringing'], {
  description: 'Only an `available` agent is offered callers.',
});
export type AgentStatus = Static<typeof AgentStatus>;

export const AgentRingMethod = Type.Enum(['ringall', 'linear'], {
  description: 'How several addresses are rung: all at once, or one after the other.',
});

export const afterCallMeans =
  'What an agent is after a caller: `available` when it has rested, or `busy` until it says otherwise.';

/** The same for queues. */
export const AfterCall = Type.Enum(['available', 'stay_busy'], {
  description: afterCallMeans,
});

export const Agent = Type.Object(
  {
    id: idOf('The agent.'),
    username: Type.String({ description: 'Name to sign in with; no two agents have the same.' }),
    name: Type.String({ description: 'A name for people.' }),
    detail: Type.String({ description: 'Free text.' }),
    ring_method: AgentRingMethod,
    status: AgentStatus,
    permission: Type.Integer({
      minimum: 0,
      description:
        'Bit mask; 0 = none. 1 (administrator), 32 (of the customer) and 64 (manager) may supervise calls; other bits are kept for your programs.',
    }),
    tag_ids: Type.Array(Id, { description: 'Skills: the queues that ask for one of them are served.' }),
    addresses: Type.Array(Address, { description: 'Where the agent can be reached.' }),
    tm_create: timeOf('Made.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted.'),
    customer_id: idOf('The owner.'),
    status_reason: Type.String({
      description:
        "Why the status is what it is, such as `lunch`; empty = not said. `busy` with `service` or `wrap_up` is Parley's own.",
    }),
    tm_status: timeOf('The status or its reason was last set.'),
    skills: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
      description:
        'How good the agent is at what a tag stands for, 1 to 10 by the id of the tag. Not named = 1.',
    }),
    wrap_up_seconds: Type.Integer({
      minimum: 0,
      description: 'Rest after each caller before the next is offered; 0 = what the queue says.',
    }),
    max_no_answers: Type.Integer({
      minimum: 0,
      description:
        'Offers in a row left unanswered until the agent is set to `away`; 0 = what the queue says.',
    }),
    auto_answer: Type.Boolean({
      description: 'Phones of the agent are asked to answer by themselves when they are rung for a caller.',
    }),
    after_call: Type.Enum(['', ...AfterCall.enum], {
      description: `${afterCallMeans} Empty = what the queue says.`,
    }),
    tm_wrap_up_end: timeOf(
      'The rest after a caller ends by itself then; the far future = it has none, or ends it itself.',
    ),
  },
  { description: 'A person who takes calls. The password is never shown.' },
);
export type Agent = Static<typeof Agent>;
