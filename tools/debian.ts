import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A program that tests use, and the Debian package it comes in. */
export interface Program {
  readonly command: string;
  readonly package: string;
  readonly use: string;
}

export const testPrograms: readonly Program[] = [
  { command: 'sipp', package: 'sip-tester', use: 'the SIP phones of the end-to-end tests and benchmarks' },
  { command: 'baresip', package: 'baresip-core', use: 'a real phone of the end-to-end tests' },
  { command: 'linphonec', package: 'linphone-cli', use: 'another real phone of the end-to-end tests' },
  { command: 'sox', package: 'sox', use: 'decodes what phones of the end-to-end tests have heard' },
];

/** Makes sure that the programs are there; installs them where that is possible, else says what to install. */
export function ensurePrograms(programs: readonly Program[]): boolean {
  const missing = programs.filter(({ command }) => !isInstalled(command));
  if (missing.length === 0) return true;
  const packages = missing.map((program) => program.package);
  for (const program of missing) console.log(`${program.command} is missing: ${program.use}`);
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    console.log(`Install it and run again. On Debian, as root: apt-get install ${packages.join(' ')}`);
    return false;
  }
  console.log(`Installing ${packages.join(', ')} with apt-get ...`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-q'],
    ['install', '-q', '-y', '--no-install-recommends', ...packages],
  ]) {
    const run = spawnSync('apt-get', args, { env: environment, encoding: 'utf8' });
    if (run.status !== 0) {
      console.log(`apt-get ${args.join(' ')} failed:\n${run.stdout}${run.stderr}`);
      return false;
    }
  }
  return missing.every(({ command }) => isInstalled(command));
}

function isInstalled(command: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(`${folder}/${command}`));
}
