import { Type, type Static } from 'typebox';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';

export const SupervisionMode = Type.Enum(['listen', 'whisper', 'barge', 'take_over'], {
  description:
    '`listen`: nobody hears the supervisor. `whisper`: the agent alone does. `barge`: everybody does. `take_over`: the supervisor takes the place of the agent, whose call ends.',
});
export type SupervisionMode = Static<typeof SupervisionMode>;

export const SupervisionStatus = Type.Enum(['ringing', 'progressing', 'ended'], {
  description:
    '`ringing`: the supervisor is being called. `progressing`: it hears the talk. `ended`: it was not reached, has left, or has taken over and is a party like any other.',
});
export type SupervisionStatus = Static<typeof SupervisionStatus>;

/** What the call of a supervisor says about the talk it is made for. */
export const SupervisionOfCall = Type.Object(
  {
    call_id: idOf('The call that is supervised.'),
    mode: SupervisionMode,
    status: SupervisionStatus,
  },
  { description: 'Only on the call of a supervisor: which talk it hears, and how.' },
);
export type SupervisionOfCall = Static<typeof SupervisionOfCall>;

export const Supervision = Type.Object(
  {
    call_id: idOf('The call that is supervised.'),
    customer_id: idOf('The owner.'),
    confbridge_id: idOf('The room it talks in.'),
    mode: SupervisionMode,
    status: SupervisionStatus,
    agent_id: idOf('The agent who supervises; nil when a destination or a call was named.'),
    supervisor_call_id: idOf('The call of the supervisor; nil until it is answered.'),
    groupcall_id: idOf('The group dial to the supervisor; nil when its call was there already.'),
    tm_create: timeOf('Asked for.'),
  },
  {
    description:
      'Somebody who hears a talk without being one of its parties. Its course is told by the events of the call of the supervisor, which has `supervision`.',
  },
);
export type Supervision = Static<typeof Supervision>;
