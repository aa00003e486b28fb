import { type ActionInput, type Flow, nilId, type RoutingMethod } from '@parley/contract';
import {
  checkFlow,
  createAgent,
  createExtension,
  createFlow,
  createNumber,
  createQueue,
  Draft,
  firstCustomer,
  setAgentStatus,
} from '@parley/core';
import { createPasswordHash, type Exchange } from '@parley/server';
import type { SeededChance } from '../seeded-chance.ts';
import type { MemoryStore } from '../store.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import {
  type Destination,
  makeActions,
  makePurposefulActions,
  makeWaitingActions,
  type Reachable,
} from './flow-maker.ts';
import { routingMethods } from './office.ts';
import { simDigestHash } from './sim-digest.ts';

export const simDomain = 'parley.internal';
/** What all phones prove themselves with. */
export const simPassword = 'secret';

/** Extensions that phones register for; the first may have several phones. */
const extensions = ['2001', '2002', '2003'];
const nobodysExtension = '2999';
const conferenceCount = 2;
/** Where nobody is. */
const nowhere = '10.0.9.9';

/** What there is to be called, and where. */
export interface Site {
  readonly customerId: string;
  readonly numbers: readonly string[];
  /** Whoever calls them waits for an agent. */
  readonly hotlines: readonly string[];
  readonly extensions: readonly string[];
  readonly reachable: Reachable;
  readonly agentIds: readonly string[];
  readonly queueIds: readonly string[];
  readonly clock: VirtualClock;
}

/** A customer with a receiver; it has to be there before the first server is. */
export async function makeCustomer(
  store: MemoryStore,
  clock: VirtualClock,
  chance: SeededChance,
): Promise<string> {
  const draft = new Draft(clock.now(), chance);
  const { customer } = firstCustomer(draft, { chance, hash: (text) => text });
  draft.put('customer', { ...customer, webhook_uri: 'http://192.0.2.9/events' });
  await store.commit([{ puts: draft.puts, events: [], preconditions: [], deliveries: [] }]);
  return customer.id;
}

export interface SiteDeps {
  readonly customerId: string;
  readonly store: MemoryStore;
  readonly exchange: Exchange;
  readonly clock: VirtualClock;
  readonly chance: SeededChance;
  /** Addresses of phones that can be called without being registered. */
  readonly phones: readonly string[];
}

/** Extensions, conferences, flows, and numbers: with flows, without one, and one whose flow is empty. */
export async function makeSite({
  customerId,
  store,
  exchange,
  clock,
  chance,
  phones,
}: SiteDeps): Promise<Site> {
  const draft = new Draft(clock.now(), chance);
  const hashPassword = createPasswordHash(simDigestHash, simDomain);
  for (const extension of extensions)
    createExtension(draft, { chance, hashPassword }, customerId, { extension, password: simPassword });
  const conferenceIds: string[] = [];
  for (let made = 0; made < conferenceCount; made += 1)
    conferenceIds.push(await makeConference(exchange, customerId));
  const [favourite = ''] = conferenceIds;
  const queueIds = await makeQueues(exchange, clock, chance, customerId, phones);
  const agentIds = await makeAgents(exchange, clock, chance, customerId, phones);
  const reachable = {
    conferenceIds: [favourite, ...conferenceIds],
    queueIds,
    destinations: [
      ...destinationsOf(phones),
      ...agentIds.map((target) => ({ type: 'agent', target }) as const),
    ],
  };
  const flowIds = Array.from({ length: 4 }, () => makeFlow(draft, chance, customerId, reachable).id);
  const numbers = makeNumbers(draft, chance, customerId, 1000, [...flowIds, nilId]);
  const waiting = queueIds.map((queueId) => {
    const flow = createFlow(draft, chance, customerId, {
      actions: makeWaitingActions(chance, queueId, reachable),
    });
    if (!flow.ok) throw new Error('a flow that leads into a queue is wrong');
    return flow.flow.id;
  });
  const hotlines = makeNumbers(draft, chance, customerId, 1100, waiting);
  await store.commit([{ puts: draft.puts, events: [], preconditions: [], deliveries: [] }]);
  const all = [...numbers, '4040'];
  return { customerId, numbers: all, hotlines, extensions, reachable, agentIds, queueIds, clock };
}

function makeNumbers(
  draft: Draft,
  chance: SeededChance,
  customerId: string,
  first: number,
  flowIds: readonly string[],
): readonly string[] {
  return flowIds.map((flowId, index) => {
    const number = String(first + index);
    createNumber(draft, chance, customerId, { number, call_flow_id: flowId });
    return number;
  });
}

/** One plays music, the other has actions, bounds and keys, and may overflow into the first; both give agents up soon. */
async function makeQueues(
  exchange: Exchange,
  clock: VirtualClock,
  chance: SeededChance,
  customerId: string,
  phones: readonly string[],
): Promise<readonly string[]> {
  const draft = new Draft(clock.now(), chance);
  const waits = [{ type: 'beep' }, { type: 'sleep', option: { duration: 3_000 } }];
  const delays = { noanswer: 2, busy: 3, rejected: 1, failed: 6 };
  const noAnswer = {
    timeout_seconds: chance.between(1, 10),
    delay_seconds: delays,
    max: chance.between(0, 3),
  };
  const settings = [
    {
      routing_method: chance.pick<RoutingMethod>(['ring_all', ...routingMethods]),
      sticky: { within_seconds: chance.pick([0, 600]), hold_seconds: chance.between(0, 5) },
      agent_announcement: chance.pick([
        [],
        [{ type: 'beep' }, { type: 'sleep', option: { duration: 2_000 } }],
      ]),
      confirm_key: chance.pick(['', '1']),
      confirm_seconds: 4,
      wrap_up_seconds: chance.pick([0, 2]),
    },
    {
      wait_actions: chance.happens(0.3) ? [...waits, callbackTo(chance, phones)] : waits,
      routing_method: chance.pick(routingMethods),
      announce: { interval_seconds: chance.pick([0, 0, 10]), estimated_wait: chance.happens(0.5) },
      wait_timeout: chance.pick([0, 20_000]),
      service_timeout: chance.pick([0, 15_000]),
      max_length: chance.pick([0, 2]),
      wrap_up_seconds: chance.pick([0, 3]),
      exit_key: chance.pick(['', '1']),
    },
  ];
  const callback = { key: '2', attempts: 3, retry_seconds: 3, timeout_seconds: 8, expire_seconds: 90 };
  const overflows = chance.happens(0.5);
  const ids: string[] = [];
  for (const each of settings) {
    const [first] = ids;
    const overflow =
      overflows && first !== undefined ? ({ type: 'queue', target_id: first } as const) : undefined;
    const details = { no_answer: noAnswer, callback, ...each, ...(overflow && { overflow }) };
    const made = createQueue(draft, chance, customerId, details);
    if (made.kind !== 'ok') throw new Error('a queue was not made');
    ids.push(made.queue.id);
  }
  await exchange.changes.submit(draft);
  return ids;
}

/** Whoever has waited for a while wants to be called back, mostly at a phone that is there. */
function callbackTo(chance: SeededChance, phones: readonly string[]): ActionInput {
  const address = phones.length === 0 || chance.happens(0.1) ? nowhere : chance.pick(phones);
  return {
    type: 'queue_callback',
    option: { destination: { type: 'sip', target: `sip:phone@${address}:5060` } },
  };
}

/** Most are at phones that are there, and begin to work at once; one may be where nobody is, one is at a phone that comes and goes. */
async function makeAgents(
  exchange: Exchange,
  clock: VirtualClock,
  chance: SeededChance,
  customerId: string,
  phones: readonly string[],
): Promise<readonly string[]> {
  const draft = new Draft(clock.now(), chance);
  const hasGhost = chance.happens(0.3);
  const ids = Array.from({ length: chance.between(3, 5) }, (_, index) => {
    const isGhost = phones.length === 0 || (hasGhost && index === 0);
    const address = isGhost ? nowhere : phones[index % phones.length];
    const made = createAgent(draft, chance, customerId, {
      username: `agent-${index}`,
      ring_method: chance.pick(['ringall', 'linear']),
      auto_answer: chance.happens(0.3),
      after_call: chance.pick(['', '', '', 'available', 'stay_busy']),
      addresses: [
        ...(index === 1 ? [] : [{ type: 'sip' as const, target: `sip:phone@${address}:5060` }]),
        ...(index === 1 || chance.happens(0.3)
          ? [{ type: 'extension' as const, target: chance.pick(extensions) }]
          : []),
      ],
    });
    if (!made.ok) throw new Error('an agent was not made');
    if (chance.happens(0.8)) setAgentStatus(draft, { row: made.agent, version: 0 }, 'available');
    return made.agent.id;
  });
  await exchange.changes.submit(draft);
  return ids;
}

async function makeConference(exchange: Exchange, customerId: string): Promise<string> {
  const { conference } = await exchange.commands.decide((centre, at) =>
    centre.createConference(
      {
        customerId,
        type: 'conference',
        name: '',
        detail: '',
        data: {},
        timeout: 0,
        preActions: [],
        postActions: [],
      },
      at,
    ),
  );
  if (conference === undefined) throw new Error('a conference was not made');
  return conference.id;
}

/** Mostly somebody who is there. */
function destinationsOf(phones: readonly string[]): readonly Destination[] {
  const there = [
    ...extensions.map((target) => ({ type: 'extension', target }) as const),
    ...phones.map((address) => ({ type: 'sip', target: `sip:phone@${address}:5060` }) as const),
  ];
  return [
    ...there,
    ...there,
    { type: 'extension', target: nobodysExtension },
    { type: 'tel', target: '+49301234' },
    { type: 'sip', target: 'sip:nobody@10.0.9.9:5060' },
  ];
}

function makeFlow(draft: Draft, chance: SeededChance, customerId: string, reachable: Reachable): Flow {
  for (;;) {
    const actions = chance.happens(0.6)
      ? makePurposefulActions(chance, reachable)
      : makeActions(chance, 8, reachable);
    if (!checkFlow(actions, () => chance.id()).ok) continue;
    const made = createFlow(draft, chance, customerId, { actions });
    if (made.ok) return made.flow;
  }
}
