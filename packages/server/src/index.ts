export { createEspeakProvider, type EspeakOptions, type EspeakProvider } from './speech/espeak-provider.ts';
export * from './speech/provider.ts';
export type { Clip } from './speech/clip.ts';
export { describeSpeechProvider } from './speech/conformance.ts';
export { createSpeech, type Speech, type SpeechDeps, type SpeechStats } from './speech/speech.ts';
export * from './speech/speech-document.ts';
export { parseSpeech } from './speech/speech-parser.ts';
export type { HttpDeps, StoreReads } from './http/deps.ts';
export { createHttpServer, type HttpServer, type InjectedReply } from './http/server.ts';
export { defaultHttpSettings, type HttpSettings } from './http/settings.ts';
export { storeConformance, type StoreUnderTest } from './store/conformance.ts';
export { keysOf, type RowKeys } from './store/keys.ts';
export { assertLimit, storeLimits } from './store/limits.ts';
export { formatPageToken, type PagePosition, parsePageToken } from './store/page-token.ts';
export { hasLookup, storeKinds } from './store/schema.ts';
export { openSqliteStore, type SqliteStoreOptions } from './store/sqlite/sqlite-store.ts';
export { StoreError, type StoreErrorCode } from './store/store-error.ts';
export { AgentSessions } from './agent-sessions.ts';
export { Alarm, type Clock } from './clock.ts';
export { RouteMemory } from './carriers/route-memory.ts';
export { createExchange, type Exchange, type ExchangePorts } from './exchange.ts';
export { SipNet, type SipSockets } from './net/sip-net.ts';
export { createReach, type NameService } from './net/sip-reach.ts';
export { type Dial, type Stream, StreamConnections } from './net/stream-connections.ts';
export type { Listen, Listener, Listening, NetSettings } from './net/transport.ts';
export { AttemptLimiter } from './registrar/attempt-limiter.ts';
export { createPasswords, type Passwords } from './passwords.ts';
export { createPasswordHash } from './registrar/password-hash.ts';
export { Registrar } from './registrar/registrar.ts';
export type { RegistrarDeps } from './registrar/registrar-deps.ts';
export type {
  CallerIdentity,
  RegisteredContact,
  RegistrarDirectory,
} from './registrar/registrar-directory.ts';
export { Statistics, type StatisticsDeps } from './statistics/statistics.ts';
export { CallCommands } from './switchboard/call-commands.ts';
export { SeededChance } from './simulate/seeded-chance.ts';
export { VirtualClock } from './simulate/virtual-clock.ts';
export type { Locate } from './switchboard/locator.ts';
export type { Send } from './webhook/sender.ts';
