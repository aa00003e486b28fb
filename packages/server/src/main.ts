import { existsSync, readFileSync } from 'node:fs';
import { pino } from 'pino';
import { hostProblem } from './addresses.ts';
import { loadSettings } from './config/load.ts';
import type { Settings } from './config/settings.ts';
import { demoNumbers } from './demo.ts';
import { accessKeyFile } from './first-start.ts';
import { isLoopbackHost } from './peer-policy.ts';
import { type RunningServer, startServer } from './server.ts';
import { releaseStartMemory } from './start-memory.ts';

const configFile = 'parley.config.json';

/** Reads the settings, starts the server and stops it on SIGTERM or SIGINT. The only place that ends the process. */
export async function main(flags: readonly string[]): Promise<void> {
  const settings = readSettings(flags);
  if (settings === undefined) return;
  const log = pino(
    { level: settings.logLevel, redact: ['accesskey', 'token', 'webhook_secret'] },
    pino.destination(2),
  );
  const die = (error: unknown): never => {
    log.fatal(
      { err: error },
      'a bug or a broken part: the process ends, the next start closes what was live',
    );
    process.exit(70);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  try {
    const server = await startServer(settings, log, die);
    console.log(greeting(server));
    stopOnSignal(server);
    await releaseStartMemory().catch((error: unknown) =>
      log.warn({ err: error }, 'what only the start needed stays in memory'),
    );
  } catch (error) {
    console.error(`parley: ${explain(error, settings)}`);
    process.exit(1);
  }
}

function readSettings(flags: readonly string[]): Settings | undefined {
  const file = existsSync(configFile) ? readFileSync(configFile, 'utf8') : undefined;
  const loaded = loadSettings({ flags, environment: process.env, file });
  const problems = loaded.ok
    ? [hostProblem(loaded.settings.host)].filter((each) => each !== undefined)
    : loaded.problems;
  if (loaded.ok && problems.length === 0) return loaded.settings;
  for (const problem of problems) console.error(`parley: ${problem}`);
  process.exitCode = 2;
  return undefined;
}

const closedLine =
  '  Off loopback calls are taken from registered extensions and from trunks; PARLEY_TRUSTED_PEERS names who else may call, also from this machine.';

/** What a newcomer needs to go on, and no more. */
function greeting({ settings, start, recovered, httpPort, sipPort }: RunningServer): string {
  const { host, dataDir } = settings;
  const named = host.includes(':') ? `[${host}]` : host;
  const { welcome, echo } = demoNumbers;
  return [
    `Parley takes calls at sip:${named}:${sipPort} (UDP and TCP).`,
    ...(start.demoMade
      ? [
          `  Call ${welcome} for a welcome with a key menu, ${echo} for an echo test; without a phone: npx parley call ${welcome}`,
        ]
      : []),
    `  API  http://${named}:${httpPort}/v1.0   to browse: http://${named}:${httpPort}/docs`,
    keyLine(start.newKey, settings.accessKey, dataDir),
    ...(isLoopbackHost(host) || settings.trustedPeers.length > 0 ? [] : [closedLine]),
    ...(recovered.calls > 0
      ? [
          `  ${recovered.calls} ${recovered.calls === 1 ? 'call' : 'calls'} left live by the last process, now ended.`,
        ]
      : []),
  ].join('\n');
}

function keyLine(newKey: string | undefined, given: string, dataDir: string): string {
  if (newKey !== undefined) return `  Key  ${newKey}   kept in ${accessKeyFile(dataDir)}`;
  return given === '' ? `  Key  in ${accessKeyFile(dataDir)}` : '  Key  the one you set';
}

/** The first signal drains, the second ends at once. */
function stopOnSignal(server: RunningServer): void {
  let stopping = false;
  const stop = (graceMs: number): void => {
    if (stopping) process.exit(130);
    stopping = true;
    console.log(`Parley is stopping: no new calls, live ones have ${graceMs / 1000} s.`);
    void server.stop(graceMs).then(() => process.exit(0));
  };
  process.on('SIGTERM', () => stop(server.settings.drainTime * 1000));
  process.on('SIGINT', () => stop(0));
}

function explain(error: unknown, { host, httpPort, sipPort }: Settings): string {
  const { code, port, message } = error as { code?: string; port?: number; message?: string };
  if (code === 'EADDRINUSE') {
    const setting = port === httpPort && port !== sipPort ? 'PARLEY_HTTP_PORT' : 'PARLEY_SIP_PORT';
    return `port ${port} of ${host} is in use; end the other program, or set ${setting} to another port`;
  }
  if (code === 'EADDRNOTAVAIL') return `this machine has no address ${host}; set PARLEY_HOST to one it has`;
  if (code === 'EACCES') return `${message ?? ''}; choose a port above 1023 or a folder you may write`;
  return message ?? String(error);
}
