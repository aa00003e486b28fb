import type { Put, Reply } from '@parley/core';
import { type Connection, createClip, type MemoryRecordings, repairWav } from '@parley/media';
import {
  type Clock,
  createExchange,
  createReach,
  type Exchange,
  type NameService,
  type Send,
  SipNet,
} from '@parley/server';
import { type CallId, createSipEngine, type SipEngine } from '@parley/sip';
import { pino } from 'pino';
import type { SeededChance } from '../seeded-chance.ts';
import type { MemoryStore } from '../store.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Endpoint, VirtualNetwork } from '../virtual-network.ts';
import { createVirtualSipSockets, type VirtualSipSockets } from '../virtual-sip-sockets.ts';
import type { HostEnd, VirtualStreams } from '../virtual-streams.ts';
import { simDigestHash } from './sim-digest.ts';
import { createSimMedia, type SimMedia } from './sim-media.ts';
import { checkOwners } from './owner-checker.ts';
import { simDomain } from './site.ts';
import type { Violations } from './violations.ts';
import type { Deadlines, WakeCounter } from './wake-checker.ts';
import { type WatchedStore, watchStore } from './watched-store.ts';

/** What an operator would have set, and how slow the machine is. */
export interface SimServerSettings {
  readonly longestCallMs: number;
  /** An unanswered call is refused after so long. */
  readonly unansweredMs: number;
  /** 0: calls are not ended for want of sound. */
  readonly rtpTimeoutMs: number;
  /** See `SimMediaOptions`. */
  readonly bindMs: () => number | 'refused';
}

export interface SimServerParts {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly streams: VirtualStreams;
  readonly chance: SeededChance;
  readonly store: MemoryStore;
  readonly address: Endpoint;
  readonly receive: Send;
  /** What the web answers to fetch and webhook_send. */
  readonly web: (url: string) => Reply;
  readonly violations: Violations;
  /** Every SIP datagram on its way out. */
  readonly onSend: (bytes: Uint8Array, to: Endpoint) => void;
  /** Every RTP or RTCP datagram on its way out. */
  readonly onSendMedia: (to: Endpoint) => void;
  /** Rows that are durable from now on. */
  readonly written: (puts: readonly Put[]) => void;
  /** The media of a call is told whom to talk to. */
  readonly connected: (callId: string, connection: Connection) => void;
  /** It is let go of. */
  readonly disconnected: (callId: string) => void;
  /** Whether a call from there is believed without its logging in. */
  readonly trusts: (address: string) => boolean;
  /** Something an operator would read. */
  readonly logged: (line: string) => void;
  readonly wakes: WakeCounter;
  /** Events that were not acknowledged yet, or are sent again. */
  readonly owed: () => number;
  readonly settings: SimServerSettings;
  /** The disk for recordings, which outlives the process. */
  readonly recordings: MemoryRecordings;
}

/** Milliseconds of sound in a recording, as the next process finds it. */
export function soundMsOf(recordings: MemoryRecordings, id: string): number {
  const bytes = recordings.read(id);
  const repair = bytes && repairWav(bytes.subarray(0, 44), bytes.length);
  return repair?.ok === true ? Math.round(repair.value.durationMs) : 0;
}

/** Sound of a text: so many milliseconds a character, at a rate of 8 kHz. */
const msPerCharacter = 15;

/** Ticks of sound; and, with room to spare, what calls at work need of SIP, flows, webhooks and a store that fails. */
const mediaWakesPerSecond = { idle: 10, busy: 55 };
const exchangeWakesPerSecond = { idle: 5, perTask: 10 };

/** One life of a server: the real exchange on virtual time, network and store. Once dead it does nothing any more. */
export class SimServer {
  readonly exchange: Exchange;
  readonly #parts: SimServerParts;
  readonly #sip: SipEngine;
  readonly #legs: ReadonlySet<CallId>;
  readonly #sockets: VirtualSipSockets;
  readonly #net: SipNet;
  readonly #store: WatchedStore;
  #media: SimMedia | undefined;
  #dead = false;

  constructor(parts: SimServerParts) {
    this.#parts = parts;
    const { chance, network, address, violations, settings } = parts;
    const { longestCallMs, unansweredMs, rtpTimeoutMs, bindMs } = settings;
    const clock = this.#mortalClock();
    this.#store = watchStore(parts.store, parts.written);
    const { sip, legs } = watchLegs(
      createSipEngine(
        {
          userAgent: 'Parley',
          local: () => address,
          limits: { unansweredMs },
          delegate: ['REGISTER'],
          admit: (path, method) => this.exchange.registrar.admits(path, method),
          screen: (request) => this.exchange.registrar.screen(request),
        },
        { hash: simDigestHash, token: () => chance.token(8) },
      ),
    );
    this.#sip = sip;
    this.#legs = legs;
    this.#sockets = createVirtualSipSockets(address.address, network, parts.streams);
    this.#net = this.#createNet();
    this.exchange = createExchange({
      clock,
      chance,
      store: this.#store.store,
      sip: this.#sip,
      sendSip: (path, bytes) => {
        if (this.#dead) return;
        parts.onSend(bytes, path.remote);
        this.#net.send(path, bytes);
      },
      reach: createReach({
        names: noNames,
        local: () => address,
        fraction: () => chance.fraction(),
        credentialsOf: async () => await Promise.resolve(undefined),
      }),
      ownHost: () => address.address,
      ownPort: () => address.port,
      recorded: async (id) => await Promise.resolve(soundMsOf(parts.recordings, id)),
      recordingPath: (id) => id,
      createMedia: (onEvent) => {
        this.#media = createSimMedia({
          clock: parts.clock,
          network,
          address: address.address,
          ports: { min: 10_000, max: 19_999 },
          random: () => chance.fraction(),
          rtpTimeoutMs,
          files: parts.recordings,
          bindMs,
          isDead: () => this.#dead,
          onEvent,
          onSend: parts.onSendMedia,
          onConnect: parts.connected,
          onClose: parts.disconnected,
          onWake: () => this.#woke('media'),
        });
        return this.#media;
      },
      clip: (source) =>
        this.#later(source.kind === 'beep' ? 0 : chance.between(0, 300), () => clipOf(source)),
      request: (effect) => this.#later(chance.between(1, 2000), () => parts.web(effect.url)),
      sendWebhook: async (attempt, at) => {
        const outcome = await parts.receive(attempt, at);
        return this.#dead ? await never() : outcome;
      },
      deliveryMetrics: {
        attempted: () => {},
        acknowledged: () => {},
        passed: () => violations.note('passed'),
        lost: (reason) => violations.add(`an event was lost: ${reason}`),
      },
      tally: {
        // Packets get lost, come late and twice, but nobody here sends anything that is malformed.
        dropped: (reason) => {
          if (!reason.startsWith('unmatched') && reason !== 'notAdmitted')
            violations.add(`SIP dropped something: ${reason}`);
        },
        refused: () => {},
        problem: (kind) => {
          if (kind === 'bug') violations.add('a bug was caught while an effect was carried out');
        },
      },
      registrar: {
        hash: simDigestHash,
        tally: { registered: () => {}, refused: () => {} },
        settings: { domain: simDomain, trusts: parts.trusts },
      },
      log: pino({ level: 'warn' }, { write: (line) => parts.logged(line) }),
      settings: {
        maxCalls: 100,
        maxCallsPerCustomer: 100,
        readyLegs: 2,
        mediaAddress: address.address,
        longestCallMs,
        routeTimeoutMs: 4_000,
      },
    });
  }

  async start(): Promise<void> {
    await this.exchange.start();
    if (!this.#dead) await this.#net.listen();
  }

  /** The process is gone between two instructions. Answers the store as the next one finds it. */
  kill(how: HostEnd): MemoryStore {
    this.#dead = true;
    this.#sockets.end(how);
    return this.#parts.store.crash();
  }

  /** What each part says about when it wants to be woken. */
  deadlines(): Deadlines {
    const { centre, deliverer, registrar } = this.exchange;
    return {
      core: centre.wakeAt(),
      sip: this.#sip.wakeAt(),
      media: this.#media?.wakeAt(),
      webhooks: deliverer.wakeAt(),
      registrar: registrar.wakeAt(),
    };
  }

  /** Whether it knows who owns what it holds. */
  checkOwners(): void {
    const { exchange, isWriting } = this;
    checkOwners({ exchange, legs: this.#legs, isWriting }, this.#parts.violations);
  }

  /** Whether something that was decided is not durable yet, so that what follows from it is not done yet. */
  get isWriting(): boolean {
    return this.#store.isWriting || this.exchange.pipeline.backlog > 0;
  }

  /** Whether something that ends by itself is played to a call. */
  isSpokenTo(callId: string, since: number): boolean {
    return this.#media?.speaks(callId, since) === true;
  }

  /** SIP connections it believes to be open. */
  get connections(): number {
    return this.#sockets.connections;
  }

  sizes(): ReturnType<SipEngine['sizes']> {
    return this.#sip.sizes();
  }

  #mortalClock(): Clock {
    const { clock } = this.#parts;
    return {
      now: () => clock.now(),
      after: (ms, callback) =>
        clock.after(ms, () => {
          if (this.#dead) return;
          this.#woke('exchange');
          callback();
        }),
    };
  }

  #createNet(): SipNet {
    const { address, violations } = this.#parts;
    return new SipNet(
      { host: address.address, sipPort: address.port },
      {
        received: (bytes, path) => this.exchange.switchboard.receive(bytes, path),
        failed: (path) => {
          if (!this.#dead) this.exchange.transportFailed(path);
        },
        trouble: (where) => violations.add(`the ${where} socket had trouble`),
      },
      this.#sockets.sockets,
    );
  }

  #woke(who: 'media' | 'exchange'): void {
    const { idle, perTask } = exchangeWakesPerSecond;
    const { calls, dialogs, serverTransactions, clientTransactions } = this.#sip.sizes();
    const ofSip = calls + dialogs + serverTransactions + clientTransactions;
    const tasks = ofSip + this.exchange.centre.size + this.#parts.owed();
    const budget = {
      media: mediaWakesPerSecond[this.#media?.isBusy === true ? 'busy' : 'idle'],
      exchange: idle + perTask * tasks,
    };
    this.#parts.wakes.woke(who, this.#parts.clock.ms, budget);
  }

  #later<T>(ms: number, value: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#parts.clock.after(ms, () => {
        if (this.#dead) return;
        try {
          resolve(value());
        } catch (error) {
          reject(error);
        }
      });
    });
  }
}

/** The engine, and the calls in it whose end it has not told. */
function watchLegs(engine: SipEngine): { readonly sip: SipEngine; readonly legs: ReadonlySet<CallId> } {
  const legs = new Set<CallId>();
  return {
    legs,
    sip: {
      ...engine,
      call(wanted, now) {
        const call = engine.call(wanted, now);
        legs.add(call);
        return call;
      },
      next() {
        const output = engine.next();
        if (output?.kind === 'incomingCall') legs.add(output.call);
        if (output?.kind === 'ended') legs.delete(output.call);
        return output;
      },
    },
  };
}

function clipOf(source: { readonly kind: string; readonly text?: string; readonly url?: string }) {
  if (source.url?.endsWith('seven.wav') === true) throw new Error('no such file');
  const ms = source.kind === 'beep' ? 200 : (source.text ?? source.url ?? '').length * msPerCharacter;
  return createClip(new Int16Array(ms * 8).fill(1000));
}

function never(): Promise<never> {
  return new Promise(() => {});
}

/** Everybody in the simulated world is known by address. */
const noNames: NameService = {
  srv: async (name) => await Promise.reject(new Error(`there is no name service to ask for ${name}`)),
  addresses: async () => await Promise.resolve([]),
};
