import { type Flow, nilId } from '@parley/contract';
import { checkFlow, createFlow, createNumber, Draft, firstCustomer, type Reply } from '@parley/core';
import { SeededChance } from '../seeded-chance.ts';
import { createMemoryStore, type MemoryStore } from '../store.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { type Endpoint, VirtualNetwork } from '../virtual-network.ts';
import { EventChecker } from './event-checker.ts';
import { makeActions } from './flow-maker.ts';
import { Receiver } from './receiver.ts';
import { type CallerPlan, SimPhone } from './sim-phone.ts';
import { SimServer } from './sim-server.ts';
import { Violations } from './violations.ts';
import { WireChecker } from './wire-checker.ts';

const serverAddress: Endpoint = { address: '10.0.0.1', port: 5060 };
/** When callers stop calling and faults stop happening. */
const troubleMs = 12_000;
/** Everything has to have come to rest by then: the longest call, SIP's last timers, a receiver's longest pause. */
const restMs = 300_000;

/** One seed's world: a server that may die, phones, a receiver, and the checkers that watch them. */
export class World {
  readonly clock = new VirtualClock();
  readonly violations = new Violations();
  readonly trace: string[] = [];
  readonly #chance: SeededChance;
  readonly #network: VirtualNetwork;
  readonly #events = new EventChecker(this.violations);
  readonly #wire = new WireChecker(this.violations);
  readonly #receiver: Receiver;
  readonly #phones: SimPhone[] = [];
  #store: MemoryStore;
  #server: SimServer | undefined;
  #reading = false;
  #lives = 0;

  constructor(seed: number) {
    this.violations.when = () => `at ${this.clock.ms.toFixed(1)} ms:`;
    this.#chance = new SeededChance(seed);
    const faults = this.#chance.fork();
    const varies = faults.between(0, 80);
    this.#network = new VirtualNetwork(this.clock, this.#chance.fork(), {
      loss: faults.happens(0.5) ? 0 : faults.fraction() * 0.15,
      duplication: faults.happens(0.5) ? 0 : faults.fraction() * 0.1,
      minDelayMs: 1,
      maxDelayMs: 1 + varies,
    });
    this.#receiver = new Receiver(
      this.clock,
      this.#chance.fork(),
      this.violations,
      faults.happens(0.5) ? 0 : faults.fraction() * 0.5,
    );
    this.#store = createMemoryStore({ latency: () => this.#storeLatency() });
  }

  /** Lives through all of it; answers the invariants that broke. */
  async run(): Promise<readonly string[]> {
    const numbers = await this.#settle(this.#setUp());
    await this.#settle(this.#boot());
    this.#plan(numbers);
    await this.#pass(troubleMs);
    this.#calm();
    await this.#pass(restMs);
    await this.#judge();
    return this.violations.list;
  }

  /** What makes one run comparable with another: the log, to the letter. */
  log(): string {
    return this.#events.entries.map((entry) => `${entry.position} ${entry.at} ${entry.body}`).join('\n');
  }

  say(text: string): void {
    this.trace.push(`${this.clock.ms.toFixed(1).padStart(9)} ${text}`);
  }

  /** A customer with a receiver, and numbers: with flows, without one, and one whose flow is empty. */
  async #setUp(): Promise<string[]> {
    const chance = this.#chance.fork();
    const draft = new Draft(this.clock.now(), chance);
    const { customer } = firstCustomer(draft, { chance, hash: (text) => text });
    draft.put('customer', { ...customer, webhook_uri: 'http://192.0.2.9/events' });
    const flows = Array.from({ length: 3 }, () => this.#makeFlow(draft, chance, customer.id));
    const numbers = [...flows.map((flow) => flow.id), nilId].map((flowId, index) => {
      const number = String(1000 + index);
      createNumber(draft, chance, customer.id, { number, call_flow_id: flowId });
      return number;
    });
    await this.#store.commit([{ puts: draft.puts, events: [], preconditions: [], deliveries: [] }]);
    return [...numbers, '4040'];
  }

  #makeFlow(draft: Draft, chance: SeededChance, customerId: string): Flow {
    for (;;) {
      const actions = makeActions(chance, 8);
      if (!checkFlow(actions, () => chance.id()).ok) continue;
      const made = createFlow(draft, chance, customerId, { actions });
      if (made.ok) return made.flow;
    }
  }

  async #boot(): Promise<void> {
    const chance = this.#chance.fork();
    this.#lives += 1;
    this.say(`server starts, life ${this.#lives}`);
    this.#server = new SimServer({
      clock: this.clock,
      network: this.#network,
      chance,
      store: this.#store,
      address: serverAddress,
      receive: this.#receiver.send,
      web: () => this.#web(chance),
      violations: this.violations,
      onSend: (bytes, to) => {
        this.say(`  sends ${firstLine(bytes)}`);
        this.#wire.sentSip(bytes, to);
      },
      onSendMedia: (to) => this.#wire.sentMedia(to),
    });
    await this.#server.start();
  }

  #web(chance: SeededChance): Reply {
    if (chance.happens(0.1)) return { ok: false, problem: 'refused' };
    if (chance.happens(0.1)) return { ok: true, status: 500, body: '' };
    const actions = chance.pick([
      [{ type: 'beep' }],
      [{ type: 'answer' }, { type: 'sleep', option: { duration: 200 } }],
      [{ type: 'nonsense' }],
    ]);
    return { ok: true, status: 200, body: JSON.stringify(actions) };
  }

  /** Draws who calls when, and what goes wrong when. */
  #plan(numbers: readonly string[]): void {
    const chance = this.#chance.fork();
    for (let index = 0; index < chance.between(1, 6); index += 1) {
      const address = { address: `10.0.1.${index + 1}`, port: 5060 };
      this.#phones.push(
        new SimPhone(
          this.clock,
          this.#network,
          chance.fork(),
          this.#makePlan(chance, numbers),
          address,
          serverAddress,
        ),
      );
    }
    const deaths = chance.happens(0.4) ? chance.between(1, 2) : 0;
    for (let death = 0; death < deaths; death += 1)
      this.clock.after(chance.between(100, troubleMs), () => this.#die(chance));
    if (chance.happens(0.2))
      this.clock.after(chance.between(100, troubleMs), () => this.#store.failNext(chance.between(1, 5)));
    if (chance.happens(0.3)) this.clock.after(chance.between(500, troubleMs), () => this.#interfere(chance));
  }

  #makePlan(chance: SeededChance, numbers: readonly string[]): CallerPlan {
    const keys = Array.from({ length: chance.between(0, 3) }, () => ({
      atMs: chance.between(100, 6000),
      digits: chance.pick(['1', '2', '12', '#', '9#']),
    }));
    return {
      dial: chance.pick(numbers),
      startMs: chance.between(0, 6000),
      patienceMs: chance.happens(0.2) ? chance.between(1, 500) : 30_000,
      keys,
      hangupMs: chance.between(1, 20_000),
      vanishMs: chance.happens(0.15) ? chance.between(1, 8000) : undefined,
    };
  }

  #die(chance: SeededChance): void {
    if (this.#server === undefined) return;
    this.say('server dies');
    this.#store = this.#server.kill();
    this.#server = undefined;
    // What was being read from the old store is never answered.
    this.#reading = false;
    this.clock.after(chance.between(10, 3000), () => void this.#boot());
  }

  /** Somebody at the API ends a call or an activeflow. */
  #interfere(chance: SeededChance): void {
    const server = this.#server;
    const callId = server?.exchange.centre.callIds()[0];
    if (server === undefined || callId === undefined) return;
    const activeflowId = server.exchange.centre.liveCall(callId)?.call.activeflow_id ?? nilId;
    if (chance.happens(0.5)) void server.exchange.switchboard.hangup(callId);
    else void server.exchange.switchboard.stopActiveflow(activeflowId);
  }

  /** From now on nothing fails any more, so that everything can come to its end. */
  #calm(): void {
    this.#receiver.recover();
    this.#store.failNext(0);
    if (this.#server === undefined) return;
    this.say('calm');
  }

  #storeLatency(): Promise<void> {
    return new Promise((resolve) => this.clock.after(this.#chance.between(0, 8), resolve));
  }

  /** Steps through time, and checks what each step has put into the log. */
  async #pass(ms: number): Promise<void> {
    const end = this.clock.ms + ms;
    while (this.clock.step(end)) {
      await settled();
      this.#readLog();
      this.#checkBounds();
      if (this.violations.list.length > 0) return;
    }
  }

  /** Nothing grows beyond what the callers account for. */
  #checkBounds(): void {
    const exchange = this.#server?.exchange;
    if (exchange === undefined) return;
    if (exchange.centre.size > this.#phones.length)
      this.violations.add(`${exchange.centre.size} calls are live`);
    if (exchange.pipeline.backlog > 100) this.violations.add(`${exchange.pipeline.backlog} decisions wait`);
  }

  /** Reads on in the log; a memory store answers within the same step. */
  #readLog(): void {
    if (this.#reading) return;
    this.#reading = true;
    const after = this.#events.position as never;
    void this.#store.events({ customerId: undefined, after, limit: 1000 }).then((entries) => {
      for (const entry of entries) {
        this.say(`event ${entry.type} ${entry.resourceId.slice(0, 8)}`);
        this.#events.add(entry);
      }
      this.#reading = false;
    });
  }

  /** A promise that needs time to pass. */
  async #settle<T>(promise: Promise<T>): Promise<T> {
    let result: { readonly value: T } | undefined;
    void promise.then((value) => {
      result = { value };
    });
    for (;;) {
      await settled();
      if (result !== undefined) return result.value;
      if (!this.clock.step(Number.POSITIVE_INFINITY)) throw new Error('waits for something that never comes');
    }
  }

  async #judge(): Promise<void> {
    if (this.violations.list.length > 0) return;
    await settled();
    for (const life of this.#events.unfinished()) this.violations.add(`${life} never ended`);
    await this.#judgeDeliveries();
    this.#judgePhones();
    this.#judgeServer();
  }

  async #judgeDeliveries(): Promise<void> {
    for (const entry of this.#events.entries) {
      if (!this.#receiver.acknowledged.has(entry.id))
        this.violations.add(`${entry.type} at ${entry.position} was never delivered`);
    }
    const owed = await this.#settle(this.#store.owed({ after: 0 as never, limit: 10 }));
    if (owed.length > 0) this.violations.add(`${owed.length} deliveries are still owed`);
    const calls = await this.#settle(this.#store.live('call'));
    const activeflows = await this.#settle(this.#store.live('activeflow'));
    if (calls.length + activeflows.length > 0) this.violations.add('rows are still live');
  }

  #judgePhones(): void {
    for (const phone of this.#phones) {
      if (!phone.isFinished) this.violations.add(`phone ${phone.address.address} is still ${phone.state}`);
      if (phone.state === 'ended' && phone.ends !== 1)
        this.violations.add(`a phone's call ended ${phone.ends} times`);
    }
  }

  #judgeServer(): void {
    if (this.#server === undefined) return this.violations.add('there is no server at the end');
    const { exchange } = this.#server;
    const left = { live: exchange.centre.size, backlog: exchange.pipeline.backlog, ...this.#server.sizes() };
    for (const [what, size] of Object.entries(left)) {
      if (size !== 0) this.violations.add(`${size} ${what} are left at the end`);
    }
    if (exchange.centre.wakeAt() !== undefined) this.violations.add('a deadline is left at the end');
  }
}

function firstLine(bytes: Uint8Array): string {
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 60))
      .toString('latin1')
      .split('\r\n')[0] ?? ''
  );
}

/** Lets every promise that can go on go on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
