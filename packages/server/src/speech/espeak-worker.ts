/** The thread in which the offline voice lives: loads the engine, then speaks one document after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { EngineLoadError, loadEngine } from './espeak-engine.ts';
import type { SpeakCommand, VoiceReport, VoiceSettings } from './espeak-messages.ts';
import { createEspeakSpeaker } from './espeak-speaker.ts';
import { mapLargeBuffers } from './mapped-memory.ts';

const settings = workerData as VoiceSettings;

function report(message: VoiceReport, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function whyUnusable(error: unknown): string {
  if (error instanceof EngineLoadError && error.missing) {
    return `the offline voice is not installed; run "npm install ${settings.packageName}" (GPL-3.0) and try again`;
  }
  return `the offline voice cannot be loaded: ${error instanceof Error ? error.message : String(error)}`;
}

mapLargeBuffers();
try {
  const speaker = createEspeakSpeaker(await loadEngine(settings.packageName), settings);
  parentPort?.on('message', (command: SpeakCommand) => {
    const spoken = speaker(command);
    report(spoken, spoken.kind === 'spoken' ? [spoken.samples.buffer as ArrayBuffer] : []);
  });
} catch (error) {
  report({ kind: 'unusable', message: whyUnusable(error) });
}
