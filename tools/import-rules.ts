import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { sourceFiles, type Violation } from './source-files.ts';

interface Rule {
  /** Our packages it may import. */
  readonly ours: readonly string[];
  /** Packages of others. */
  readonly others: readonly string[];
  /** Whether its sources may use Node's own modules. Tests always may. */
  readonly node: boolean;
}

const pure = { node: false } as const;

/** Dependencies flow one way; this table is the architecture, and it is checked. */
const rules: Readonly<Record<string, Rule>> = {
  contract: { ...pure, ours: [], others: ['typebox'] },
  core: { ...pure, ours: ['contract'], others: ['typebox'] },
  sip: { ...pure, ours: [], others: ['sdp-transform'] },
  media: { node: true, ours: [], others: [] },
  server: {
    node: true,
    ours: ['contract', 'core', 'sip', 'media'],
    others: [
      'fastify',
      'kysely',
      'pino',
      'prom-client',
      'standardwebhooks',
      'typebox',
      'undici',
      '@echogarden/espeak-ng-emscripten',
    ],
  },
  testkit: {
    node: true,
    ours: ['contract', 'core', 'sip', 'media', 'server'],
    others: ['typebox', 'pino', 'prom-client', 'standardwebhooks', 'fastify'],
  },
};

/** Folders of other packages that are as pure: they run on virtual time, where nothing may come from the machine. */
const pureFolders = ['packages/server/src/simulate/'];

/** What tests may import on top. */
const testOthers = ['fast-check', 'ajv', 'ajv-formats'];

const importPattern =
  /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*'([^']+)'|(?:^|[^.\w])import\(\s*'([^']+)'\s*\)|(?:^|\n)\s*import\s*'([^']+)'/g;

/** Imports that the table above does not allow. */
export function importViolations(): Violation[] {
  return sourceFiles()
    .filter((file) => /^packages\/[^/]+\/src\/.*\.ts$/.test(file))
    .flatMap((file) => importsOf(file).flatMap((target) => check(file, target)));
}

function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(importPattern)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );
}

function check(file: string, target: string): Violation[] {
  const name = file.split('/')[1] ?? '';
  const rule = rules[name];
  if (rule === undefined) return [{ file, message: `package ${name} has no line in tools/import-rules.ts` }];
  const test = /\.(test|node)\.ts$|\/testing\//.test(file);
  if (target.startsWith('.'))
    return leavesPackage(file, target)
      ? [{ file, message: `${target} reaches into another package; import its name` }]
      : [];
  if (isBuiltin(target))
    return (rule.node && !isInPureFolder(file)) || test
      ? []
      : [{ file, message: `${name} is pure here and may not import ${target}` }];
  const [scope = '', part = ''] = target.split('/');
  if (scope === '@parley') {
    if (target.split('/').length > 2)
      return [{ file, message: `${target}: src/index.ts is a package's only door` }];
    return rule.ours.includes(part) ? [] : [{ file, message: `${name} may not import @parley/${part}` }];
  }
  const other = scope.startsWith('@') ? `${scope}/${part}` : scope;
  const allowed = rule.others.includes(other) || (test && testOthers.includes(other));
  return allowed ? [] : [{ file, message: `${name} may not import ${other}` }];
}

function isInPureFolder(file: string): boolean {
  return pureFolders.some((folder) => file.startsWith(folder));
}

function leavesPackage(file: string, target: string): boolean {
  const root = file.split('/').slice(0, 2).join('/');
  return !new URL(target, `file:///${file}`).pathname.slice(1).startsWith(`${root}/`);
}
