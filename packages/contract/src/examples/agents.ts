import type {
  AgentAddresses,
  AgentCreate,
  AgentLogin,
  AgentPassword,
  AgentPermission,
  AgentStatusUpdate,
  AgentToken,
  AgentUpdate,
  TagIds,
} from '../operations/agents.ts';
import type { QueuecallChange } from '../operations/queuecalls.ts';
import type { QueueActions, QueueRouting, QueueSettings } from '../operations/queues.ts';
import { eventExamples } from './events.ts';
import { dayAt, ids } from './story.ts';

/** Bodies of requests about agents and queues, and what a login answers. */
export const agentExamples = {
  AgentAddresses: {
    addresses: [{ type: 'extension', target: '1001' }, { target: '+15550100177' }],
  } satisfies AgentAddresses,
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
  QueuecallChange: { priority: 5, queue_id: ids.queue } satisfies QueuecallChange,
  QueueRouting: { routing_method: 'round_robin' } satisfies QueueRouting,
  TagIds: { tag_ids: [ids.tag] } satisfies TagIds,
} as const;
