import { type Action, nilId } from '@parley/contract';
import type { SeededChance } from '../seeded-chance.ts';
import { drawMs, longestWaitMs } from './sim-caller.ts';

/** Whom flows call and where they go. */
export interface Reachable {
  readonly destinations: readonly Destination[];
  readonly conferenceIds: readonly string[];
  readonly queueIds: readonly string[];
}

export interface Destination {
  readonly type: 'extension' | 'sip' | 'tel' | 'agent';
  readonly target: string;
}

type Made = Pick<Action, 'type' | 'option'>;
type Maker = (chance: SeededChance, ids: readonly string[], reachable: Reachable) => Made;

const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];

/** An echo is ticked all the time, so it is what costs a simulation time. */
const longestEchoMs = 60_000;

function text(chance: SeededChance): string {
  return Array.from({ length: chance.between(1, 12) }, () => chance.pick(words)).join(' ');
}

const talk: Maker = (chance) => ({
  type: 'talk',
  option: {
    text: text(chance),
    language: 'en-US',
    digits_handle: chance.pick(['', 'next']),
    async: chance.happens(0.1),
  },
});

function several<T>(chance: SeededChance, choices: readonly T[], most: number): T[] {
  return Array.from({ length: chance.between(1, most) }, () => chance.pick(choices));
}

const connect: Maker = (chance, _ids, { destinations }) => ({
  type: 'connect',
  option: {
    destinations: several(chance, destinations, chance.happens(0.5) ? 1 : 3),
    ring_method: chance.pick(['ring_all', 'linear']),
    timeout: chance.pick([0, 2, 10, 30]),
    unchained: chance.happens(0.2),
    early_media: chance.happens(0.4),
    relay_reason: chance.happens(0.3),
  },
});

const join: Maker = (chance, _ids, { conferenceIds }) => ({
  type: 'conference_join',
  option: { conference_id: chance.pick(conferenceIds) },
});

const queue: Maker = (chance, _ids, { queueIds }) => ({
  type: 'queue_join',
  option: { queue_id: chance.pick(queueIds) },
});

/** Not for long: what is recorded is ticked all the time. */
const record: Maker = (chance) => ({
  type: 'recording_start',
  option: {
    duration: chance.between(1, 20),
    end_of_silence: chance.pick([0, 0, 2]),
    end_of_key: chance.pick(['none', 'any', '#'] as const),
    beep_start: chance.happens(0.3),
  },
});

/** What calls that a flow makes do: nothing, something short, or meet somebody. */
const callees: readonly ((...args: Parameters<Maker>) => readonly Made[])[] = [
  () => [],
  (chance) => [{ type: 'talk', option: { text: text(chance), language: 'en-US' } }],
  (chance) => [{ type: 'sleep', option: { duration: chance.between(1, 5_000) } }],
  (...args) => [join(...args)],
  (...args) => [connect(...args)],
];

const call: Maker = (chance, ids, reachable) => ({
  type: 'call',
  option: {
    destinations: several(chance, reachable.destinations, 2),
    actions: chance.pick(callees)(chance, ids, reachable),
    chained: chance.happens(0.5),
    early_execution: chance.happens(0.3),
    timeout: chance.pick([0, 5, 20]),
  },
});

/** One way to make each kind of action; what they point at are actions of the same flow. */
const makers: readonly Maker[] = [
  talk,
  talk,
  connect,
  connect,
  join,
  queue,
  call,
  record,
  () => ({ type: 'recording_stop' }),
  () => ({ type: 'answer' }),
  () => ({ type: 'beep' }),
  (chance) => ({ type: 'sleep', option: { duration: drawMs(chance, 1, 3000, longestWaitMs) } }),
  (chance) => ({ type: 'echo', option: { duration: drawMs(chance, 100, 3000, longestEchoMs) } }),
  (chance) => ({
    type: 'digits_receive',
    option: { duration: drawMs(chance, 100, 4000, longestWaitMs), length: chance.between(0, 3), key: '#' },
  }),
  (chance, ids) => ({
    type: 'branch',
    option: {
      target_ids: { 1: chance.pick(ids), 2: chance.pick(ids) },
      default_target_id: chance.pick([nilId, ...ids]),
    },
  }),
  (chance, ids) => ({
    type: 'goto',
    option: { target_id: chance.pick(ids), loop_count: chance.between(0, 3) },
  }),
  (chance, ids) => ({
    type: 'condition_call_digits',
    option: { length: chance.between(0, 3), key: '12', false_target_id: chance.pick(ids) },
  }),
  (chance, ids) => ({
    type: 'condition_call_status',
    option: { status: chance.pick(['ringing', 'progressing']), false_target_id: chance.pick(ids) },
  }),
  (chance, ids) => ({
    type: 'condition_variable',
    option: {
      condition: '==',
      variable: '${n}',
      value_type: 'string',
      value_string: '1',
      false_target_id: chance.pick(ids),
    },
  }),
  (chance) => ({
    type: 'variable_set',
    option: { key: 'n', value: chance.pick(['1', '2', '${parley.call.digits}']) },
  }),
  () => ({ type: 'fetch', option: { event_url: 'http://192.0.2.1/actions' } }),
  (chance) => ({
    type: 'webhook_send',
    option: { uri: 'http://192.0.2.1/hook', sync: chance.happens(0.5), data: '${parley.call.id}' },
  }),
  (chance) => ({ type: 'play', option: { stream_urls: [`http://192.0.2.1/${chance.pick(words)}.wav`] } }),
  () => ({ type: 'block' }),
  () => ({ type: 'stop' }),
  () => ({ type: 'hangup' }),
];

const answer: Made = { type: 'answer' };

/** What somebody writes who knows what they want: to bring people together. */
const purposes: readonly ((...args: Parameters<Maker>) => readonly Made[])[] = [
  (...args) => [connect(...args)],
  (...args) => [answer, connect(...args), talk(...args)],
  (...args) => [connect(...args), connect(...args)],
  (...args) => [talk(...args), connect(...args), join(...args)],
  (...args) => [join(...args)],
  (...args) => [answer, call(...args), join(...args)],
  (...args) => [queue(...args)],
  (...args) => [answer, record(...args), connect(...args)],
  (...args) => [queue(...args), { type: 'beep' }],
  (...args) => [call(...args), { type: 'sleep', option: { duration: args[0].between(1, 8_000) } }],
];

/** Actions that bring people together, one after another. */
export function makePurposefulActions(chance: SeededChance, reachable: Reachable): Made[] {
  return [...chance.pick(purposes)(chance, [], reachable)];
}

/** What is at the number of a queue: perhaps a greeting, and something for those whom nobody served. */
export function makeWaitingActions(chance: SeededChance, queueId: string, reachable: Reachable): Made[] {
  const waits: Made = { type: 'queue_join', option: { queue_id: queueId, priority: chance.between(0, 2) } };
  const before = chance.pick([[], [answer], [answer, record(chance, [], reachable)]]);
  return [...before, waits, ...(chance.happens(0.3) ? [{ type: 'beep' as const }] : [])];
}

/** A list of actions such as a careless person might write; not all of them pass the check. */
export function makeActions(chance: SeededChance, longest: number, reachable: Reachable): Action[] {
  const ids = Array.from({ length: chance.between(1, longest) }, () => chance.id());
  return ids.map((id) => ({
    id,
    next_id: chance.happens(0.05) ? chance.pick(ids) : nilId,
    ...chance.pick(makers)(chance, ids, reachable),
  }));
}
