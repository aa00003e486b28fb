export { beep, dtmfTones, silence, tone } from './tone.ts';
export { busyTone, ringBackTone } from './call-progress.ts';
export { clipDurationMs, clipFromWav, createClip, type Clip } from './clip.ts';
export { createInlineMedia, type InlineMedia, type InlineMediaOptions } from './inline-media.ts';
export { createMediaEngine, type MediaEngine, type MediaEngineOptions } from './engine.ts';
export { createMediaService, type MediaService, type MediaServiceOptions } from './media-service.ts';
export { musicOnHold } from './music-on-hold.ts';
export type { DatagramNetwork, DatagramSocket } from './datagram-network.ts';
export type { DigitPlan } from './digit-run.ts';
export {
  decodeG711,
  encodeG711,
  g711PayloadTypes,
  type G711Codec,
} from './g711.ts';
export { parseDtmfInfo, type DtmfInfo } from './dtmf-info.ts';
export { parseRtcp, printRtcp, type RtcpPacket } from './rtcp-packet.ts';
export { parseRtp, printRtp, type RtpPacket } from './rtp-packet.ts';
export { parseWav, type WavAudio } from './wav.ts';
export { printWav, wavHeader, type WavDescription } from './wav-writer.ts';
export { resample } from './resample.ts';
export { emptyStatistics, type LegStatistics } from './statistics.ts';
export {
  createMemoryRecordings,
  type MemoryRecordings,
  type RecordingFile,
  type RecordingFiles,
} from './recording-file.ts';
export { repairWav, type WavRepair } from './wav-repair.ts';
export type { RoomMode } from './room-member.ts';
export type { MediaCommands, PlayOptions } from './media-commands.ts';
export type { MediaSink } from './leg.ts';
export type { SocketAddress } from './source-latch.ts';
export type {
  Connection,
  FinishReason,
  LegEvent,
  MediaDirection,
  MediaEvent,
  MediaLoad,
  PortRange,
  RecordingEndReason,
  RecordingEvent,
  RecordingPlan,
  RemoteMedia,
} from './protocol.ts';
