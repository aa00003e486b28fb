import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { sourceFiles, type Violation } from './source-files.ts';

/** Rules of the house that no linter knows. Each names the file and what to do. */
export function tidyViolations(): Violation[] {
  const files = sourceFiles();
  return [
    ...files.flatMap(nameViolations),
    ...files.filter((file) => isText(file)).flatMap(textViolations),
    ...packageViolations(files),
  ];
}

const vagueFolders = ['utils', 'util', 'helpers', 'common', 'types', 'misc', 'lib'];

function nameViolations(file: string): Violation[] {
  const folder = file
    .split('/')
    .slice(0, -1)
    .find((part) => vagueFolders.includes(part));
  const vague =
    folder === undefined ? [] : [{ file, message: `a folder named ${folder} says nothing; name the idea` }];
  const kebab = !file.endsWith('.ts') || /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.ts$/.test(basename(file));
  return kebab ? vague : [...vague, { file, message: 'file names are kebab-case' }];
}

function isText(file: string): boolean {
  return /\.(ts|tsx|js|md|json|sh|html|css)$/.test(file) || file.startsWith('.ci/');
}

/** The words are put together here so that this file does not break its own rules. */
const word = (...parts: readonly string[]): string => parts.join('');

const forbidden: readonly { readonly pattern: RegExp; readonly message: string }[] = [
  {
    pattern: new RegExp(`\\.\\./${word('sha', 'red')}|\\.${word('lib', 'rary')}/`),
    message: 'the project stands alone: it names no folder outside itself',
  },
  {
    pattern: new RegExp(`${word('registry', '\\.', 'npmjs')}|${word('deb', '\\.', 'debian')}`),
    message: 'names the host of a package registry',
  },
  {
    pattern: new RegExp(`\\b(${word('TO', 'DO')}|${word('FIX', 'ME')}|${word('XX', 'X')})\\b`),
    message: 'finish it, or file it; the tree holds no notes to self',
  },
  {
    pattern: new RegExp(`@ts-(${word('ig', 'nore')}|${word('no', 'check')})`),
    message: 'the type checker is never switched off',
  },
];

function textViolations(file: string): Violation[] {
  if (file === 'package-lock.json') return [];
  const text = readFileSync(file, 'utf8');
  const found = forbidden
    .filter(({ pattern }) => pattern.test(text))
    .map(({ message }) => ({ file, message }));
  return [...found, ...skippedTests(file, text), ...suppressions(file, text)];
}

function skippedTests(file: string, text: string): Violation[] {
  const skips = file.endsWith('.test.ts') && /\b(test|it|describe)\.(skip|todo|only)\(/.test(text);
  return skips ? [{ file, message: 'a test runs or is removed' }] : [];
}

function suppressions(file: string, text: string): Violation[] {
  const bare = /(oxlint|eslint)-disable(-next-line|-line)? [\w/-]+(, [\w/-]+)*\s*(\*\/)?\s*$/m.test(text);
  return bare ? [{ file, message: 'a lint exception carries its reason: `-- why`' }] : [];
}

function packageViolations(files: readonly string[]): Violation[] {
  const packages = new Set(files.flatMap((file) => /^packages\/([^/]+)\//.exec(file)?.[1] ?? []));
  return [...packages]
    .filter((name) => !files.includes(`packages/${name}/README.md`))
    .map((name) => ({
      file: `packages/${name}`,
      message: 'a package has a README.md: purpose, may-import list, deviations',
    }));
}
