import { Type, type Static } from 'typebox';
import { countOf } from '../amounts.ts';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';
import { QueuecallStatus, RoutingMethod } from './queue.ts';

const Reason = Type.String({ description: 'The same in a sentence for people.' });

const LeftOut = Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
  description:
    'How many were left out, each by the first reason that applies: `missing_tags`, `skill_too_low`; `offline`, `away`, `busy`, `ringing`; `no_reachable_phone`; `agent_rests`, `agent_rests_in_queue`, `caller_rests`; `held_for_another`: for the agent that is preferred; `not_served`: in queues that the agent does not serve. Reasons of nobody are absent.',
});

const AgentCandidate = Type.Object({
  agent_id: idOf('The agent.'),
  score: Type.Optional(
    Type.Number({ description: 'As `score` of the choice says. Absent: never offered, or without a place.' }),
  ),
});

const AgentChoice = Type.Object(
  {
    routing_method: RoutingMethod,
    because: Type.Enum(['sticky_agent', 'only_candidate', 'strategy', 'nobody'], {
      description:
        '`sticky_agent`: the caller prefers this agent. `only_candidate`: there was no other. `strategy`: the `routing_method` said so.',
    }),
    score: Type.Enum(['idle_ms', 'since_offered_ms', 'calls_today', 'talk_ms_today', 'position', 'weight'], {
      description: 'What the candidates are compared by.',
    }),
    candidates: Type.Array(AgentCandidate, { description: 'The first five, best first.' }),
    candidate_count: countOf('All who could have had the caller.'),
    excluded: LeftOut,
    reason: Reason,
  },
  { description: 'Why these agents.' },
);

const CallerCandidate = Type.Object({
  queuecall_id: idOf('The visit.'),
  queue_id: idOf('Its queue.'),
  priority: Type.Integer({ description: 'Its priority.' }),
  waited_ms: Type.Number({ description: 'For how long it has waited.' }),
});

const callerChoice = {
  candidates: Type.Array(CallerCandidate, {
    description: 'The first five in line, in all queues of the agent; the first one is next.',
  }),
  candidate_count: countOf('All whom the agent could have had.'),
  excluded: LeftOut,
  reason: Reason,
};

const CallerChoice = Type.Object(callerChoice, {
  description: 'Why this caller, as the first of the agents sees it.',
});

export const OfferOutcome = Type.Enum(
  ['ringing', 'answered', 'noanswer', 'busy', 'rejected', 'failed', 'withdrawn'],
  {
    description:
      '`ringing`: not known yet. `withdrawn`: another agent was first, or the caller was gone. The others: how the agent missed the caller.',
  },
);
export type OfferOutcome = Static<typeof OfferOutcome>;

export const Offer = Type.Object(
  {
    tm_create: timeOf('The caller was offered.'),
    agents: Type.Array(
      Type.Object({
        agent_id: idOf('The agent who was rung.'),
        outcome: OfferOutcome,
        tm_end: timeOf('The outcome was known.'),
      }),
      { description: 'One, but for `ring_all`.' },
    ),
    agent_choice: AgentChoice,
    caller_choice: CallerChoice,
  },
  { description: 'One offer of a caller to agents, and why it was made.' },
);
export type Offer = Static<typeof Offer>;

export const WaitExplanation = Type.Object(
  {
    tm_create: timeOf('It was so at that time: when it was asked for, or when the wait was over.'),
    ahead: countOf('Callers of the same queue, asking for the same, who go first.'),
    eligible_agents: countOf('Agents who could have the caller; they are about to be offered those ahead.'),
    excluded: LeftOut,
    reason: Reason,
  },
  { description: 'Why a caller waits.' },
);
export type WaitExplanation = Static<typeof WaitExplanation>;

export const QueuecallExplanation = Type.Object(
  {
    queuecall_id: idOf('The visit.'),
    queue_id: idOf('The queue visited.'),
    status: QueuecallStatus,
    priority: Type.Integer({ description: 'As it is now.' }),
    offer_count: countOf('Offers made in all.'),
    offers: Type.Array(Offer, { description: 'The last twenty, oldest first.' }),
    wait: Type.Optional(
      Type.Object(WaitExplanation.properties, {
        description:
          'Why it still waits; of a visit that was not served, as it was at its end. Absent while agents are rung, and when the visit was served.',
      }),
    ),
  },
  { description: 'To whom a caller was offered and why, and why it waits.' },
);
export type QueuecallExplanation = Static<typeof QueuecallExplanation>;

export const AgentExplanation = Type.Object(
  { agent_id: idOf('The agent.'), ...callerChoice },
  { description: 'Whom an agent would be offered now, or why nobody.' },
);
export type AgentExplanation = Static<typeof AgentExplanation>;
