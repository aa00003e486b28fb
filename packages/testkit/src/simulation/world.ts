import type { EventValidator } from '@parley/contract';
import type { Reply } from '@parley/core';
import { createMemoryRecordings } from '@parley/media';
import { SeededChance } from '../seeded-chance.ts';
import { createMemoryStore, type MemoryStore } from '../store.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { type Endpoint, VirtualNetwork } from '../virtual-network.ts';
import { type HostEnd, VirtualStreams } from '../virtual-streams.ts';
import { ChainChecker } from './chain-checker.ts';
import { type Client, createClient, plan } from './client.ts';
import { CoverageCounter } from './coverage.ts';
import { Crowd, isTrusted } from './crowd.ts';
import { createDesk, type Desk } from './desk.ts';
import { EventChecker } from './event-checker.ts';
import { checkFigures, checkQueueRows } from './figure-checker.ts';
import { HearingChecker } from './hearing-checker.ts';
import { isAtRest, judge } from './judge.ts';
import { Receiver } from './receiver.ts';
import { RecordingChecker } from './recording-checker.ts';
import { SimServer, soundMsOf } from './sim-server.ts';
import { makeCustomer, makeSite } from './site.ts';
import { createSupervisors, type Supervisors } from './supervisors.ts';
import { type Mischief, planTroubles } from './troubles.ts';
import { Violations } from './violations.ts';
import { DeadlineChecker, WakeCounter } from './wake-checker.ts';
import { drawWeather, type Weather } from './weather.ts';
import { WireChecker } from './wire-checker.ts';

const serverAddress: Endpoint = { address: '10.0.0.1', port: 5060 };
/** Everything has to have come to rest so long after the trouble: the longest call, SIP's last timers, every pause. */
const restMs = 3_600_000;
const restStepMs = 20_000;
/** How long the server is then watched doing nothing, and how often it may wake meanwhile. */
const idleMs = 600_000;
const idleWakes = 10;
/** What is said has to be heard by then, however long two ways take; and what was said before may be after. */
const hearingMs = 200;
/** The deepest that sound waits to be mixed, on top of the way it comes. */
const bufferedMs = 300;
/** All calls there can be at one time, with those that flows make. */
const mostCalls = 1_000;
const mostDecisions = 2_000;

/** One seed's world: a server that may die, phones, a receiver, and the checkers that watch them. */
export class World implements Mischief {
  readonly clock = new VirtualClock();
  readonly violations = new Violations();
  readonly trace: string[] = [];
  readonly wakes = new WakeCounter(this.violations);
  readonly covered = new CoverageCounter();
  readonly hearing: HearingChecker;
  readonly #chance: SeededChance;
  readonly #weather: Weather;
  readonly #network: VirtualNetwork;
  readonly #streams: VirtualStreams;
  readonly #receiver: Receiver;
  readonly #crowd: Crowd;
  readonly #events: EventChecker;
  readonly #chains = new ChainChecker(this.violations);
  readonly #wire = new WireChecker(this.violations);
  readonly #deadlines = new DeadlineChecker(this.violations);
  readonly #recordings = createMemoryRecordings();
  readonly #recordingChecker = new RecordingChecker(this.violations);
  #client: Client | undefined;
  #supervisors: Supervisors | undefined;
  #desk: Desk | undefined;
  #store: MemoryStore;
  #storeFails = false;
  #server: SimServer | undefined;
  #reading = false;
  #lives = 0;

  constructor(seed: number, validate?: EventValidator) {
    const { clock, violations } = this;
    this.#events = new EventChecker(violations, validate);
    violations.when = () => `at ${clock.ms.toFixed(1)} ms:`;
    const chance = new SeededChance(seed);
    this.#chance = chance;
    const weather = drawWeather(chance.fork());
    this.#weather = weather;
    this.#network = new VirtualNetwork(clock, chance.fork(), weather.network);
    this.#streams = new VirtualStreams(clock, chance.fork(), weather.streams);
    this.#receiver = new Receiver(clock, chance.fork(), violations, weather.receiver);
    this.#store = createMemoryStore({ latency: () => this.#storeLatency() });
    this.hearing = this.#createHearing();
    this.#crowd = new Crowd({
      clock,
      network: this.#network,
      streams: this.#streams,
      chance: chance.fork(),
      server: serverAddress,
      hearing: this.hearing,
      wire: this.#wire,
    });
  }

  /** Lives through all of it; answers the invariants that broke. */
  async run(): Promise<readonly string[]> {
    await this.#begin();
    await this.#pass(this.#weather.troubleMs);
    this.#calm();
    await this.#comeToRest();
    await settled();
    if (this.violations.list.length === 0) await this.#settle(judge(this.#parts, this.violations));
    if (this.violations.list.length === 0) await this.#settle(this.#judgeRecordings());
    await this.#watchIdle();
    await this.#checkFigures();
    return this.violations.list;
  }

  /** What makes one run comparable with another: the log, to the letter. */
  log(): string {
    return this.#events.entries.map((entry) => `${entry.position} ${entry.at} ${entry.body}`).join('\n');
  }

  say(text: string): void {
    this.trace.push(`${this.clock.ms.toFixed(1).padStart(9)} ${text}`);
  }

  die(how: HostEnd, backAfterMs: number): void {
    if (this.#server === undefined) return;
    this.say('server dies');
    this.#store = this.#server.kill(how);
    this.#server = undefined;
    this.#storeFails = false;
    this.#deadlines.forget();
    this.hearing.died();
    this.#wire.died();
    // What was being read from the old store is never answered.
    this.#reading = false;
    this.clock.after(backAfterMs, () => void this.#boot());
  }

  failStore(ms: number): void {
    const store = this.#store;
    this.say('the disk is full');
    this.#storeFails = true;
    store.failNext(Number.POSITIVE_INFINITY);
    this.clock.after(ms, () => {
      if (store === this.#store) this.#mendStore();
    });
  }

  interfere(): void {
    if (this.#server === undefined) return;
    const what = this.#client?.interfere(this.#server.exchange);
    if (what !== undefined) this.say(`the API asks for ${what}`);
  }

  get #parts() {
    return {
      store: this.#store,
      server: this.#server,
      serverAddress: serverAddress.address,
      streams: this.#streams,
      crowd: this.#crowd,
      events: this.#events,
      receiver: this.#receiver,
    };
  }

  async #begin(): Promise<void> {
    const { clock } = this;
    const chance = this.#chance.fork();
    const customerId = await this.#settle(makeCustomer(this.#store, clock, chance));
    const server = await this.#settle(this.#boot());
    const { addresses: phones } = this.#crowd;
    const { exchange } = server;
    const deps = { customerId, store: this.#store, exchange, clock, chance, phones };
    const site = await this.#settle(makeSite(deps));
    this.#client = createClient(this.#chance.fork(), site);
    const fate = this.#chance.fork();
    this.#supervisors = createSupervisors({
      chance: fate,
      site,
      plan: () => plan(fate, site),
      exchange: () => this.#server?.exchange,
      say: (text) => this.say(text),
    });
    this.#desk = createDesk({
      chance: this.#chance.fork(),
      site,
      exchange: () => this.#server?.exchange,
      say: (text) => this.say(text),
    });
    this.#crowd.begin(site);
    const { troubleMs } = this.#weather;
    const streams = this.#streams;
    planTroubles({ clock, streams, chance: this.#chance.fork(), troubleMs, mischief: this });
    // Phones listen before they do anything.
    await settled();
  }

  async #boot(): Promise<SimServer> {
    const chance = this.#chance.fork();
    this.#lives += 1;
    this.say(`server starts, life ${this.#lives}`);
    const server = new SimServer({
      clock: this.clock,
      network: this.#network,
      streams: this.#streams,
      chance,
      store: this.#store,
      address: serverAddress,
      receive: this.#receiver.send,
      web: () => answerOfTheWeb(chance),
      violations: this.violations,
      onSend: (bytes, to) => {
        this.say(`  sends ${to.address} ${headline(bytes)}`);
        this.#wire.sentSip(bytes, to);
      },
      onSendMedia: (to) => this.#wire.sentMedia(to),
      written: (puts) => {
        this.hearing.written(puts);
        checkQueueRows(puts, this.violations);
        this.covered.written(puts);
        this.#recordingChecker.written(puts);
        this.#supervisors?.written(puts);
        this.#desk?.written(puts);
      },
      connected: (callId, connection) => this.hearing.connected(callId, connection),
      disconnected: (callId) => this.hearing.disconnected(callId),
      trusts: isTrusted,
      logged: (line) => this.say(`  log ${line.trim()}`),
      wakes: this.wakes,
      owed: () => this.#owed(),
      settings: this.#weather.settings,
      recordings: this.#recordings,
    });
    this.#server = server;
    await server.start();
    return server;
  }

  /** Events that keep the server busy. */
  #owed(): number {
    const missing = this.#events.entries.length - this.#receiver.acknowledged.size;
    return Math.max(missing, this.#receiver.attemptsLately);
  }

  #createHearing(): HearingChecker {
    const { loss, maxDelayMs } = this.#weather.network;
    const bothWaysMs = 2 * maxDelayMs;
    return new HearingChecker(
      this.violations,
      {
        withinMs: loss > 0 ? undefined : hearingMs + bothWaysMs,
        afterwardsMs: bufferedMs + bothWaysMs,
      },
      {
        now: () => this.clock.ms,
        later: (ms, act) => void this.clock.afterQuietly(ms, act),
        isWriting: () => this.#server?.isWriting !== false,
        isSpokenTo: (callId, since) => this.#server?.isSpokenTo(callId, since) === true,
        // A phone that has hung up hears nothing, whether or not its BYE arrives.
        isDeaf: (place) => {
          const phone = this.#crowd.phoneAt(place.address);
          return phone?.has('sound') !== false || phone.has('power') || !this.#network.isBound(place);
        },
      },
    );
  }

  /** From now on nothing fails any more, so that everything can come to its end. */
  #calm(): void {
    this.say('calm');
    this.#receiver.recover();
    this.#crowd.leave();
    this.#mendStore();
  }

  #mendStore(): void {
    this.#store.failNext(0);
    this.#storeFails = false;
  }

  #storeLatency(): Promise<void> {
    const { storeMs } = this.#weather;
    return new Promise((resolve) => this.clock.after(this.#chance.between(0, storeMs), resolve));
  }

  /** Steps through time, and checks what each step has done. */
  async #pass(ms: number): Promise<void> {
    const end = this.clock.ms + ms;
    while (this.clock.step(end)) {
      if (!this.clock.wasQuiet) {
        await settled();
        this.#readLog();
        this.#checkServer();
      }
      if (this.#server !== undefined) this.#deadlines.check(this.clock.ms, this.#server.deadlines());
      if (this.violations.list.length > 0) return;
    }
    this.clock.passTo(end);
  }

  #checkServer(): void {
    this.#chains.check(this.clock.ms, this.#server === undefined || this.#storeFails);
    if (this.#server === undefined) return;
    const { centre, pipeline } = this.#server.exchange;
    if (centre.size > mostCalls) this.violations.add(`${centre.size} calls are live`);
    if (pipeline.backlog > mostDecisions) this.violations.add(`${pipeline.backlog} decisions wait`);
    this.#server.checkOwners();
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
        this.covered.logged(entry);
        this.#recordingChecker.logged(entry);
        this.#chains.add(entry, this.clock.ms);
      }
      this.#reading = false;
    });
  }

  /** A promise that needs time to pass. */
  async #settle<T>(promise: Promise<T>): Promise<T> {
    let result: { readonly value: T } | undefined;
    let failure: { readonly error: unknown } | undefined;
    promise.then(
      (value) => (result = { value }),
      (error: unknown) => (failure = { error }),
    );
    for (;;) {
      await settled();
      this.#readLog();
      if (failure !== undefined) throw failure.error;
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
    } while (this.clock.ms < end && !(await this.#settle(isAtRest(this.#parts))));
  }

  async #judgeRecordings(): Promise<void> {
    await this.#recordingChecker.judge(
      async (id) => (await this.#store.get('recording', id))?.row,
      (id) => soundMsOf(this.#recordings, id),
    );
  }

  /** Only when all went well: a queue that was left in disorder has figures to match. */
  async #checkFigures(): Promise<void> {
    const { violations } = this;
    if (violations.list.length > 0 || this.#server === undefined) return;
    const nowMs = Math.floor(this.clock.now().wall / 1000);
    const { exchange } = this.#server;
    await this.#settle(
      checkFigures({ exchange, store: this.#store, log: this.#events.entries, nowMs }, violations),
    );
  }

  /** A server with nothing to do hardly ever wakes. */
  async #watchIdle(): Promise<void> {
    if (this.violations.list.length > 0) return;
    const before = this.wakes.total;
    await this.#pass(idleMs);
    const wakes = this.wakes.total - before;
    if (wakes > idleWakes) this.violations.add(`the idle server woke ${wakes} times in ${idleMs / 1000} s`);
  }
}

function answerOfTheWeb(chance: SeededChance): Reply {
  if (chance.happens(0.1)) return { ok: false, problem: 'refused' };
  if (chance.happens(0.1)) return { ok: true, status: 500, body: '' };
  const actions = chance.pick([
    [{ type: 'beep' }],
    [{ type: 'answer' }, { type: 'sleep', option: { duration: 200 } }],
    [{ type: 'nonsense' }],
  ]);
  return { ok: true, status: 200, body: JSON.stringify(actions) };
}

/** The first line of a message, with what a response answers. */
function headline(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const method = text.startsWith('SIP/') ? ` to ${/\r\nCSeq: *\d+ (\w+)/i.exec(text)?.[1] ?? ''}` : '';
  return `${text.slice(0, Math.max(0, text.indexOf('\r\n')))}${method}`;
}

/** Lets every promise that can go on go on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
