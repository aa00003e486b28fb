import type { Monotonic } from '@parley/core';
import { createInlineMedia, type MediaCommands, type MediaEvent } from '@parley/media';
import { Alarm, type Clock } from '@parley/server';
import type { Endpoint, VirtualNetwork } from '../virtual-network.ts';

export interface SimMediaOptions {
  readonly clock: Clock;
  readonly network: VirtualNetwork;
  readonly address: string;
  readonly ports: { readonly min: number; readonly max: number };
  readonly random: () => number;
  readonly rtpTimeoutMs: number;
  readonly isDead: () => boolean;
  readonly onEvent: (event: MediaEvent) => void;
  /** Every datagram on its way out. */
  readonly onSend?: (to: Endpoint) => void;
}

/** The real media engine on the virtual network, ticked by the virtual clock. What is dead sends and hears nothing. */
export function createSimMedia(options: SimMediaOptions): MediaCommands {
  const { clock, network, isDead, onEvent } = options;
  const media = createInlineMedia({
    ports: options.ports,
    address: options.address,
    clock: () => clock.now().mono,
    random: options.random,
    rtpTimeoutMs: options.rtpTimeoutMs,
    // A simulated day does not need the packets that carry nothing.
    continuousSilence: false,
    onEvent(event) {
      // As from a worker: never within the command that caused it.
      clock.after(0, () => {
        if (!isDead()) onEvent(event);
      });
    },
    onError(error) {
      throw error;
    },
    network: {
      bind(address, port, onPacket, done) {
        const own = { address, port };
        if (network.isBound(own)) return done({ ok: false, error: 'in use' });
        const close = network.bind(own, (bytes, from) => {
          if (isDead()) return;
          onPacket(bytes, from);
          drive();
        });
        const send = (bytes: Uint8Array, length: number, to: string, toPort: number): void => {
          if (isDead()) return;
          options.onSend?.({ address: to, port: toPort });
          network.send(own, { address: to, port: toPort }, bytes.subarray(0, length));
        };
        return done({ ok: true, value: { send, close } });
      },
    },
  });
  const alarm = new Alarm(clock, () => {
    if (!isDead()) media.tick();
    drive();
  });
  const drive = (): void => {
    const at = media.wakeAt();
    alarm.set(Number.isFinite(at) && !isDead() ? (at as Monotonic) : undefined);
  };
  /** Does it unless dead, and looks at when the next tick is due. */
  const driven = (command: () => void): void => {
    if (isDead()) return;
    command();
    drive();
  };
  return {
    open: (leg) => driven(() => media.open(leg)),
    connect: (leg, connection) => driven(() => media.connect(leg, connection)),
    play: (leg, play, clips) => driven(() => media.play(leg, play, clips)),
    echo: (leg, play, durationMs) => driven(() => media.echo(leg, play, durationMs)),
    digits: (leg, play, plan) => driven(() => media.digits(leg, play, plan)),
    stop: (leg) => driven(() => media.stop(leg)),
    record: (leg, maxMs) => driven(() => media.record(leg, maxMs)),
    stopRecording: (leg) => driven(() => media.stopRecording(leg)),
    stats: (leg) => driven(() => media.stats(leg)),
    close: (leg) => driven(() => media.close(leg)),
  };
}
