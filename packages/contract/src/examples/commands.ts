import type { CallDigits, CallMute, CallPlay, CallTalk } from '../operations/call-commands.ts';
import type { ConferenceCreate, ConferenceUpdate } from '../operations/conferences.ts';
import type { CallCreate, CallsCreated } from '../operations/outgoing-calls.ts';
import type { SupervisionCreate, SupervisionUpdate } from '../operations/supervision.ts';
import { eventExamples } from './events.ts';
import { ids } from './story.ts';

/** Bodies of requests about calls and conferences, and what making calls answers. */
export const commandExamples = {
  CallCreate: {
    source: { target: '+15550100100', target_name: 'Corner Bakery' },
    destinations: [{ target: '+15550100123' }],
    actions: [{ type: 'talk', option: { text: 'Your order ${order} is ready.' } }],
    variables: { order: '17' },
    timeout: 30,
  } satisfies CallCreate,
  CallDigits: { digits: '1234#', interval: 200 } satisfies CallDigits,
  CallMute: { direction: 'in' } satisfies CallMute,
  CallPlay: { stream_urls: ['https://bakery.example/sounds/opening-hours.wav'] } satisfies CallPlay,
  CallTalk: { text: 'One moment, please.', language: 'en-US' } satisfies CallTalk,
  CallsCreated: { calls: [eventExamples.call_created.data], groupcalls: [] } satisfies CallsCreated,
  ConferenceCreate: {
    type: 'conference',
    name: 'Monday meeting',
    pre_actions: [{ type: 'talk', option: { text: 'Welcome to the meeting.' } }],
  } satisfies ConferenceCreate,
  SupervisionCreate: { mode: 'listen', agent_id: ids.agent } satisfies SupervisionCreate,
  SupervisionUpdate: { mode: 'whisper' } satisfies SupervisionUpdate,
  ConferenceUpdate: { name: 'Tuesday meeting', timeout: 3600 } satisfies ConferenceUpdate,
} as const;
