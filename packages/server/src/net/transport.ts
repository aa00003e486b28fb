import type { Path } from '@parley/sip';

/** What a listening socket tells. */
export interface Listener {
  received(bytes: Uint8Array, path: Path): void;
  /** A message could not be sent, or its connection is gone. */
  failed(path: Path, error: Error): void;
  /** Something an operator should know about; nothing else follows from it. */
  trouble(where: string, error: Error): void;
}

export interface NetSettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface Listening {
  readonly local: { readonly address: string; readonly port: number };
  send(path: Path, bytes: Uint8Array): void;
  close(): Promise<void>;
}

/** Takes an address and listens there; rejects when it is taken. */
export type Listen = (settings: NetSettings, listener: Listener) => Promise<Listening>;
