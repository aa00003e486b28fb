import { randomUUID } from 'node:crypto';
import {
  type Action,
  type Address,
  bodyExamples,
  eventExamples,
  type Instant,
  nilId,
  notYet,
} from '@parley/contract';
import {
  type Commit,
  type CommitOutcome,
  type ContactRow,
  emptyTally,
  type EventPosition,
  type Kind,
  type NewEvent,
  type Precondition,
  type Put,
  type Rows,
  type Store,
} from '@parley/core';

/** Some time, as rows have it; `second` tells one from another. */
export function time(second = 0): string {
  return `2022-04-11 00:23:${String(second).padStart(2, '0')}.724620`;
}

export const theEnd = '2022-04-12 10:00:00.000000';
export const beginning = 0 as EventPosition;

const action: Action = { id: '00000000-0000-0000-0000-000000000001', next_id: nilId, type: '' };
const address: Address = { type: 'tel', target: '+4930123', target_name: '', name: 'Ünal', detail: '' };

export const contact: ContactRow = {
  uri: 'sip:1001@192.168.1.20:5060',
  priority: 1,
  transport: 'UDP',
  address: '203.0.113.7',
  port: 40_212,
  local_address: '198.51.100.1',
  local_port: 5060,
  user_agent: '',
  call_id: 'a',
  cseq: 1,
  instance: '',
  tm_create: time(),
  tm_update: time(),
  tm_expire: theEnd,
};

/** A new row of each kind, with what a test wants otherwise. */
export const sample: { readonly [K in Kind]: (change?: Partial<Rows[K]>) => Rows[K] } = {
  customer: (change) => ({
    id: randomUUID(),
    username: 'a',
    name: 'A',
    detail: '',
    webhook_method: '',
    webhook_uri: '',
    permission_ids: [],
    webhook_secret: 'whsec_AAAA',
    music_on_hold_uri: '',
    ...times,
    ...change,
  }),
  accesskey: (change) => ({
    ...owned(),
    name: 'key',
    detail: '',
    token_prefix: 'pk_1',
    token_hash: randomUUID(),
    tm_expire: notYet,
    ...change,
  }),
  flow: (change) => ({ ...owned(), type: 'flow', name: 'f', detail: '', actions: [action], ...change }),
  number: (change) => ({
    ...owned(),
    number: `+${Math.floor(Math.random() * 1e15)}`,
    call_flow_id: randomUUID(),
    message_flow_id: nilId,
    name: '',
    detail: '',
    status: 'active',
    t38_enabled: false,
    emergency_enabled: false,
    ...change,
  }),
  tag: (change) => ({ ...owned(), name: 'gold', detail: '', ...change }),
  extension: (change) => ({
    ...owned(),
    name: '',
    detail: '',
    domain_id: randomUUID(),
    extension: '1001',
    domain_name: 'parley.internal',
    username: '1001',
    password_hashes: { realm: 'parley.internal', sha256: 'a', md5: 'b' },
    ...change,
  }),
  registration: (change) => ({ ...owned(), contacts: [contact], ...change }),
  call: (change) => ({
    ...owned(),
    flow_id: randomUUID(),
    type: 'flow',
    master_call_id: nilId,
    chained_call_ids: [],
    recording_id: nilId,
    recording_ids: [],
    source: address,
    destination: address,
    status: 'ringing',
    action,
    direction: 'incoming',
    hangup_by: '',
    hangup_reason: '',
    tm_progressing: notYet,
    tm_ringing: notYet,
    tm_hangup: notYet,
    activeflow_id: randomUUID(),
    groupcall_id: nilId,
    mute_direction: '',
    owner_type: '',
    owner_id: nilId,
    on_hold: false,
    ...change,
  }),
  activeflow: (change) => ({
    ...owned(),
    flow_id: randomUUID(),
    reference_type: 'call',
    reference_id: randomUUID(),
    current_action: action,
    forward_action_id: nilId,
    actions: [action],
    ...change,
  }),
  groupcall: (change) => ({ ...eventExamples.groupcall_created.data, ...owned(), ...change }),
  conference: (change) => ({ ...eventExamples.conference_created.data, ...owned(), ...change }),
  confbridge: (change) => ({
    ...owned(),
    type: 'conference',
    status: 'progressing',
    reference_type: 'conference',
    reference_id: randomUUID(),
    call_ids: [],
    recording_id: nilId,
    recording_ids: [],
    ...change,
  }),
  recording: (change) => ({ ...eventExamples.recording_started.data, ...owned(), ...change }),
  transfer: (change) => ({
    ...owned(),
    type: 'blind',
    transferer_call_id: randomUUID(),
    transferee_addresses: [address],
    transferee_call_id: nilId,
    groupcall_id: nilId,
    confbridge_id: nilId,
    ...change,
  }),
  provider: (change) => ({ ...bodyExamples.Provider, password: 'secret', ...owned(), ...change }),
  route: (change) => ({
    ...owned(),
    provider_id: randomUUID(),
    priority: 0,
    target: '+49',
    name: '',
    detail: '',
    ...change,
  }),
  trunk: (change) => ({
    ...bodyExamples.Trunk,
    ...owned(),
    domain_name: `office-${randomUUID()}`,
    ...change,
  }),
  agent: (change) => ({ ...eventExamples.agent_created.data, ...owned(), ...change }),
  login: (change) => ({
    ...owned(),
    username: `mira-${randomUUID()}`,
    password_hash: 'a',
    ...change,
  }),
  session: (change) => ({
    ...owned(),
    agent_id: randomUUID(),
    token_hash: randomUUID(),
    tm_expire: notYet,
    ...change,
  }),
  queue: (change) => ({ ...eventExamples.queue_created.data, ...owned(), ...change }),
  queuecall: (change) => ({
    ...eventExamples.queuecall_created.data,
    ...owned(),
    reference_id: randomUUID(),
    ...change,
  }),
  explanation: (change) => ({ ...owned(), offer_count: 0, offers: [], ...change }),
  statistic: (change) => ({
    ...owned(),
    subject: 'queue',
    subject_id: randomUUID(),
    interval: 'quarter',
    closed: false,
    tally: { ...emptyTally.queue(), incoming: 1 },
    ...change,
  }),
  standing: (change) => ({
    ...owned(),
    standing: { of: 'log', position: 7, floorMs: 0 },
    ...change,
  }),
};

const times = { tm_create: time(), tm_update: notYet, tm_delete: notYet };

function owned() {
  return { id: randomUUID(), customer_id: randomUUID(), ...times };
}

export function put<K extends Kind>(kind: K, row: Rows[K]): Put {
  // The compiler cannot follow that kind and row belong together through a generic; the signature guarantees it.
  return { kind, row } as unknown as Put;
}

export function event(change: Partial<NewEvent> = {}): NewEvent {
  const id = randomUUID();
  return {
    id: `evt_${id}`,
    type: 'call_updated',
    customerId: randomUUID(),
    lane: id,
    resourceId: id,
    at: 1_649_636_634_724_620 as Instant,
    body: `{"type":"call_updated","data":{"id":"${id}"}}`,
    recipients: [],
    ...change,
  };
}

export function commitOf(parts: Partial<Commit>): Commit {
  return { puts: [], events: [], deliveries: [], preconditions: [], ...parts };
}

export function requires(kind: Kind, id: string, version: number): Precondition {
  return { kind, id, version };
}

/** Makes one commit. */
export async function commit(store: Store, parts: Partial<Commit>): Promise<CommitOutcome> {
  const [outcome] = await store.commit([commitOf(parts)]);
  if (outcome === undefined) throw new Error('one commit has one outcome');
  return outcome;
}

/** Makes one commit that is to succeed; answers the positions of its events. */
export async function succeed(store: Store, parts: Partial<Commit>): Promise<readonly EventPosition[]> {
  const outcome = await commit(store, parts);
  if (!outcome.ok) throw new Error(`lost ${JSON.stringify(outcome.lost)}`);
  return outcome.positions;
}

/** The version of a row; 0: there is none. */
export async function versionOf(store: Store, kind: Kind, id: string): Promise<number> {
  return (await store.get(kind, id))?.version ?? 0;
}
