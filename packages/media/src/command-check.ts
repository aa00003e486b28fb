import {
  MAX_CLIP_SAMPLES,
  MAX_CLIPS_PER_PLAY,
  MAX_DIGIT_GAP_MS,
  MAX_DIGIT_MS,
  MAX_DIGITS,
  MAX_ECHO_MS,
  MAX_NAMED_LEGS,
  MAX_NAME_LENGTH,
  MAX_PATH_LENGTH,
  MAX_RECORD_MS,
  MAX_RECORDING_MS,
  MIN_DIGIT_MS,
  MIN_END_OF_SILENCE_MS,
} from './limits.ts';
import type { KeyedClip } from './encoded-clips.ts';
import type { Connection, MediaCommand, PortRange, RecordingPlan } from './protocol.ts';
import type { RoomMode } from './room-member.ts';

/** Why a command cannot be followed; undefined when it can. `localAddress` is that of the leg it is for. */
export function problemOf(command: MediaCommand, localAddress: string): string | undefined {
  return nameProblem(command) ?? contentProblem(command, localAddress);
}

function nameProblem(command: MediaCommand): string | undefined {
  if ('leg' in command && !isName(command.leg)) return 'the leg has no usable name';
  if ('room' in command && !isName(command.room)) return 'the room has no usable name';
  if ('recording' in command && !isName(command.recording)) return 'the recording has no usable name';
  return 'play' in command && command.play.length > MAX_NAME_LENGTH
    ? 'the play has no usable name'
    : undefined;
}

function contentProblem(command: MediaCommand, localAddress: string): string | undefined {
  switch (command.type) {
    case 'open':
      return isIpLiteral(command.address) ? rangeProblem(command.ports) : notAnAddress(command.address);
    case 'connect':
      return connectionProblem(command, localAddress);
    case 'play':
    case 'playRoom':
      return clipsProblem(command.clips);
    case 'echo':
      return between('an echo', command.durationMs, 1, MAX_ECHO_MS);
    case 'digits':
      return digitsProblem(command.digits, command.durationMs, command.gapMs);
    case 'record':
      return between('a recording', command.maxMs, 1, MAX_RECORD_MS);
    case 'join':
      return modeProblem(command);
    case 'startRecording':
      return recordingProblem(command);
    case 'leave':
    case 'stopRoom':
    case 'pauseRecording':
    case 'resumeRecording':
    case 'stopRecording':
    case 'shutdown':
    case 'stop':
    case 'recordStop':
    case 'stats':
    case 'close':
      return undefined;
  }
}

function rangeProblem({ min, max }: PortRange): string | undefined {
  const whole = Number.isInteger(min) && Number.isInteger(max) && min > 0 && max <= 0xffff;
  return whole && max > min ? undefined : `${min}-${max} is no range of ports`;
}

function connectionProblem(connection: Connection, localAddress: string): string | undefined {
  const { remote, payloadType, telephoneEventPayloadType, ptimeMs } = connection;
  if (!isIpLiteral(remote.address)) return notAnAddress(remote.address);
  if (remote.address.includes(':') !== localAddress.includes(':')) {
    return `${remote.address} cannot be reached from ${localAddress}`;
  }
  if (!isPort(remote.port) || !isPort(remote.rtcpPort ?? 0)) return `${remote.port} is no port`;
  if (!isPayloadType(payloadType)) return `${payloadType} is no payload type`;
  const events = telephoneEventPayloadType;
  if (events !== undefined && (!isPayloadType(events) || events === payloadType)) {
    return `${events} is no payload type for telephone-events`;
  }
  return ptimeMs > 0 && ptimeMs < 1000 ? undefined : `${ptimeMs} ms is no packet time`;
}

function clipsProblem(clips: readonly KeyedClip[]): string | undefined {
  if (clips.length > MAX_CLIPS_PER_PLAY)
    return `${clips.length} clips: at most ${MAX_CLIPS_PER_PLAY} at once`;
  const tooLong = clips.some(({ samples }) => samples.length > MAX_CLIP_SAMPLES);
  return tooLong ? `a clip has more than ${MAX_CLIP_SAMPLES} samples` : undefined;
}

function digitsProblem(digits: string, durationMs: number, gapMs: number): string | undefined {
  if (digits.length > MAX_DIGITS) return `${digits.length} digits: at most ${MAX_DIGITS} at once`;
  if (!/^[0-9*#A-D]+$/i.test(digits)) return `"${digits}" are no digits`;
  return (
    between('a digit', durationMs, MIN_DIGIT_MS, MAX_DIGIT_MS) ??
    between('a pause between digits', gapMs, 0, MAX_DIGIT_GAP_MS)
  );
}

function modeProblem({ hears, heardBy }: RoomMode): string | undefined {
  const listed = [hears, heardBy].flatMap((names) => (typeof names === 'boolean' ? [] : [names]));
  const tooMany = listed.some((names) => names.length > MAX_NAMED_LEGS);
  return tooMany ? `more than ${MAX_NAMED_LEGS} legs are named` : undefined;
}

function recordingProblem(plan: RecordingPlan): string | undefined {
  const { target, path, maxMs, endOfSilenceMs = MAX_RECORDING_MS, layout } = plan;
  if (!isName('leg' in target ? target.leg : target.room)) return 'what to record has no usable name';
  if (path === '' || path.length > MAX_PATH_LENGTH || path.includes('\0'))
    return 'the recording has no usable path';
  if (layout === 'stereo' && 'room' in target) return 'a room has one side only: it is recorded in mono';
  return (
    between('a recording', maxMs, 1, MAX_RECORDING_MS) ??
    between('an end of silence', endOfSilenceMs, MIN_END_OF_SILENCE_MS, MAX_RECORDING_MS)
  );
}

function isName(name: string): boolean {
  return name !== '' && name.length <= MAX_NAME_LENGTH;
}

function between(what: string, value: number, min: number, max: number): string | undefined {
  return value >= min && value <= max ? undefined : `${what} of ${value} ms: ${min} to ${max} are allowed`;
}

function notAnAddress(address: string): string {
  return `"${address.slice(0, 80)}" is no IP address`;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 0xffff;
}

function isPayloadType(payloadType: number): boolean {
  return Number.isInteger(payloadType) && payloadType >= 0 && payloadType <= 127;
}

/** Names are resolved elsewhere; here they would only be noticed as silence. */
function isIpLiteral(address: string): boolean {
  if (/^[0-9a-f:.]{2,45}(%\w{1,32})?$/i.test(address) && address.includes(':')) return true;
  const parts = address.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}
