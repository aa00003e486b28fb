import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatted, type Output } from './output.ts';

const folder = 'packages/core/src/flow/actions';
const registryFile = 'registry.generated.ts';

/** The list of all action types, so that adding one means adding one file. */
export async function actionRegistry(root: string): Promise<Output> {
  const files = await readdir(join(root, folder));
  return formatted(root, { path: `${folder}/${registryFile}`, text: registryText(files) });
}

/** The registry for a folder with these files. Tests and the registry itself have a second dot in their names. */
export function registryText(files: readonly string[]): string {
  const names = files
    .filter((file) => /^[a-z0-9-]+\.ts$/.test(file))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();
  const imports = names.map((name) => `import { action as ${identifier(name)} } from './${name}.ts';`);
  return [
    '// Made by `npm run generate` from the files of this folder: one file, one action type. Do not edit.',
    ...imports,
    '',
    `export const registry = [${names.map(identifier).join(', ')}] as const;`,
    '',
  ].join('\n');
}

/** `digits-receive` becomes `digitsReceiveAction`. */
function identifier(name: string): string {
  const [first = '', ...rest] = name.split('-');
  return `${first}${rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Action`;
}
