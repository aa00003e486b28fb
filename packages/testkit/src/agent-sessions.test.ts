import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Agent } from '@parley/contract';
import { beginSession, createAgent, createLogin, Draft, setAgentStatus } from '@parley/core';
import { AgentSessions } from '@parley/server';
import { SeededChance } from './seeded-chance.ts';
import { createMemoryStore } from './store.ts';
import { VirtualClock } from './virtual-clock.ts';

const customerId = '9d27750e-7f4f-11ec-b98f-839769cdfb25';
const anHour = 3_600_000;

/** An agent who is available, with a token for each of these seconds. */
async function rigOf(...seconds: readonly number[]) {
  const [clock, chance, store] = [new VirtualClock(), new SeededChance(7), createMemoryStore()];
  const warnings: string[] = [];
  const commit = async ({ puts, preconditions }: Draft) =>
    (await store.commit([{ puts, preconditions, events: [], deliveries: [] }]))[0];
  const made = new Draft(clock.now(), chance);
  const decision = createAgent(made, chance, customerId, { username: 'mira' });
  assert.ok(decision.ok);
  const { id } = decision.agent;
  setAgentStatus(made, { row: decision.agent, version: 0 }, 'available');
  createLogin(made, decision.agent, 'hash');
  assert.ok((await commit(made))?.ok);
  const login = async (expire: number): Promise<void> => {
    const stored = await store.get('login', id);
    assert.ok(stored);
    const draft = new Draft(clock.now(), chance);
    const sessions = await store.findByParent('session', id);
    beginSession(draft, { chance, hash: (token) => token }, stored, sessions, expire);
    assert.ok((await commit(draft))?.ok);
    watch.changed(draft.puts);
  };
  let losses = 0;
  const watch = new AgentSessions({
    store,
    submit: async ({ puts, preconditions }) => {
      losses -= 1;
      if (losses >= 0) return { ok: false, lost: { kind: 'agent', id, why: 'version' } };
      const [outcome] = await store.commit([{ puts, preconditions, events: [], deliveries: [] }]);
      assert.ok(outcome);
      return outcome;
    },
    clock,
    chance,
    log: { warn: (_: unknown, message: string) => void warnings.push(message) } as never,
  });
  await watch.start();
  for (const each of seconds) await login(each);
  const agent = async (): Promise<Agent | undefined> => (await store.get('agent', id))?.row;
  const pass = async (ms: number): Promise<void> => {
    const until = clock.ms + ms;
    clock.after(ms, () => undefined);
    while (clock.step(until)) await settled();
    await settled();
  };
  return { clock, store, id, watch, login, agent, pass, warnings, lose: (times: number) => (losses = times) };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

describe('the watch over the sessions of agents', () => {
  it('takes an agent offline when the last of its tokens expires', async () => {
    const { agent, pass, store, id } = await rigOf(60, 120);
    await pass(61_000);
    assert.equal((await agent())?.status, 'available');
    await pass(60_000);
    const gone = await agent();
    assert.deepEqual([gone?.status, gone?.status_reason], ['offline', 'session_ended']);
    assert.deepEqual(await store.findByParent('session', id), []);
  });

  it('leaves an agent alone whose token never expires, or who has never had one', async () => {
    const { agent, pass } = await rigOf(0);
    await pass(100 * anHour);
    assert.equal((await agent())?.status, 'available');
    const other = await rigOf();
    await other.pass(100 * anHour);
    assert.equal((await other.agent())?.status, 'available');
  });

  it('ends at its start what was over before', async () => {
    const { watch, pass, agent, clock } = await rigOf(60);
    watch.stop();
    assert.equal(clock.next(), undefined, 'nothing is left behind');
    await pass(anHour);
    assert.equal((await agent())?.status, 'available');
    await watch.start();
    await pass(1);
    assert.equal((await agent())?.status_reason, 'session_ended');
  });

  it('decides again when the agent was changed at that moment, and later when nothing can be written', async () => {
    const { pass, agent, lose, warnings } = await rigOf(60);
    lose(2);
    await pass(60_000);
    assert.equal((await agent())?.status, 'offline');
    assert.equal(warnings.length, 0);
    const other = await rigOf(60);
    other.store.failNext(1);
    await other.pass(60_000);
    assert.equal((await other.agent())?.status, 'available');
    assert.equal(other.warnings.length, 1);
    await other.pass(30_000);
    assert.equal((await other.agent())?.status, 'offline');
  });
});
