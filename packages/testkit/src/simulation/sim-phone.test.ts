import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SeededChance } from '../seeded-chance.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { fairWeather, VirtualNetwork } from '../virtual-network.ts';
import { fairStreams, VirtualStreams } from '../virtual-streams.ts';
import { SimPhone } from './sim-phone.ts';

/** Two phones, without a server between them. */
async function phones(transport: 'UDP' | 'TCP') {
  const clock = new VirtualClock();
  const chance = new SeededChance(1);
  const network = new VirtualNetwork(clock, chance.fork(), fairWeather);
  const streams = new VirtualStreams(clock, chance.fork(), { ...fairStreams, cuts: 1, maxHoldMs: 5 });
  const phone = (address: string): SimPhone =>
    new SimPhone({
      clock,
      network,
      streams,
      chance: chance.fork(),
      address: { address, port: 5060 },
      transport,
    });
  const pass = async (ms: number): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    const end = clock.ms + ms;
    while (clock.step(end));
    clock.passTo(end);
  };
  const [alice, bob] = [phone('10.0.1.1'), phone('10.0.1.2')];
  await pass(1);
  const call = (): void => alice.dial({ number: 'bob', at: bob.address, timeoutMs: 20_000 });
  const states = (): string[] => [alice.state.kind, bob.state.kind];
  return { alice, bob, network, call, pass, states };
}

for (const transport of ['UDP', 'TCP'] as const) {
  describe(`a phone over ${transport}`, () => {
    it('calls and is called, hears the other, and hangs up', async () => {
      const { alice, bob, network, call, pass, states } = await phones(transport);
      call();
      await pass(200);
      assert.deepEqual(states(), ['dialling', 'ringing']);
      bob.accept();
      await pass(200);
      assert.deepEqual(states(), ['talking', 'talking']);
      const before = network.counts.delivered;
      alice.press('12');
      await pass(1000);
      assert.ok(network.counts.delivered > before + 5);
      bob.hangup();
      await pass(200);
      assert.deepEqual(states(), ['idle', 'idle']);
      assert.deepEqual([...alice.wrongEnds, ...bob.wrongEnds], []);
    });

    it('can be refused, give up, and call again', async () => {
      const { alice, bob, call, pass, states } = await phones(transport);
      call();
      await pass(200);
      bob.refuse(486);
      await pass(200);
      assert.deepEqual(states(), ['idle', 'idle']);
      call();
      await pass(200);
      alice.hangup();
      await pass(200);
      assert.deepEqual(states(), ['idle', 'idle']);
      call();
      await pass(20_500);
      assert.deepEqual(states(), ['idle', 'idle']);
      assert.deepEqual([...alice.wrongEnds, ...bob.wrongEnds], []);
    });

    it('vanishes without a word', async () => {
      const { alice, bob, call, pass, states } = await phones(transport);
      call();
      await pass(200);
      bob.accept();
      await pass(200);
      bob.lose('power');
      alice.hangup();
      await pass(60_000);
      assert.deepEqual(states(), ['idle', 'talking']);
      assert.deepEqual(alice.wrongEnds, []);
      assert.equal(
        Object.values(alice.sizes).some((size) => size > 0),
        false,
      );
    });
  });
}
