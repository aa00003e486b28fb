import type { DatagramNetwork } from './datagram-network.ts';
import { createMediaCommands, type MediaCommands } from './media-commands.ts';
import { createMediaHost } from './media-host.ts';
import type { MediaEvent, PortRange } from './protocol.ts';
import { createMemoryRecordings, type RecordingFiles } from './recording-file.ts';

export interface InlineMediaOptions {
  readonly ports: PortRange;
  /** IP literal to bind to. */
  readonly address: string;
  readonly network: DatagramNetwork;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** 0 <= n < 1 */
  readonly random: () => number;
  readonly onEvent: (event: MediaEvent) => void;
  readonly onError: (error: Error) => void;
  /** Milliseconds without RTP or RTCP until `silent`; 0 = never. */
  readonly rtpTimeoutMs: number;
  /** False saves a simulation the packets that carry nothing; idle legs are then not ticked either. Default true. */
  readonly continuousSilence?: boolean | undefined;
  readonly maxLegs?: number | undefined;
  /** Port pairs kept bound for reuse; 0 (default) = none, since virtual ports cost nothing. */
  readonly pooledPairs?: number | undefined;
  /** Where recordings are kept; memory that nobody looks at when absent. */
  readonly files?: RecordingFiles | undefined;
}

/** A media service in the caller's thread, on the caller's network and clock. Does nothing unless it is called. */
export interface InlineMedia extends MediaCommands {
  /** Runs the ticks due by the clock. */
  tick(): void;
  /** When to call `tick` next; Infinity while nothing is due. Changes with each command and packet. */
  wakeAt(): number;
  /** Closes all legs. */
  shutdown(): Promise<void>;
}

/** The media plane without a worker and without sockets, for simulations and tests: same commands, same events. */
export function createInlineMedia(options: InlineMediaOptions): InlineMedia {
  const { network, clock, random, onEvent, onError, rtpTimeoutMs, continuousSilence, maxLegs } = options;
  const { pooledPairs, files = createMemoryRecordings() } = options;
  const host = createMediaHost({
    network,
    clock,
    random,
    onEvent,
    onFault: (error) => {
      onError(error instanceof Error ? error : new Error(String(error)));
    },
    rtpTimeoutMs,
    continuousSilence,
    maxLegs,
    pooledPairs,
    files,
  });
  const commands = createMediaCommands(options.ports, options.address, (command) => {
    host.command(command);
  });
  return {
    ...commands,
    tick: () => {
      host.tick();
    },
    wakeAt: () => host.wakeAt(),
    shutdown: () => {
      host.command({ type: 'shutdown' });
      return Promise.resolve();
    },
  };
}
