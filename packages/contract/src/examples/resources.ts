import type { ErrorBody } from '../errors.ts';
import type { EventFeed } from '../operations/events.ts';
import { nilId } from '../ids.ts';
import type { AccesskeyCreate } from '../operations/accesskeys.ts';
import type { ActiveflowResume } from '../operations/activeflows.ts';
import type { CustomerUpdate } from '../operations/customer.ts';
import type { ExtensionCreate, ExtensionUpdate } from '../operations/extensions.ts';
import type { FlowCheck, FlowCreate } from '../operations/flows.ts';
import type { LabelInput } from '../operations/inputs.ts';
import type { NumberCreate, NumberFlowIds } from '../operations/numbers.ts';
import type { ProviderCreate, ProviderUpdate } from '../operations/providers.ts';
import type { RouteCreate, RouteUpdate } from '../operations/routes.ts';
import type { TagCreate } from '../operations/tags.ts';
import type { TrunkCreate, TrunkUpdate } from '../operations/trunks.ts';
import type { Accesskey } from '../resources/accesskey.ts';
import type { Customer } from '../resources/customer.ts';
import type { Extension } from '../resources/extension.ts';
import type { Flow } from '../resources/flow.ts';
import type { PhoneNumber } from '../resources/number.ts';
import type { Provider } from '../resources/provider.ts';
import type { Registration } from '../resources/registration.ts';
import type { Confbridge } from '../resources/room.ts';
import type { Route } from '../resources/route.ts';
import type { Supervision } from '../resources/supervision.ts';
import type { Tag } from '../resources/tag.ts';
import type { Transfer } from '../resources/transfer.ts';
import type { Trunk } from '../resources/trunk.ts';
import { notYet } from '../time.ts';
import { agentExamples } from './agents.ts';
import { commandExamples } from './commands.ts';
import { eventExamples } from './events.ts';
import { address, answerAction, dayAt, ids, talkAction } from './story.ts';

const customer: Customer = {
  id: ids.customer,
  username: 'bakery',
  name: 'Corner Bakery',
  detail: '',
  webhook_method: 'POST',
  webhook_uri: 'https://bakery.example/parley',
  permission_ids: [],
  tm_create: dayAt('07:00:00.000000'),
  tm_update: notYet,
  tm_delete: notYet,
  webhook_secret: 'whsec_ZXhhbXBsZS1zZWNyZXQtb2YtMzItYnl0ZXMtaGVyZSE=',
  music_on_hold_uri: 'https://bakery.example/waltz.wav',
};

const accesskey: Accesskey = {
  id: ids.accesskey,
  customer_id: ids.customer,
  name: 'till',
  detail: 'The computer on the counter',
  token_prefix: 'parley_5d41402a',
  tm_expire: notYet,
  tm_create: dayAt('07:05:00.120034'),
  tm_update: notYet,
  tm_delete: notYet,
};

const flow: Flow = {
  id: ids.flow,
  type: 'flow',
  name: 'welcome',
  detail: 'Greets, then hangs up',
  actions: [answerAction, talkAction],
  tm_create: dayAt('07:10:00.554100'),
  tm_update: notYet,
  tm_delete: notYet,
  customer_id: ids.customer,
};

const number: PhoneNumber = {
  id: ids.number,
  number: '+15550100100',
  call_flow_id: ids.flow,
  message_flow_id: nilId,
  name: 'main line',
  detail: '',
  status: 'active',
  t38_enabled: false,
  emergency_enabled: false,
  tm_create: dayAt('07:12:00.000981'),
  tm_update: notYet,
  tm_delete: notYet,
  customer_id: ids.customer,
};

const tag: Tag = {
  id: ids.tag,
  name: 'orders',
  detail: 'Knows the oven plan',
  tm_create: dayAt('07:20:00.000007'),
  tm_update: notYet,
  tm_delete: notYet,
  customer_id: ids.customer,
};

const extension: Extension = {
  id: ids.extension,
  name: 'oven',
  detail: 'The phone beside the oven',
  domain_id: ids.customer,
  extension: '1001',
  tm_create: dayAt('07:30:00.000012'),
  tm_update: notYet,
  tm_delete: notYet,
  customer_id: ids.customer,
  domain_name: `${ids.customer}.parley.internal`,
  username: '1001',
};

const registration: Registration = {
  extension_id: ids.extension,
  customer_id: ids.customer,
  contact: 'sip:1001@192.168.1.20:5060',
  transport: 'UDP',
  address: '203.0.113.7:40212',
  priority: 1,
  user_agent: 'baresip v1.0.0 (x86_64/linux)',
  tm_create: dayAt('07:31:00.400812'),
  tm_update: dayAt('09:01:00.120903'),
  tm_expire: dayAt('10:01:00.120903'),
};

const provider: Provider = {
  id: ids.provider,
  type: 'sip',
  hostname: 'sip.carrier.example',
  tech_prefix: '',
  tech_postfix: '',
  tech_headers: { 'X-Account': '4711' },
  name: 'carrier',
  detail: '',
  tm_create: dayAt('07:40:00.000100'),
  tm_update: notYet,
  tm_delete: notYet,
  codecs: 'PCMA,PCMU',
  health_status: 'healthy',
  health_checked_at: dayAt('09:29:58.100000'),
  customer_id: ids.customer,
  port: 5060,
  transport: 'udp',
  username: 'bakery',
  register: false,
  calls_per_second: 5,
  max_calls: 30,
  allowed_prefixes: ['+1', '+49'],
  any_caller_id: false,
};

const route: Route = {
  id: ids.route,
  customer_id: ids.customer,
  provider_id: ids.provider,
  priority: 10,
  target: '+49',
  tm_create: dayAt('07:41:00.000200'),
  tm_update: notYet,
  tm_delete: notYet,
  name: 'Germany',
  detail: '',
};

const trunk: Trunk = {
  id: ids.trunk,
  customer_id: ids.customer,
  name: 'the old PBX',
  detail: 'In the cellar',
  domain_name: 'cellar.bakery.example',
  auth_types: ['basic', 'ip'],
  username: 'cellar',
  allowed_ips: ['192.0.2.7', '2001:db8:40::/48'],
  tm_create: dayAt('07:45:00.000300'),
  tm_update: notYet,
  tm_delete: notYet,
};

const confbridge: Confbridge = {
  id: ids.confbridge,
  type: 'conference',
  status: 'progressing',
  reference_type: 'conference',
  reference_id: ids.conference,
  call_ids: [ids.call],
  recording_id: nilId,
  recording_ids: [],
  tm_create: dayAt('05:58:12.000430'),
  tm_update: dayAt('05:58:12.000430'),
  tm_delete: notYet,
  customer_id: ids.customer,
};

const transfer: Transfer = {
  id: ids.transfer,
  customer_id: ids.customer,
  type: 'blind',
  transferer_call_id: ids.agentCall,
  transferee_addresses: [address('+15550100188')],
  transferee_call_id: nilId,
  groupcall_id: ids.groupcall,
  confbridge_id: ids.confbridge,
  tm_create: dayAt('09:32:00.700100'),
  tm_update: notYet,
  tm_delete: notYet,
};

const supervision: Supervision = {
  call_id: ids.call,
  customer_id: ids.customer,
  confbridge_id: ids.confbridge,
  mode: 'listen',
  status: 'ringing',
  agent_id: ids.agent,
  supervisor_call_id: nilId,
  groupcall_id: ids.groupcall,
  tm_create: dayAt('09:32:10.000120'),
};

const flowCreate: FlowCreate = {
  name: 'welcome',
  actions: [
    { type: 'answer' },
    { type: 'talk', option: { text: 'Good morning, this is the bakery.', language: 'en-US' } },
  ],
};

const flowCheck: FlowCheck = {
  valid: false,
  problems: [
    {
      path: 'actions[1].option.text',
      index: 1,
      action_id: '',
      reason: 'bad_option',
      message: 'is needed by talk',
    },
  ],
};

const errorExample: ErrorBody = {
  error: {
    status: 'NOT_FOUND',
    reason: 'FLOW_NOT_FOUND',
    message: `There is no flow with the id ${ids.flow}.`,
    request_id: 'req_4f9a61c07b2e',
  },
};

const eventFeed: EventFeed = {
  result: [
    {
      id: 'evt_6d1f0c2b9a8e4f7d8c5b3a2910fe4d6c',
      cursor: 'ZTEuNDI',
      tm_create: dayAt('09:30:00.004118'),
      customer_id: ids.customer,
      ...eventExamples.call_created,
    },
  ],
  next_cursor: 'ZTEuNDI',
};

/** What bodies look like, by the name of their schema. */
export const bodyExamples = {
  Accesskey: accesskey,
  AccesskeyCreate: {
    name: 'till',
    detail: 'The computer on the counter',
    expire: 31_536_000,
  } satisfies AccesskeyCreate,
  Activeflow: eventExamples.activeflow_updated.data,
  ActiveflowResume: { action_id: answerAction.id } satisfies ActiveflowResume,
  Agent: eventExamples.agent_created.data,
  ...agentExamples,
  Call: eventExamples.call_hungup.data,
  ...commandExamples,
  Confbridge: confbridge,
  Conference: eventExamples.conference_updated.data,
  Customer: customer,
  CustomerUpdate: { webhook_uri: 'https://bakery.example/parley' } satisfies CustomerUpdate,
  ErrorBody: errorExample,
  EventFeed: eventFeed,
  Extension: extension,
  ExtensionCreate: {
    extension: '1001',
    password: 'rye-and-spelt-4711',
    name: 'oven',
  } satisfies ExtensionCreate,
  ExtensionUpdate: { password: 'more-rye-than-spelt-4712' } satisfies ExtensionUpdate,
  Flow: flow,
  FlowCheck: flowCheck,
  FlowCreate: flowCreate,
  FlowUpdate: { name: 'welcome, summer hours' },
  Groupcall: eventExamples.groupcall_progressing.data,
  LabelInput: { name: 'orders', detail: 'By phone and at the door' } satisfies LabelInput,
  Me: { customer, accesskey },
  NumberCreate: { number: '+15550100100', call_flow_id: ids.flow, name: 'main line' } satisfies NumberCreate,
  NumberFlowIds: { call_flow_id: ids.flow } satisfies NumberFlowIds,
  PhoneNumber: number,
  Provider: provider,
  ProviderCreate: {
    hostname: 'sip.carrier.example',
    username: 'bakery',
    password: 'sour-dough-17',
    allowed_prefixes: ['+1', '+49'],
  } satisfies ProviderCreate,
  ProviderUpdate: { max_calls: 30, allowed_prefixes: ['+1'] } satisfies ProviderUpdate,
  Queue: eventExamples.queue_updated.data,
  Queuecall: eventExamples.queuecall_serviced.data,
  Registration: registration,
  Recording: eventExamples.recording_finished.data,
  Route: route,
  RouteCreate: { provider_id: ids.provider, target: '+49', priority: 10 } satisfies RouteCreate,
  RouteUpdate: { priority: 20 } satisfies RouteUpdate,
  Supervision: supervision,
  Tag: tag,
  TagCreate: { name: 'orders' } satisfies TagCreate,
  Transfer: transfer,
  Trunk: trunk,
  TrunkCreate: {
    domain_name: 'cellar.bakery.example',
    auth_types: ['basic', 'ip'],
    username: 'cellar',
    password: 'rye-and-spelt-4711',
    allowed_ips: ['192.0.2.7', '2001:db8:40::/48'],
  } satisfies TrunkCreate,
  TrunkUpdate: { allowed_ips: ['192.0.2.7'] } satisfies TrunkUpdate,
} as const;
