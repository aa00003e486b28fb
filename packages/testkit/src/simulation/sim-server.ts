import type { Reply } from '@parley/core';
import { createClip } from '@parley/media';
import { type Clock, createExchange, type Exchange, type Send } from '@parley/server';
import { createSipEngine, type SipEngine } from '@parley/sip';
import { pino } from 'pino';
import type { SeededChance } from '../seeded-chance.ts';
import type { MemoryStore } from '../store.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Endpoint, VirtualNetwork } from '../virtual-network.ts';
import { simDigestHash } from './sim-digest.ts';
import { createSimMedia } from './sim-media.ts';
import type { Violations } from './violations.ts';

export interface SimServerParts {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
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
}

/** Sound of a text: so many milliseconds a character, at a rate of 8 kHz. */
const msPerCharacter = 15;
const longestCallMs = 40_000;
export const simRtpTimeoutMs = 8_000;

/** One life of a server: the real exchange on virtual time, network and store. Once dead it does nothing any more. */
export class SimServer {
  readonly exchange: Exchange;
  readonly #parts: SimServerParts;
  readonly #sip: SipEngine;
  #dead = false;
  #unbind: () => void = () => {};

  constructor(parts: SimServerParts) {
    this.#parts = parts;
    const { chance, network, address, violations } = parts;
    const clock = this.#mortalClock();
    this.#sip = createSipEngine(
      { userAgent: 'Parley', local: () => address },
      { hash: simDigestHash, token: () => chance.token(8) },
    );
    this.exchange = createExchange({
      clock,
      chance,
      store: parts.store,
      sip: this.#sip,
      sendSip: (path, bytes) => {
        if (this.#dead) return;
        parts.onSend(bytes, path.remote);
        network.send(address, path.remote, bytes);
      },
      createMedia: (onEvent) =>
        createSimMedia({
          clock,
          network,
          address: address.address,
          ports: { min: 10_000, max: 19_999 },
          random: () => chance.fraction(),
          rtpTimeoutMs: simRtpTimeoutMs,
          isDead: () => this.#dead,
          onEvent,
          onSend: parts.onSendMedia,
        }),
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
        dropped: () => {},
        refused: () => {},
        problem: (kind) => {
          if (kind === 'bug') violations.add('a bug was caught while an effect was carried out');
        },
      },
      log: pino({ level: 'silent' }),
      settings: { maxCalls: 100, maxCallsPerCustomer: 100, readyLegs: 2, mediaAddress: address.address, longestCallMs },
    });
  }

  async start(): Promise<void> {
    await this.exchange.start();
    if (this.#dead) return;
    const { address, network } = this.#parts;
    this.#unbind = network.bind(address, (bytes, from) => {
      this.exchange.switchboard.receive(bytes, { transport: 'UDP', local: address, remote: from });
    });
  }

  /** The process is gone between two instructions. Answers the store as the next one finds it. */
  kill(): MemoryStore {
    this.#dead = true;
    this.#unbind();
    return this.#parts.store.crash();
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
          if (!this.#dead) callback();
        }),
    };
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

function clipOf(source: { readonly kind: string; readonly text?: string; readonly url?: string }) {
  if (source.url?.endsWith('seven.wav') === true) throw new Error('no such file');
  const ms = source.kind === 'beep' ? 200 : (source.text ?? source.url ?? '').length * msPerCharacter;
  return createClip(new Int16Array(ms * 8).fill(1000));
}

function never(): Promise<never> {
  return new Promise(() => {});
}
