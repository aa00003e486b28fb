import type { CpuProfile } from '../report/cpu-profile.ts';

/** Microseconds between two looks at what a thread does. */
const samplingUs = 500;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

type Waiting = {
  readonly resolve: (result: Message['result']) => void;
  readonly reject: (error: Error) => void;
};

/** One thread that can be asked things in Chrome's DevTools protocol. */
class Session {
  readonly name: string;
  readonly #post: (text: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(name: string, post: (text: string) => void) {
    this.name = name;
    this.#post = post;
  }

  ask(method: string, params: object = {}): Promise<Message['result']> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post(JSON.stringify({ id, method, params }));
    });
  }

  /** Nothing more will be heard. */
  lose(): void {
    for (const { reject } of this.#waiting.values())
      reject(new Error(`the inspector of ${this.name} has gone`));
    this.#waiting.clear();
  }

  hear({ id, result, error }: Message): void {
    const waiting = this.#waiting.get(id ?? 0);
    this.#waiting.delete(id ?? 0);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error.message));
  }
}

/** Looks into a Node process that listens for an inspector: into its main thread and its workers. */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #main: Session;
  readonly #workers = new Map<string, Session>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#main = new Session('main', (text) => socket.send(text));
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)) as Message));
    socket.addEventListener('close', () => {
      for (const session of this.#sessions()) session.lose();
    });
  }

  /** `url` is what Node prints behind "Debugger listening on". */
  static async connect(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error(`the inspector at ${url} cannot be reached`)));
    });
    const inspector = new Inspector(socket);
    await inspector.#main.ask('NodeWorker.enable', { waitForDebuggerOnStart: false });
    return inspector;
  }

  async start(): Promise<void> {
    for (const session of this.#sessions()) {
      await session.ask('Profiler.enable');
      await session.ask('Profiler.setSamplingInterval', { interval: samplingUs });
      await session.ask('Profiler.start');
    }
  }

  /** What was seen since `start`, by thread. */
  async stop(): Promise<Map<string, CpuProfile>> {
    const profiles = new Map<string, CpuProfile>();
    for (const session of this.#sessions()) {
      const result = await session.ask('Profiler.stop');
      profiles.set(session.name, result?.['profile'] as CpuProfile);
    }
    return profiles;
  }

  /** Collects the garbage of all threads; resolves with the bytes that are in use then, those of buffers included. */
  async collectGarbage(): Promise<number> {
    let bytes = 0;
    for (const session of this.#sessions()) {
      // What the first has finalized is given back by the second.
      await session.ask('HeapProfiler.collectGarbage');
      await session.ask('HeapProfiler.collectGarbage');
      const usage = await session.ask('Runtime.getHeapUsage');
      bytes += Number(usage?.['usedSize']) + Number(usage?.['backingStorageSize']);
    }
    if (!Number.isFinite(bytes)) throw new Error('the inspector does not tell how much memory is in use');
    return bytes;
  }

  close(): void {
    this.#socket.close();
  }

  #sessions(): Session[] {
    return [this.#main, ...this.#workers.values()];
  }

  #hear(message: Message): void {
    const { method, params } = message;
    if (method === 'NodeWorker.attachedToWorker') this.#attached(params);
    else if (method === 'NodeWorker.detachedFromWorker') this.#workers.delete(String(params?.['sessionId']));
    else if (method === 'NodeWorker.receivedMessageFromWorker')
      this.#workers
        .get(String(params?.['sessionId']))
        ?.hear(JSON.parse(String(params?.['message'])) as Message);
    else if (message.id !== undefined) this.#main.hear(message);
  }

  #attached(params: Message['params'] = {}): void {
    const sessionId = String(params['sessionId']);
    const { title } = params['workerInfo'] as { readonly title: string };
    const post = (message: string): void => {
      // What cannot be posted is not answered either.
      const posted = this.#main.ask('NodeWorker.sendMessageToWorker', { sessionId, message });
      posted.then(undefined, () => this.#workers.get(sessionId)?.lose());
    };
    this.#workers.set(sessionId, new Session(title, post));
  }
}
