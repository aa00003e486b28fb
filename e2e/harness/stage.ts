import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { type Answering, HttpPeer } from './http-peer.ts';
import { Phone, type PhoneOptions } from './phone/phone.ts';
import { Program, type Spawned } from './program.ts';
import { type ServerOptions, ServerProcess } from './server-process.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

/** A test's stage: whatever it opens here is checked and closed at its end, the latest first. */
export class Stage {
  readonly #closings: (() => Promise<void>)[] = [];
  readonly #checks: (() => void)[] = [];
  readonly #tales: (() => string)[] = [];

  /** What a failing test tells on top of its error. */
  onFailure(tale: () => string): void {
    this.#tales.push(tale);
  }

  /** Runs at the end, failed or not. */
  closing(close: () => Promise<void>): void {
    this.#closings.unshift(close);
  }

  /** Runs at the end of a test that has passed so far; throws when something is wrong all the same. */
  checking(check: () => void): void {
    this.#checks.push(check);
  }

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-e2e-'));
    this.closing(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    return folder;
  }

  program(spawned: Spawned): Program {
    const program = new Program(spawned);
    this.closing(async () => {
      program.kill();
      await program.end();
    });
    this.onFailure(() => {
      const lines = [...program.stdout.entries.slice(-30), ...program.stderr.entries.slice(-30)];
      return [`${spawned.command}:`, ...lines].join('\n  ');
    });
    return program;
  }

  async server(options: ServerOptions = {}): Promise<ServerProcess> {
    const server = await this.startingServer(options);
    return await server.ready();
  }

  /** A server that may not come up. */
  async startingServer(options: ServerOptions = {}): Promise<ServerProcess> {
    const folder = await this.folder();
    const server = new ServerProcess(options, options.dataDir ?? join(folder, 'data'), folder);
    this.closing(async () => {
      await server.kill();
    });
    this.checking(() => assert.deepEqual(server.unexpectedErrors(), [], 'errors in the log of the server'));
    this.onFailure(() => ['server log:', ...server.program.stderr.entries.slice(-40)].join('\n  '));
    return server;
  }

  async receiver(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await receiver.start();
    this.closing(() => receiver.stop());
    this.checking(() => assert.deepEqual(receiver.problems, [], 'deliveries that are not to the letter'));
    this.onFailure(() => {
      const lines = receiver.deliveries.entries.slice(-40);
      const told = lines.map(({ event, answered, webhookId }) => `${event.type} ${answered} ${webhookId}`);
      return ['deliveries:', ...told].join('\n  ');
    });
    return receiver;
  }

  async webServer(name: string, answering: Answering): Promise<HttpPeer> {
    const peer = new HttpPeer(name, answering);
    await peer.start();
    this.closing(() => peer.stop());
    return peer;
  }

  async phone(server: ServerProcess, options: PhoneOptions = {}): Promise<Phone> {
    const phone = await Phone.open({ address: '127.0.0.1', port: server.sipPort }, options);
    this.closing(() => phone.close());
    this.onFailure(() => [`phone ${phone.user}:`, ...phone.ladder].join('\n  '));
    return phone;
  }

  async close(passed: boolean): Promise<void> {
    const failures: unknown[] = [];
    const attempt = async (step: () => void | Promise<void>): Promise<void> => {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    };
    if (passed) for (const check of this.#checks) await attempt(check);
    if (!passed || failures.length > 0) this.tell();
    for (const close of this.#closings) await attempt(close);
    if (passed && failures.length > 0) throw failures[0];
  }

  tell(): void {
    for (const tale of this.#tales) console.error(tale());
  }
}

export interface SceneOptions {
  /** After that it has failed. */
  readonly timeoutMs?: number;
}

/** A test with a stage of its own. When it takes too long it is cleaned up like any other. */
export function scene(
  name: string,
  run: (stage: Stage) => Promise<void>,
  { timeoutMs = 60_000 }: SceneOptions = {},
): void {
  it(name, { timeout: timeoutMs + 20_000 }, async () => {
    const stage = new Stage();
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done within ${timeoutMs} ms`)), timeoutMs);
    });
    let passed = false;
    try {
      await Promise.race([run(stage), tooLong]);
      passed = true;
    } finally {
      clearTimeout(timer);
      await stage.close(passed);
    }
  });
}
