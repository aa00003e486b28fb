import type { AgentStatus } from '@parley/contract';
import { cause } from '@parley/core';
import type { DayFile } from '../day-file.ts';
import type { SeededChance } from '../seeded-chance.ts';
import { type RaceAgent, type RacePhone, RaceWorld } from './race-world.ts';

/** Something that somebody does, or that comes due, at the moment of a race. */
type Act = readonly [name: string, run: () => void];

export interface Raced {
  readonly violations: readonly string[];
  /** How often two things were done in the same millisecond, as `answers + callerLeaves`. */
  readonly pairs: ReadonlyMap<string, number>;
  readonly looked: RaceWorld['referee']['looked'];
}

const racesPerWorld = 20;
/** Things done in one millisecond. */
const most = 5;

/** Races of callers, agents, clients and deadlines in the same millisecond; a seed is a world with twenty of them. */
export async function race(seed: number): Promise<Raced> {
  const world = new RaceWorld(drawDay(seed), seed);
  const pairs = new Map<string, number>();
  await world.start();
  for (const agent of world.agents) world.choose(agent, 'available');
  for (let round = 0; round < racesPerWorld && world.referee.violations.length === 0; round += 1) {
    prepare(world);
    const names = run(world);
    for (const [index, one] of names.entries())
      for (const other of names.slice(index + 1)) {
        const pair = [one, other].sort().join(' + ');
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
      }
    if (world.chance.happens(0.01)) await world.die();
    world.pass(world.chance.happens(0.3) ? world.chance.between(0, 12_000) : world.chance.between(0, 20));
  }
  world.end();
  const { violations, looked } = world.referee;
  return { violations, pairs, looked };
}

function drawDay(seed: number): DayFile {
  const { length } = strategies;
  const strategy = strategies[seed % length] ?? 'ring_all';
  return {
    queues: [
      {
        name: 'all',
        settings: {
          routing_method: strategy,
          wrap_up_seconds: seed % 3 === 0 ? 2 : 0,
          wait_timeout: seed % 5 === 0 ? 8_000 : 0,
          service_timeout: seed % 7 === 0 ? 5_000 : 0,
          exit_key: '#',
          callback: { key: '*', attempts: 2, retry_seconds: 1, expire_seconds: 20, timeout_seconds: 3 },
          after_call: seed % 11 === 0 ? 'stay_busy' : 'available',
          confirm_key: seed % 4 === 1 ? '5' : '',
          confirm_seconds: 2,
          agent_announcement: seed % 6 === 0 ? [{ type: 'talk', option: { text: 'A caller.' } }] : [],
          no_answer: {
            timeout_seconds: 4,
            max: seed % 4,
            delay_seconds: { noanswer: 1, busy: 1, rejected: 0, failed: 1 },
          },
        },
        calls_per_hour: {},
      },
      {
        name: 'some',
        tags: ['some'],
        overflow_to: 'all',
        settings: { priority: seed % 2, max_length: seed % 3, wait_timeout: 3_000 },
        calls_per_hour: {},
      },
    ],
    teams: [
      { name: 'all', agents: 1 + (seed % 2), from: '00:00', until: '24:00' },
      { name: 'some', agents: 1 + (seed % 3), tags: ['some'], from: '00:00', until: '24:00' },
    ],
  };
}

const strategies = ['ring_all', 'longest_idle', 'ring_all', 'round_robin', 'weighted'] as const;

/** Has callers come until there is something to race for, in whatever state it is by then. */
function prepare(world: RaceWorld): void {
  const { chance, agents } = world;
  while (world.callers.size < 2 && chance.happens(0.9)) world.call();
  for (const agent of agents)
    if (agent.chosen !== 'available' && chance.happens(0.5)) world.choose(agent, 'available');
  for (const agent of agents) if (!agent.phone.isReachable) world.register(agent, true);
  // Before the agent is looked up, while it is looked up, while it rings.
  world.pass(chance.pick([0, 1, 2, 3, 4, 10, 10, 10, 3_100]));
  for (const agent of agents) agent.read = world.desk.read(agent.agentId);
}

/** Some of all that could happen now, in one millisecond and in an order that is drawn; answers what. */
function run(world: RaceWorld): string[] {
  const { chance } = world;
  const due = chance.happens(0.3) && world.passToDeadline(5_000);
  const acts = drawn([...actsIn(world)], chance);
  if (due) acts.splice(chance.between(0, acts.length), 0, ['due', () => world.desk.wake()]);
  const slow = chance.happens(0.5);
  if (slow) world.hold();
  for (const [, act] of acts) {
    act();
    // The disk may be done in the middle of it all.
    if (slow && chance.happens(0.1)) world.release();
  }
  if (slow) world.release();
  return acts.map(([name]) => name);
}

function drawn(possible: Act[], chance: SeededChance): Act[] {
  const acts: Act[] = [];
  for (let count = chance.between(2, most); count > 0 && possible.length > 0; count -= 1)
    acts.push(...possible.splice(Math.floor(chance.fraction() * possible.length), 1));
  return acts;
}

function* actsIn(world: RaceWorld): Generator<Act> {
  const { desk, farEnd, agents, callers, outside } = world;
  for (const callId of callers) {
    yield ['callerLeaves', () => farEnd.ends(callId, cause.normalClearing)];
    yield ['clientHangsUp', () => desk.hear({ kind: 'hangupRequested', callId })];
    yield ['key', () => desk.hear({ kind: 'digit', callId, digit: '#' })];
    yield ['asksBack', () => desk.hear({ kind: 'digit', callId, digit: '*' })];
    const visitId = desk.centre?.liveCall(callId)?.visitId;
    if (visitId !== undefined) yield* actsOn(visitId, world);
  }
  for (const callId of outside.ringing) {
    const answers: Act = ['callerAnswers', () => answer(outside, callId, world)];
    yield* [answers, answers, answers];
    yield ['callerDeclines', () => farEnd.ends(callId, cause.rejected)];
  }
  for (const callId of outside.talking)
    yield ['callerLeaves', () => farEnd.ends(callId, cause.normalClearing)];
  yield ['calls', () => world.call()];
  for (const agent of agents) yield* actsOf(agent, world);
}

function* actsOn(visitId: string, { chance, desk, queueIds }: RaceWorld): Generator<Act> {
  const queueId = chance.pick(queueIds);
  yield ['kick', () => desk.decide((centre, at) => centre.kick(visitId, at))];
  yield ['moves', () => desk.decide((centre, at) => centre.waiting.change(visitId, { queueId }, at))];
  yield ['hurries', () => desk.decide((centre, at) => centre.waiting.change(visitId, { priority: 9 }, at))];
}

function* actsOf(agent: RaceAgent, world: RaceWorld): Generator<Act> {
  const { desk, farEnd, chance } = world;
  for (const callId of agent.phone.ringing) {
    const answers: Act = ['answers', () => answer(agent.phone, callId, world)];
    yield* [answers, answers, answers];
    yield ['declines', () => farEnd.ends(callId, cause.rejected)];
  }
  for (const callId of agent.phone.talking) {
    yield ['agentKey', () => desk.hear({ kind: 'digit', callId, digit: '5' })];
    yield ['agentHangsUp', () => farEnd.ends(callId, cause.normalClearing)];
    yield ['clientHangsUpAgent', () => desk.hear({ kind: 'hangupRequested', callId })];
  }
  const status = pickStatus(chance);
  yield [status, () => world.choose(agent, status)];
  yield ['oldRead', () => world.choose(agent, status, agent.read)];
  yield ['finishes', () => desk.finishRest(agent.agentId)];
  if (agent.phone.isReachable) yield ['phoneGoes', () => world.register(agent, false)];
}

/** A phone that has been hung up on meanwhile answers nothing; one that is about to be does. */
function answer(phone: RacePhone, callId: string, world: RaceWorld): void {
  if (!phone.ringing.delete(callId)) return;
  phone.talking.add(callId);
  world.farEnd.answers(callId);
}

function pickStatus(chance: SeededChance): Exclude<AgentStatus, 'ringing'> {
  return chance.pick(['available', 'away', 'offline', 'busy']);
}
