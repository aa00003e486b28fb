import type { MediaEngine } from './engine.ts';
import type { MediaCommand, RecordingCommandType, RecordingEvent } from './protocol.ts';
import type { RecordingFiles } from './recording-file.ts';
import { Recording } from './recording.ts';

type StartRecording = Extract<MediaCommand, { type: 'startRecording' }>;

interface Running {
  readonly recording: Recording;
  readonly target: number | string;
}

/** The recordings under way, by name; one is known until its file is closed. */
export class Recordings {
  readonly #engine: MediaEngine;
  readonly #files: RecordingFiles;
  readonly #say: (event: RecordingEvent) => void;
  readonly #running = new Map<string, Running>();

  constructor(engine: MediaEngine, files: RecordingFiles, say: (event: RecordingEvent) => void) {
    this.#engine = engine;
    this.#files = files;
    this.#say = say;
  }

  /** Is nothing being written? */
  get idle(): boolean {
    return this.#running.size === 0;
  }

  /** Begins one of a leg (its handle) or a room (its name); false when there is one of that name. */
  start(plan: StartRecording, target: number | string): boolean {
    const name = plan.recording;
    if (this.#running.has(name)) return false;
    const recording = new Recording(name, plan, (event) => {
      if (event.type === 'recordingEnded') this.#forget(name);
      this.#say(event);
    });
    if (this.#engine.listenIn(target, recording)) {
      this.#running.set(name, { recording, target });
      recording.begin(this.#files);
    } else {
      this.refuse(name, 'there is nothing to record: no such leg, or nobody in the room');
    }
    return true;
  }

  refuse(recording: string, error: string): void {
    if (this.#running.has(recording)) return;
    this.#say({ type: 'recordingEnded', recording, reason: 'failed', durationMs: 0, bytes: 0, error });
  }

  /** False when there is none of that name. */
  follow(command: RecordingCommandType, name: string): boolean {
    const running = this.#running.get(name);
    if (running === undefined) return false;
    const { recording, target } = running;
    if (command !== 'stopRecording') {
      recording.pause(command === 'pauseRecording');
    } else if (recording.on) {
      this.#engine.stopListening(target, recording);
      recording.end('stopped');
    }
    return true;
  }

  #forget(name: string): void {
    this.#running.delete(name);
  }
}
