import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Chance, Effect, Reply, Store } from '@parley/core';
import { createMediaService, type MediaService } from '@parley/media';
import { createSipEngine, type SipEngine } from '@parley/sip';
import type { Logger } from 'pino';
import { advertisedAddress } from './addresses.ts';
import { createSystemChance, sha256 } from './chance.ts';
import { observeCarriers } from './carriers/metrics.ts';
import { type Clock, createSystemClock } from './clock.ts';
import type { Settings } from './config/settings.ts';
import { createDeliveryMetrics } from './delivery-metrics.ts';
import { startEventRetention } from './event-retention.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { type FirstStart, prepareStore } from './first-start.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';
import { httpSettingsOf } from './http-settings.ts';
import { createMetrics } from './metrics.ts';
import { createNameService } from './net/name-service.ts';
import { createReach } from './net/sip-reach.ts';
import { SipNet } from './net/sip-net.ts';
import { createLazyOutboundHttp } from './outbound/lazy-outbound-http.ts';
import type { OutboundHttp } from './outbound/outbound-http.ts';
import { createTargetPolicy } from './outbound/target-policy.ts';
import { createPeerPolicy, isLoopbackHost } from './peer-policy.ts';
import { createRecordingFiles, type RecordingFiles } from './recording/recording-files.ts';
import { createPasswords } from './passwords.ts';
import { observeQueues } from './queue-metrics.ts';
import { createRegistrarMetrics, observeRegistrar } from './registrar/metrics.ts';
import { createPasswordHash } from './registrar/password-hash.ts';
import { fixedSpeechOf } from './sound/flow-speech.ts';
import { createClipLibrary } from './sound/clip-library.ts';
import { createEspeakProvider } from './speech/espeak-provider.ts';
import { createSpeechWarmer } from './speech/speech-warmer.ts';
import { createSpeech, type Speech } from './speech/speech.ts';
import { observeEndpoints, observeSpeech } from './state-metrics.ts';
import { openSqliteStore } from './store/sqlite/sqlite-store.ts';
import { createSender } from './webhook/sender.ts';

/** A server that takes calls. */
export interface RunningServer {
  readonly settings: Settings;
  readonly start: FirstStart;
  /** What the last process had left live, and this one has closed. */
  readonly recovered: { readonly calls: number; readonly activeflows: number };
  readonly httpPort: number;
  readonly sipPort: number;
  /** Takes no new calls, lets live ones end within `graceMs`, hangs up the rest, delivers what is under way. */
  stop(graceMs: number): Promise<void>;
}

const version = '0.1.0';

/** Starts everything, in the order in which things need each other; on a failure what was started is stopped again. */
export async function startServer(
  settings: Settings,
  log: Logger,
  onFatal: (error: Error) => void,
): Promise<RunningServer> {
  const parts = new Parts();
  try {
    return await new ServerStart(settings, log, parts, onFatal).run();
  } catch (error) {
    await parts.stopAll();
    throw error;
  }
}

/** What has been started, to be stopped in the opposite order. */
class Parts {
  readonly #stops: (() => Promise<void>)[] = [];

  add(stop: () => Promise<void>): void {
    this.#stops.unshift(stop);
  }

  async stopAll(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await stop();
  }
}

class ServerStart {
  readonly #settings: Settings;
  readonly #recordings: RecordingFiles;
  readonly #log: Logger;
  readonly #parts: Parts;
  readonly #onFatal: (error: Error) => void;
  readonly #clock: Clock = createSystemClock();
  readonly #chance: Chance = createSystemChance();
  readonly #metrics = createMetrics();

  constructor(settings: Settings, log: Logger, parts: Parts, onFatal: (error: Error) => void) {
    this.#settings = settings;
    this.#recordings = createRecordingFiles(join(settings.dataDir, 'recordings'));
    this.#log = log;
    this.#parts = parts;
    this.#onFatal = onFatal;
  }

  async run(): Promise<RunningServer> {
    const store = await this.#openStore();
    await this.#recordings.prepare();
    const start = await this.#prepare(store);
    const http = this.#openOutbound();
    const speech = this.#openSpeech();
    const net = new SipNet(this.#settings, {
      received: (bytes, path) => exchange.switchboard.receive(bytes, path),
      failed: (path) => exchange.transportFailed(path),
      trouble: (where, error) => this.#log.warn({ err: error, where }, 'a SIP socket reported an error'),
    });
    const sip = this.#createSip(net, () => exchange);
    const exchange = this.#createExchange(store, http, speech, sip, net);
    const recovered = await exchange.start();
    this.#startRetention(store);
    await net.listen();
    this.#parts.add(() => net.close());
    exchange.carriers.work();
    const api = await this.#openHttp(store, exchange);
    return this.#running(exchange, start, recovered, api, net);
  }

  async #openStore(): Promise<Store> {
    const { dataDir } = this.#settings;
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const store = await openSqliteStore({ directory: dataDir, onFatal: this.#onFatal });
    this.#parts.add(() => store.close());
    return store;
  }

  #startRetention(store: Store): void {
    const retention = startEventRetention({
      store,
      clock: this.#clock,
      days: this.#settings.eventRetention,
      pruned: (events) => this.#log.info({ events }, 'old events were taken out of the log'),
      failed: (error) => this.#log.warn({ err: error }, 'old events could not be taken out of the log'),
    });
    this.#parts.add(() => retention.stop());
  }

  #prepare(store: Store): Promise<FirstStart> {
    const { dataDir, accessKey, demo } = this.#settings;
    return prepareStore({
      store,
      clock: this.#clock,
      chance: this.#chance,
      hash: sha256,
      dataDir,
      accessKey,
      demo,
    });
  }

  #openOutbound(): OutboundHttp {
    const { host, webhookTargets } = this.#settings;
    const policy = createTargetPolicy({ allow: webhookTargets, loopbackTrusted: isLoopbackHost(host) });
    const http = createLazyOutboundHttp({ policy });
    this.#parts.add(() => http.destroy());
    return http;
  }

  #openSpeech(): Speech {
    const speech = createSpeech({
      provider: createEspeakProvider(),
      cacheDirectory: join(this.#settings.dataDir, 'speech'),
      onTrouble: (message, error) => this.#log.warn({ err: error }, message),
    });
    this.#parts.add(() => speech.close());
    return speech;
  }

  #createSip(net: SipNet, exchange: () => Exchange): SipEngine {
    const address = advertisedAddress(this.#settings);
    return createSipEngine(
      {
        userAgent: `Parley/${version}`,
        local: () => ({ address, port: net.port }),
        delegate: ['REGISTER'],
        admit: (path, method) => exchange().admits(path, method),
        screen: (request) => exchange().registrar.screen(request),
      },
      { hash: digestHash, token: () => this.#chance.token(16) },
    );
  }

  #createExchange(store: Store, http: OutboundHttp, speech: Speech, sip: SipEngine, net: SipNet): Exchange {
    const settings = this.#settings;
    const warmer = createSpeechWarmer({
      speech,
      failed: (error) => this.#log.debug({ err: error }, 'a text of a flow could not be rendered ahead'),
    });
    this.#parts.add(() => warmer.close());
    const exchange: Exchange = createExchange({
      clock: this.#clock,
      chance: this.#chance,
      store,
      sip,
      sendSip: (path, bytes) => net.send(path, bytes),
      reach: createReach({
        names: createNameService(),
        local: () => ({ address: advertisedAddress(settings), port: net.port }),
        fraction: () => this.#chance.fraction(),
        credentialsOf: async (id) => await Promise.resolve(exchange.carriers.credentialsOf(id)),
      }),
      ownHost: () => advertisedAddress(settings),
      ownPort: () => net.port,
      recorded: (id) => this.#recordings.mend(id),
      recordingPath: (id) => this.#recordings.pathOf(id),
      createMedia: (onEvent) => this.#openMedia(onEvent),
      clip: createClipLibrary({ speech, http, clock: this.#clock, tally: this.#metrics, log: this.#log }),
      request: (effect, signal) => request(http, effect, signal),
      flowSaved: (flow) => warmer.warm(fixedSpeechOf(flow)),
      sendWebhook: createSender({ http }),
      deliveryMetrics: createDeliveryMetrics(this.#metrics.registry),
      tally: this.#metrics,
      registrar: {
        hash: digestHash,
        tally: createRegistrarMetrics(this.#metrics.registry),
        settings: {
          domain: settings.sipDomain,
          trusts: createPeerPolicy(settings.host, settings.trustedPeers),
        },
      },
      log: this.#log,
      settings: {
        maxCalls: settings.maxCalls,
        maxCallsPerCustomer: settings.maxCallsPerCustomer,
        readyLegs: readyLegsFor(settings.rtpPorts),
        mediaAddress: advertisedAddress(settings),
        longestCallMs: settings.longestCall * 1000,
        routeTimeoutMs: settings.routeTimeout * 1000,
      },
    });
    observeRegistrar(this.#metrics.registry, exchange.registrar);
    observeCarriers(this.#metrics.registry, () => exchange.carriers.figures());
    this.#metrics.observe({
      liveCalls: () => exchange.centre.size,
      commitBacklog: () => exchange.pipeline.backlog,
      sip: () => ({ ...sip.sizes() }),
    });
    const { registry } = this.#metrics;
    observeEndpoints(
      registry,
      () => exchange.deliverer.status(),
      () => this.#clock.now().wall,
    );
    observeSpeech(registry, () => speech.stats());
    observeQueues(registry, exchange.centre, this.#clock);
    return exchange;
  }

  #openMedia(onEvent: Parameters<typeof createMediaService>[0]['onEvent']): MediaService {
    const { host, rtpPorts, rtpTimeout } = this.#settings;
    const media = createMediaService({
      ports: rtpPorts,
      address: host === 'localhost' ? '127.0.0.1' : host,
      rtpTimeoutMs: rtpTimeout * 1000,
      onEvent,
      onError: (error) => this.#log.error({ err: error }, 'the media plane failed'),
    });
    this.#parts.add(() => media.shutdown());
    return media;
  }

  async #openHttp(store: Store, exchange: Exchange): Promise<HttpServer> {
    const { commands, switchboard } = exchange;
    const ended = async (callId: string): Promise<'alreadyHungUp' | 'notFound'> =>
      (await store.get('call', callId)) === undefined ? 'notFound' : 'alreadyHungUp';
    const api = createHttpServer({
      store,
      submit: (changes) => exchange.changes.submit(changes),
      calls: {
        isLive: (id) => exchange.centre.liveCall(id) !== undefined,
        live: (id) => exchange.centre.liveCall(id)?.call,
        hangup: async (id) => ((await commands.hangup(id)) ? 'ok' : await ended(id)),
      },
      commands,
      locate: exchange.locate,
      activeflows: {
        stop: async (id) => {
          if (await commands.stopActiveflow(id)) return 'ok';
          return (await store.get('activeflow', id)) === undefined ? 'notFound' : 'ended';
        },
        resume: async (id, actionId) => await commands.resumeActiveflow(id, actionId),
      },
      statistics: exchange.statistics,
      queueNow: (queueId) => exchange.queueNow(queueId),
      recordings: this.#recordings,
      events: { changed: (listener) => exchange.onEvents(() => listener()) },
      chance: this.#chance,
      clock: this.#clock,
      hash: sha256,
      hashPassword: createPasswordHash(digestHash, this.#settings.sipDomain),
      passwords: createPasswords({ chance: this.#chance }),
      registrationsOf: (extensionId) => exchange.registrar.registrationsOf(extensionId),
      ready: () => {
        const why = switchboard.closedBecause;
        return why === undefined ? { ok: true } : { ok: false, why };
      },
      metrics: this.#metrics.registry,
      log: this.#log,
      onCustomerChanged: (customer) => exchange.customerChanged(customer),
      settings: httpSettingsOf(this.#settings),
    });
    await api.listen(this.#settings.host, this.#settings.httpPort);
    this.#parts.add(() => api.close());
    return api;
  }

  #running(
    exchange: Exchange,
    start: FirstStart,
    recovered: RunningServer['recovered'],
    api: HttpServer,
    net: SipNet,
  ): RunningServer {
    let stopping: Promise<void> | undefined;
    const stop = async (graceMs: number): Promise<void> => {
      await drain(exchange, this.#clock, graceMs);
      await this.#parts.stopAll();
    };
    return {
      settings: this.#settings,
      start,
      recovered,
      httpPort: api.address()?.port ?? this.#settings.httpPort,
      sipPort: net.port,
      stop: (graceMs) => (stopping ??= stop(graceMs)),
    };
  }
}

/** Calls that were told to end have that long to have their BYE answered. */
const hangupMs = 2_000;
/** Receivers that work are told the last events, if they take them within that time; the rest after the next start. */
const deliveryMs = 5_000;

async function drain(exchange: Exchange, clock: Clock, graceMs: number): Promise<void> {
  const { centre, switchboard, pipeline, deliverer } = exchange;
  switchboard.close('the server is stopping');
  exchange.carriers.stop();
  exchange.sessions.stop();
  centre.waiting.callNobodyBack();
  await emptied(exchange, clock, graceMs);
  for (const callId of centre.callIds()) switchboard.hear({ kind: 'hangupRequested', callId });
  await emptied(exchange, clock, hangupMs);
  await pipeline.flushed();
  await deliverer.caughtUp(deliveryMs);
  await deliverer.stop(deliveryMs);
  await exchange.statistics.stop();
  await pipeline.flushed();
}

/** Resolves when no call is left, or the time is over. */
function emptied(exchange: Exchange, clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      unsubscribe();
      resolve();
    };
    const look = (): void => {
      if (exchange.centre.callIds().length === 0) done();
    };
    const cancel = clock.after(ms, done);
    const unsubscribe = exchange.onEvents(look);
    look();
  });
}

async function request(
  http: OutboundHttp,
  effect: Extract<Effect, { kind: 'request' }>,
  signal: AbortSignal | undefined,
): Promise<Reply> {
  const { method, url, contentType, body, timeoutMs, maxBytes } = effect;
  const headers = { 'content-type': contentType, 'user-agent': `Parley/${version}` };
  const wanted = { method, url, headers, body, timeoutMs, maxBytes };
  const result = await http.request(signal === undefined ? wanted : { ...wanted, signal });
  return result.ok
    ? { ok: true, status: result.status, body: result.body }
    : { ok: false, problem: result.error.message };
}

function digestHash(algorithm: 'MD5' | 'SHA-256', text: string): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');
}

/** Enough for what comes in one go, and never more than an eighth of the ports there are. */
function readyLegsFor({ min, max }: Settings['rtpPorts']): number {
  return Math.min(8, Math.floor((max - min + 1) / 16));
}
