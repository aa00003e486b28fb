/** The only door of this package; README.md tells what it is and how to use it. */

// The engine
export type { CommandError, CommandResult } from './engine/command-result.ts';
export type { MediaResult } from './engine/commands.ts';
export {
  defaultEngineLimits,
  type EngineLimits,
  type SipEngineConfig,
  type SipEngineDeps,
} from './engine/config.ts';
export { isExtraHeader } from './engine/extra-headers.ts';
export { createSipEngine, type EngineSizes, type SipEngine } from './engine/engine.ts';
export type { OutgoingCall } from './engine/outgoing-call.ts';
export type { Credentials, OutgoingParty, OutgoingRequest } from './engine/own-request.ts';
export type {
  CallId,
  DropReason,
  EndCause,
  InquiryId,
  Party,
  ReplacedDialog,
  RequestId,
  ResponseOrigin,
  SipOutput,
} from './engine/output.ts';
export type { HangupReason } from './engine/reason-header.ts';
export { reasonPhrase } from './engine/reason-phrases.ts';
export type { HeaderPair, MessageBody } from './engine/response-builder.ts';
export type { MediaChange } from './engine/session.ts';
export type { Address, Path } from './transaction/path.ts';
export { rfcTimers, type TimerValues } from './transaction/timer-values.ts';

// Messages
export type { Fault, FaultReason, FaultStatus } from './fault.ts';
export { canonicalHeaderName, type HeaderField, Headers } from './message.ts';
export type { SipMessage, SipRequest, SipResponse } from './message.ts';
export { defaultLimits, type SipLimits } from './limits.ts';
export { type ParseError, parseMessage, type ParseReply, type ParseResult } from './parse.ts';
export { printMessage } from './print.ts';
export type { Result } from './result.ts';
export {
  createStreamFramer,
  type FrameErrorReason,
  type FrameEvent,
  type StreamFramer,
} from './stream-framer.ts';
export { decodeText, encodeText } from './text.ts';

// Headers and URIs
export { type CSeq, parseCSeq, printCSeq } from './headers/cseq.ts';
export { type NameAddr, parseNameAddr, parseNameAddrList, printNameAddr } from './headers/name-addr.ts';
export { parseReplaces, printReplaces, type Replaces } from './headers/replaces.ts';
export { type Params, unquote } from './headers/tokens.ts';
export { parseVia, printVia, type Via } from './headers/via.ts';
export { type HostPort, parseHostPort, printHostPort } from './host.ts';
export { parseUri, printUri, type SipUri, uriEquals, uriScheme } from './uri.ts';

// Digest authentication
export type { DigestAlgorithm, DigestHash, DigestSecret, Token } from './digest.ts';
export { digestAlgorithms, digestHa1 } from './digest.ts';
export { createDigestClient, type DigestClient, type DigestClientDeps } from './digest-client.ts';
export {
  createDigestServer,
  type DigestCheck,
  type DigestCredentials,
  type DigestServer,
  type DigestServerDeps,
  type DigestServerError,
  findCredentials,
} from './digest-server.ts';

// Registering with others
export {
  createRegistrationClient,
  type RegistrationClient,
  type RegistrationDeps,
  type RegistrationWish,
} from './registration/registration-client.ts';
export type { RegistrationStatus } from './registration/registration-machine.ts';

// Session descriptions and offer/answer
export {
  type AudioCodec,
  type AudioCodecName,
  defaultAudioCodecs,
  type VoiceCodecName,
} from './audio-codec.ts';
export {
  abandonExchange,
  type Answer,
  createOfferAnswer,
  type LocalMedia,
  makeAnswer,
  makeOffer,
  type Negotiated,
  negotiatedMedia,
  type OfferAnswer,
  type OfferAnswerError,
  receiveAnswer,
  receiveOffer,
} from './offer-answer.ts';
export {
  type Direction,
  parseSdp,
  printSdp,
  type SdpMedia,
  type SdpOutline,
  type SdpSession,
} from './sdp.ts';

// Registrar
export { type Binding, inOrderOfCalling, nextExpiry } from './registrar/binding.ts';
export { defaultRegistrarLimits, type RegistrarLimits } from './registrar/limits.ts';
export { register, type RegisterOutcome } from './registrar/register.ts';
export { type ContactWish, parseRegister, type RegisterRequest } from './registrar/register-request.ts';
export type { Refusal } from './engine/call-state.ts';
