import type {
  AgentAddresses,
  AgentCreate,
  AgentLogin,
  AgentPassword,
  AgentPermission,
  AgentStatusUpdate,
  AgentToken,
  AgentUpdate,
  AgentWrapUp,
  TagIds,
} from '../operations/agents.ts';
import type { QueuecallCallback, QueuecallChange } from '../operations/queuecalls.ts';
import type { QueueActions, QueueRouting, QueueSettings } from '../operations/queues.ts';
import type { AgentExplanation, QueuecallExplanation } from '../resources/explanation.ts';
import { eventExamples } from './events.ts';
import { dayAt, ids } from './story.ts';

const callerChoice = {
  candidates: [{ queuecall_id: ids.queuecall, queue_id: ids.queue, priority: 0, waited_ms: 36_148 }],
  candidate_count: 1,
  excluded: { not_served: 4 },
  reason: `${ids.queuecall} is the only caller ${ids.agent} could have; left out: 4 in queues the agent does not serve.`,
};

const agentExplanation: AgentExplanation = { agent_id: ids.agent, ...callerChoice };

const queuecallExplanation: QueuecallExplanation = {
  queuecall_id: ids.queuecall,
  queue_id: ids.queue,
  status: 'service',
  priority: 0,
  offer_count: 1,
  offers: [
    {
      tm_create: dayAt('09:30:41.880002'),
      agents: [{ agent_id: ids.agent, outcome: 'answered', tm_end: dayAt('09:30:46.015443') }],
      agent_choice: {
        routing_method: 'longest_idle',
        because: 'only_candidate',
        score: 'idle_ms',
        candidates: [{ agent_id: ids.agent, score: 73_211 }],
        candidate_count: 1,
        excluded: { missing_tags: 3, busy: 2 },
        reason: `${ids.agent} is the only candidate; left out: 3 without the tags, 2 busy.`,
      },
      caller_choice: callerChoice,
    },
  ],
};

/** Bodies of requests about agents and queues, and what a login answers. */
export const agentExamples = {
  AgentAddresses: {
    addresses: [{ type: 'extension', target: '1001' }, { target: '+15550100177' }],
  } satisfies AgentAddresses,
  AgentExplanation: agentExplanation,
  QueuecallExplanation: queuecallExplanation,
  AgentCreate: {
    username: 'mira',
    password: 'poppy-seed-1983',
    name: 'Mira',
    tag_ids: [ids.tag],
    skills: { [ids.tag]: 7 },
    addresses: [{ target: '+15550100177' }],
  } satisfies AgentCreate,
  AgentLogin: { username: 'mira', password: 'poppy-seed-1983' } satisfies AgentLogin,
  AgentPassword: { password: 'sesame-1984' } satisfies AgentPassword,
  AgentPermission: { permission: 0 } satisfies AgentPermission,
  AgentStatusUpdate: { status: 'away', reason: 'lunch' } satisfies AgentStatusUpdate,
  AgentToken: {
    token: 'parley_agent_3f1c',
    tm_expire: dayAt('21:30:00.000000'),
    agent: eventExamples.agent_created.data,
  } satisfies AgentToken,
  AgentWrapUp: { extend_seconds: 60 } satisfies AgentWrapUp,
  AgentUpdate: { wrap_up_seconds: 30, max_no_answers: 2 } satisfies AgentUpdate,
  QueueActions: {
    wait_actions: [
      { type: 'talk', option: { text: 'All of us are busy baking.', language: 'en-US' } },
      { type: 'sleep', option: { duration: 20_000 } },
    ],
    wait_timeout: 300_000,
  } satisfies QueueActions,
  QueueSettings: {
    name: 'orders',
    tag_ids: [ids.tag],
    wait_timeout: 300_000,
    max_length: 20,
    overflow: { type: 'flow', target_id: ids.flow },
    exit_key: '0',
    no_answer: { timeout_seconds: 15, delay_seconds: { busy: 60 } },
    announce: { interval_seconds: 60, position: true },
    skills: { [ids.tag]: 3 },
    sticky: { within_seconds: 86_400, hold_seconds: 20 },
    agents: [{ agent_id: ids.agent, weight: 5 }],
    agent_announcement: [{ type: 'talk', option: { text: 'A caller about an order.' } }],
  } satisfies QueueSettings,
  QueuecallCallback: { destination: { target: '+15550100123' } } satisfies QueuecallCallback,
  QueuecallChange: { priority: 5, queue_id: ids.queue } satisfies QueuecallChange,
  QueueRouting: { routing_method: 'round_robin' } satisfies QueueRouting,
  TagIds: { tag_ids: [ids.tag] } satisfies TagIds,
} as const;
