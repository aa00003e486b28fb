import { type Flow, nilId } from '@parley/contract';
import { checkFlow, createFlow, createNumber, Draft, firstCustomer, type Reply } from '@parley/core';
import { SeededChance } from '../seeded-chance.ts';
import { createMemoryStore, type MemoryStore } from '../store.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { type Endpoint, VirtualNetwork } from '../virtual-network.ts';
import { VirtualStreams } from '../virtual-streams.ts';
import { EventChecker } from './event-checker.ts';
import { makeActions } from './flow-maker.ts';
import { Receiver, type ReceiverFaults } from './receiver.ts';
import { drawCallerPlan, drawMs, longestWaitMs, SimCaller } from './sim-caller.ts';
import { SimPhone } from './sim-phone.ts';
import { SimServer, type SimServerSettings } from './sim-server.ts';
import { Violations } from './violations.ts';
import { DeadlineChecker, WakeCounter } from './wake-checker.ts';
import { WireChecker } from './wire-checker.ts';

const serverAddress: Endpoint = { address: '10.0.0.1', port: 5060 };
/** Everything has to have come to rest so long after the trouble: the longest call, SIP's last timers, every pause. */
const restMs = 3_600_000;
const restStepMs = 20_000;
/** How long the server is then watched doing nothing, and how often it may wake meanwhile. */
const idleMs = 600_000;
const idleWakes = 10;

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
  readonly #streams: VirtualStreams;
  readonly #deadlines = new DeadlineChecker(this.violations);
  readonly #settings: SimServerSettings;
  /** The longest that half a commit takes. */
  readonly #storeMs: number;
  /** When callers stop calling and faults stop happening. */
  readonly #troubleMs: number;
  readonly #callers: SimCaller[] = [];
  readonly wakes = new WakeCounter(this.violations);
  #store: MemoryStore;
  #server: SimServer | undefined;
  #reading = false;
  #lives = 0;

  constructor(seed: number) {
    this.violations.when = () => `at ${this.clock.ms.toFixed(1)} ms:`;
    this.#chance = new SeededChance(seed);
    const faults = this.#chance.fork();
    this.#troubleMs = drawMs(faults, 8_000, 15_000, longestWaitMs);
    const delays = { minDelayMs: 1, maxDelayMs: 1 + faults.between(0, 80) };
    const loss = faults.happens(0.5) ? 0 : faults.fraction() * 0.15;
    const duplication = faults.happens(0.5) ? 0 : faults.fraction() * 0.1;
    this.#network = new VirtualNetwork(this.clock, this.#chance.fork(), { ...delays, loss, duplication });
    const cuts = faults.happens(0.3) ? 0 : faults.fraction();
    const maxHoldMs = faults.happens(0.5) ? 0 : faults.between(0, 200);
    this.#streams = new VirtualStreams(this.clock, this.#chance.fork(), { ...delays, loss, cuts, maxHoldMs });
    this.#receiver = new Receiver(this.clock, this.#chance.fork(), this.violations, this.#drawFaults(faults));
    this.#settings = drawSettings(faults);
    this.#storeMs = faults.happens(0.85) ? 8 : 1_500;
    this.#store = createMemoryStore({ latency: () => this.#storeLatency() });
  }

  /** Lives through all of it; answers the invariants that broke. */
  async run(): Promise<readonly string[]> {
    const numbers = await this.#settle(this.#setUp());
    await this.#settle(this.#boot());
    this.#plan(numbers);
    await this.#pass(this.#troubleMs);
    this.#calm();
    await this.#comeToRest();
    await this.#judge();
    await this.#watchIdle();
    return this.violations.list;
  }

  #drawFaults(chance: SeededChance): ReceiverFaults {
    const failing = chance.happens(0.5) ? 0 : chance.fraction() * 0.5;
    const fromMs = chance.between(0, this.#troubleMs);
    const toMs = fromMs + chance.between(100, chance.happens(0.5) ? 20_000 : longestWaitMs);
    return { failing, outages: chance.happens(0.25) ? [{ fromMs, toMs }] : [] };
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
      streams: this.#streams,
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
      wakes: this.wakes,
      owed: () => this.#events.entries.length - this.#receiver.acknowledged.size,
      settings: this.#settings,
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
      const phone = new SimPhone({
        clock: this.clock,
        network: this.#network,
        streams: this.#streams,
        chance: chance.fork(),
        address: { address: `10.0.1.${index + 1}`, port: 5060 },
        transport: chance.pick(['UDP', 'TCP']),
      });
      const plan = drawCallerPlan(chance, numbers);
      this.#callers.push(new SimCaller(this.clock, phone, plan, serverAddress));
    }
    const sometimes = (probability: number, most: number, act: () => void): void => {
      const times = chance.happens(probability) ? chance.between(1, most) : 0;
      for (let time = 0; time < times; time += 1) this.clock.after(chance.between(100, this.#troubleMs), act);
    };
    sometimes(0.4, 2, () => this.#die(chance));
    sometimes(0.3, 2, () => this.#failStore(drawMs(chance, 50, 5_000, 60_000)));
    sometimes(0.4, 5, () => this.#interfere(chance));
    sometimes(0.4, 4, () => this.#breakStream(chance));
  }

  /** The disk is full for so long. */
  #failStore(ms: number): void {
    const store = this.#store;
    store.failNext(Number.POSITIVE_INFINITY);
    this.clock.after(ms, () => store.failNext(0));
  }

  #die(chance: SeededChance): void {
    if (this.#server === undefined) return;
    this.say('server dies');
    this.#store = this.#server.kill(chance.pick(['fin', 'power']));
    this.#server = undefined;
    this.#deadlines.forget();
    // What was being read from the old store is never answered.
    this.#reading = false;
    this.clock.after(drawMs(chance, 10, 3000, 60_000), () => void this.#boot());
  }

  /** Somebody at the API ends a call or an activeflow, or lets a blocked one go on. */
  #interfere(chance: SeededChance): void {
    const server = this.#server;
    const callIds = server?.exchange.centre.callIds() ?? [];
    if (server === undefined || callIds.length === 0) return;
    const callId = chance.pick(callIds);
    const { commands, centre } = server.exchange;
    const { activeflow_id: activeflowId, action } = centre.liveCall(callId)?.call ?? { activeflow_id: nilId };
    const what = chance.pick(['hangup', 'stop', 'resume'] as const);
    this.say(`the API asks for ${what}`);
    if (what === 'hangup') void commands.hangup(callId);
    else if (what === 'stop') void commands.stopActiveflow(activeflowId);
    else void commands.resumeActiveflow(activeflowId, action?.id ?? nilId);
  }

  /** A connection is closed by either side, reset, or leads nowhere any more without anybody knowing. */
  #breakStream(chance: SeededChance): void {
    const { open } = this.#streams;
    if (open.length === 0) return;
    const stream = chance.pick(open);
    const how = chance.pick(['destroy', 'reset', 'cutOff'] as const);
    this.say(`${how} of a connection at ${stream.local.address}`);
    stream[how]();
  }

  /** From now on nothing fails any more, so that everything can come to its end. */
  #calm(): void {
    this.#receiver.recover();
    this.#store.failNext(0);
    if (this.#server === undefined) return;
    this.say('calm');
  }

  #storeLatency(): Promise<void> {
    return new Promise((resolve) => this.clock.after(this.#chance.between(0, this.#storeMs), resolve));
  }

  /** Steps through time, and checks what each step has put into the log. */
  async #pass(ms: number): Promise<void> {
    const end = this.clock.ms + ms;
    while (this.clock.step(end)) {
      if (!this.clock.wasQuiet) {
        await settled();
        this.#readLog();
        this.#checkBounds();
      }
      if (this.#server !== undefined) this.#deadlines.check(this.clock.ms, this.#server.deadlines());
      if (this.violations.list.length > 0) return;
    }
    this.clock.passTo(end);
  }

  /** Nothing grows beyond what the callers account for. */
  #checkBounds(): void {
    const exchange = this.#server?.exchange;
    if (exchange === undefined) return;
    if (exchange.centre.size > this.#callers.length)
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

  /** Waits until nothing is live, under way or owed any more; what is then left is for the judge. */
  async #comeToRest(): Promise<void> {
    const end = this.clock.ms + restMs;
    do {
      await this.#pass(restStepMs);
      if (this.violations.list.length > 0) return;
    } while (this.clock.ms < end && !(await this.#isAtRest()));
  }

  async #isAtRest(): Promise<boolean> {
    const server = this.#server;
    if (server === undefined || server.exchange.centre.size > 0) return false;
    if (Object.values(server.sizes()).some((size) => size > 0)) return false;
    if (this.#callers.some((caller) => !caller.isFinished)) return false;
    return (await this.#settle(this.#store.owed({ after: 0 as never, limit: 1 }))).length === 0;
  }

  /** A server with nothing to do hardly ever wakes. */
  async #watchIdle(): Promise<void> {
    if (this.violations.list.length > 0) return;
    const before = this.wakes.total;
    await this.#pass(idleMs);
    const wakes = this.wakes.total - before;
    if (wakes > idleWakes) this.violations.add(`the idle server woke ${wakes} times in ${idleMs / 1000} s`);
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
    for (const { phone, isFinished } of this.#callers) {
      const name = `phone ${phone.address.address}`;
      if (!isFinished)
        this.violations.add(`${name}, ${phone.state.kind}, still has ${JSON.stringify(phone.sizes)}`);
      for (const ends of phone.isGone ? [] : phone.wrongEnds)
        this.violations.add(`a call of ${name} ended ${ends} times`);
    }
  }

  #judgeServer(): void {
    if (this.#server === undefined) return this.violations.add('there is no server at the end');
    const { exchange } = this.#server;
    const left = { live: exchange.centre.size, backlog: exchange.pipeline.backlog, ...this.#server.sizes() };
    for (const [what, size] of Object.entries(left)) {
      if (size !== 0) this.violations.add(`${size} ${what} are left at the end`);
    }
    const open = this.#streams.open.filter(({ local }) => local.address === serverAddress.address).length;
    const { connections } = this.#server;
    if (connections !== open)
      this.violations.add(`the server holds ${connections} connections, of which ${open} are open`);
    if (exchange.centre.wakeAt() !== undefined) this.violations.add('a deadline is left at the end');
  }
}

function drawSettings(chance: SeededChance): SimServerSettings {
  const slow = chance.happens(0.1);
  return {
    longestCallMs: chance.pick([15_000, 40_000, 120_000, longestWaitMs]),
    unansweredMs: chance.pick([20_000, 60_000, 300_000]),
    rtpTimeoutMs: chance.pick([0, 8_000, 30_000]),
    bindMs: () => (slow ? chance.pick(['refused', 0, 50, 4_000, 12_000]) : 0),
  };
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
