export { createEspeakProvider, type EspeakOptions, type EspeakProvider } from './speech/espeak-provider.ts';
export * from './speech/provider.ts';
export type { Clip } from './speech/clip.ts';
export { createSpeech, type Speech, type SpeechDeps, type SpeechStats } from './speech/speech.ts';
export * from './speech/speech-document.ts';
export { parseSpeech } from './speech/speech-parser.ts';
export type { HttpDeps, StoreReads } from './http/deps.ts';
export { createHttpServer, type HttpServer, type InjectedReply } from './http/server.ts';
export { defaultHttpSettings, type HttpSettings } from './http/settings.ts';
