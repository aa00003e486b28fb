import type { EventEnvelope, EventType } from '../events.ts';
import { nilId, startActionId } from '../ids.ts';
import type { Action } from '../resources/action.ts';
import type { Activeflow } from '../resources/activeflow.ts';
import { noAddress } from '../resources/address.ts';
import type { Agent } from '../resources/agent.ts';
import type { Call } from '../resources/call.ts';
import type { Groupcall } from '../resources/groupcall.ts';
import type { Queue, Queuecall } from '../resources/queue.ts';
import type { Recording } from '../resources/recording.ts';
import type { Conference } from '../resources/room.ts';
import { notYet } from '../time.ts';
import { address, answerAction, callerNumber, dayAt, ids, queueJoinAction, talkAction } from './story.ts';

const startAction: Action = { id: startActionId, next_id: nilId, type: '' };

const activeflow: Activeflow = {
  id: ids.activeflow,
  flow_id: ids.flow,
  customer_id: ids.customer,
  reference_type: 'call',
  reference_id: ids.call,
  current_action: startAction,
  forward_action_id: nilId,
  actions: [answerAction, talkAction, queueJoinAction],
  tm_create: dayAt('09:30:00.004118'),
  tm_update: dayAt('09:30:00.004118'),
  tm_delete: notYet,
};

const call: Call = {
  id: ids.call,
  flow_id: ids.flow,
  type: 'flow',
  master_call_id: nilId,
  chained_call_ids: [],
  recording_id: nilId,
  recording_ids: [],
  source: address(callerNumber),
  destination: address('+15550100100'),
  status: 'ringing',
  action: startAction,
  direction: 'incoming',
  hangup_by: '',
  hangup_reason: '',
  tm_create: dayAt('09:30:00.004118'),
  tm_update: notYet,
  tm_progressing: notYet,
  tm_ringing: notYet,
  tm_hangup: notYet,
  customer_id: ids.customer,
  activeflow_id: ids.activeflow,
  tm_delete: notYet,
  groupcall_id: nilId,
  mute_direction: '',
  owner_type: '',
  owner_id: nilId,
  on_hold: false,
};

const answered: Call = {
  ...call,
  status: 'progressing',
  action: { ...answerAction, tm_execute: dayAt('09:30:00.006301000') },
  tm_update: dayAt('09:30:00.009240'),
  tm_progressing: dayAt('09:30:00.009240'),
};

/** The call to the agent, made for the waiting caller. */
const agentCall: Call = {
  ...call,
  id: ids.agentCall,
  flow_id: nilId,
  activeflow_id: nilId,
  master_call_id: ids.call,
  destination: address('+15550100177'),
  direction: 'outgoing',
  tm_create: dayAt('09:30:41.882004'),
  tm_update: dayAt('09:30:42.120770'),
  tm_ringing: dayAt('09:30:42.120770'),
  groupcall_id: ids.groupcall,
  owner_type: 'agent',
  owner_id: ids.agent,
};

const queue: Queue = {
  id: ids.queue,
  name: 'orders',
  detail: 'Everything about orders and deliveries',
  routing_method: 'longest_idle',
  tag_ids: [ids.tag],
  wait_actions: [talkAction],
  wait_timeout: 300_000,
  service_timeout: 0,
  wait_queue_call_ids: [],
  service_queue_call_ids: [],
  total_incoming_count: 0,
  total_serviced_count: 0,
  total_abandoned_count: 0,
  total_waittime: 0,
  total_service_duration: 0,
  tm_create: dayAt('08:00:00.000312'),
  tm_update: notYet,
  tm_delete: notYet,
  customer_id: ids.customer,
  max_length: 20,
  max_wait: 0,
  wrap_up_seconds: 10,
  no_answer: {
    timeout_seconds: 20,
    delay_seconds: { noanswer: 10, busy: 30, rejected: 10, failed: 30 },
    max: 3,
  },
  announce: { interval_seconds: 60, position: true, estimated_wait: false },
  overflow: { type: 'flow', target_id: ids.flow, destinations: [], keep_place: true },
  exit_key: '0',
  total_overflowed_count: 0,
  total_kicked_count: 0,
  tag_match: 'any',
  skills: { [ids.tag]: 3 },
  priority: 0,
  sticky: { within_seconds: 86_400, hold_seconds: 20 },
  agents: [],
  agent_announcement: [],
  confirm_key: '',
  confirm_seconds: 10,
  after_call: 'available',
  callback: {
    key: '1',
    text: '',
    language: 'en-US',
    attempts: 2,
    retry_seconds: 300,
    timeout_seconds: 30,
    expire_seconds: 28_800,
  },
};

const waiting: Queuecall = {
  id: ids.queuecall,
  reference_type: 'call',
  reference_id: ids.call,
  status: 'wait',
  service_agent_id: nilId,
  tm_create: dayAt('09:30:05.731600'),
  tm_service: notYet,
  tm_update: notYet,
  tm_delete: notYet,
  customer_id: ids.customer,
  queue_id: ids.queue,
  duration_waiting: 0,
  duration_service: 0,
  end_reason: '',
  priority: 0,
  source: address(callerNumber),
  tm_place: dayAt('09:30:05.731600'),
  previous_id: nilId,
  callback: {
    state: '',
    destination: noAddress,
    source: noAddress,
    attempts: 0,
    call_id: nilId,
    skills: {},
    agent_id: nilId,
    tm_request: notYet,
    tm_next: notYet,
    tm_expire: notYet,
  },
  answer_agent_id: nilId,
};

const entering: Queuecall = {
  ...waiting,
  status: 'entering',
  service_agent_id: ids.agent,
  tm_service: dayAt('09:30:41.880002'),
  tm_update: dayAt('09:30:41.880002'),
};

const served: Queuecall = {
  ...entering,
  status: 'service',
  tm_service: dayAt('09:30:46.015443'),
  tm_update: dayAt('09:30:46.015443'),
  duration_waiting: 40_283,
  answer_agent_id: ids.agent,
};

const agent: Agent = {
  id: ids.agent,
  username: 'mira',
  name: 'Mira',
  detail: 'Orders, early shift',
  ring_method: 'ringall',
  status: 'offline',
  permission: 0,
  tag_ids: [ids.tag],
  addresses: [address('+15550100177')],
  tm_create: dayAt('08:01:12.440910'),
  tm_update: notYet,
  tm_delete: notYet,
  customer_id: ids.customer,
  status_reason: '',
  tm_status: dayAt('08:01:12.440910'),
  skills: {},
  wrap_up_seconds: 0,
  max_no_answers: 0,
  auto_answer: false,
  after_call: '',
  tm_wrap_up_end: notYet,
};

const conference: Conference = {
  id: ids.conference,
  type: 'conference',
  status: 'progressing',
  name: 'bakers',
  detail: 'Every morning before the ovens',
  data: { room: 3 },
  timeout: 0,
  pre_actions: [talkAction],
  post_actions: [],
  call_ids: [],
  recording_id: nilId,
  recording_ids: [],
  tm_create: dayAt('05:00:00.100200'),
  tm_update: notYet,
  tm_delete: notYet,
  customer_id: ids.customer,
  confbridge_id: nilId,
};

const recording: Recording = {
  id: ids.recording,
  type: 'call',
  reference_id: ids.call,
  status: 'recording',
  format: 'wav',
  tm_start: dayAt('09:30:46.034001'),
  tm_end: notYet,
  tm_create: dayAt('09:30:46.015443'),
  tm_update: dayAt('09:30:46.034001'),
  tm_delete: notYet,
  customer_id: ids.customer,
  activeflow_id: ids.activeflow,
  duration: 0,
  paused: false,
  on_end_flow_id: nilId,
};

const groupcall: Groupcall = {
  id: ids.groupcall,
  customer_id: ids.customer,
  owner_type: 'agent',
  owner_id: ids.agent,
  status: 'progressing',
  flow_id: nilId,
  source: address(callerNumber),
  destinations: [address('+15550100177')],
  master_call_id: ids.call,
  master_groupcall_id: nilId,
  ring_method: 'ring_all',
  answer_method: 'hangup_others',
  answer_call_id: nilId,
  answer_groupcall_id: nilId,
  call_ids: [ids.agentCall],
  groupcall_ids: [],
  call_count: 1,
  groupcall_count: 0,
  dial_index: 0,
  tm_create: dayAt('09:30:41.882004'),
  tm_update: notYet,
  tm_delete: notYet,
};

const groupAnswered: Groupcall = {
  ...groupcall,
  answer_call_id: ids.agentCall,
  tm_update: dayAt('09:30:46.002118'),
};

const flowEnd = dayAt('09:33:10.500021');
const kickedAt = dayAt('09:35:05.731644');

/** An example of every event: one caller's way through a flow and a queue, told by what the webhooks say. */
export const eventExamples: { readonly [T in EventType]: EventEnvelope<T> } = {
  activeflow_created: { type: 'activeflow_created', data: activeflow },
  activeflow_updated: {
    type: 'activeflow_updated',
    data: { ...activeflow, current_action: answerAction, tm_update: dayAt('09:30:00.006301') },
  },
  activeflow_deleted: {
    type: 'activeflow_deleted',
    data: { ...activeflow, current_action: queueJoinAction, tm_update: flowEnd, tm_delete: flowEnd },
  },
  call_created: { type: 'call_created', data: call },
  call_ringing: { type: 'call_ringing', data: agentCall },
  call_answered: { type: 'call_answered', data: answered },
  call_updated: {
    type: 'call_updated',
    data: { ...answered, chained_call_ids: [ids.agentCall], tm_update: dayAt('09:30:41.882004') },
  },
  call_hungup: {
    type: 'call_hungup',
    data: {
      ...answered,
      status: 'hangup',
      hangup_by: 'remote',
      hangup_reason: 'normal',
      tm_update: flowEnd,
      tm_hangup: flowEnd,
    },
  },
  queue_created: { type: 'queue_created', data: queue },
  queue_updated: {
    type: 'queue_updated',
    data: {
      ...queue,
      wait_queue_call_ids: [ids.queuecall],
      total_incoming_count: 1,
      tm_update: dayAt('09:30:05.731600'),
    },
  },
  queue_deleted: {
    type: 'queue_deleted',
    data: { ...queue, tm_update: dayAt('18:00:00.120000'), tm_delete: dayAt('18:00:00.120000') },
  },
  queuecall_created: { type: 'queuecall_created', data: waiting },
  queuecall_entering: { type: 'queuecall_entering', data: entering },
  queuecall_serviced: { type: 'queuecall_serviced', data: served },
  queuecall_kicking: {
    type: 'queuecall_kicking',
    data: { ...waiting, status: 'kicking', tm_update: kickedAt },
  },
  queuecall_done: {
    type: 'queuecall_done',
    data: {
      ...served,
      status: 'done',
      tm_update: flowEnd,
      tm_delete: flowEnd,
      duration_service: 144_484,
      end_reason: 'served',
    },
  },
  queuecall_abandoned: {
    type: 'queuecall_abandoned',
    data: {
      ...waiting,
      status: 'abandoned',
      tm_update: kickedAt,
      tm_delete: kickedAt,
      duration_waiting: 300_000,
      end_reason: 'overflowed',
    },
  },
  agent_created: { type: 'agent_created', data: agent },
  agent_updated: {
    type: 'agent_updated',
    data: { ...agent, detail: 'Orders, late shift', tm_update: dayAt('12:15:30.000871') },
  },
  agent_deleted: {
    type: 'agent_deleted',
    data: { ...agent, tm_update: dayAt('18:05:00.000019'), tm_delete: dayAt('18:05:00.000019') },
  },
  agent_status_updated: {
    type: 'agent_status_updated',
    data: {
      ...agent,
      status: 'available',
      tm_update: dayAt('09:30:41.871205'),
      tm_status: dayAt('09:30:41.871205'),
    },
  },
  queuecall_waiting: {
    type: 'queuecall_waiting',
    data: { ...waiting, tm_update: dayAt('09:31:01.880002') },
  },
  queuecall_updated: {
    type: 'queuecall_updated',
    data: {
      ...waiting,
      status: 'service',
      service_agent_id: nilId,
      answer_agent_id: ids.agent,
      tm_service: dayAt('09:30:52.400700'),
      tm_update: dayAt('09:33:01.880002'),
    },
  },
  conference_created: { type: 'conference_created', data: conference },
  conference_updated: {
    type: 'conference_updated',
    data: {
      ...conference,
      call_ids: [ids.call],
      confbridge_id: ids.confbridge,
      tm_update: dayAt('05:58:12.000430'),
    },
  },
  conference_deleted: {
    type: 'conference_deleted',
    data: {
      ...conference,
      status: 'terminated',
      confbridge_id: ids.confbridge,
      tm_update: dayAt('06:20:00.007100'),
      tm_delete: dayAt('06:20:00.007100'),
    },
  },
  recording_started: { type: 'recording_started', data: recording },
  recording_finished: {
    type: 'recording_finished',
    data: { ...recording, status: 'ended', tm_end: flowEnd, tm_update: flowEnd, duration: 144_460 },
  },
  groupcall_created: { type: 'groupcall_created', data: groupcall },
  groupcall_progressing: { type: 'groupcall_progressing', data: groupAnswered },
  groupcall_hangup: {
    type: 'groupcall_hangup',
    data: { ...groupAnswered, status: 'hangup', call_count: 0, tm_update: flowEnd },
  },
  groupcall_deleted: {
    type: 'groupcall_deleted',
    data: {
      ...groupAnswered,
      status: 'hangup',
      call_count: 0,
      tm_update: dayAt('18:10:00.000300'),
      tm_delete: dayAt('18:10:00.000300'),
    },
  },
};
