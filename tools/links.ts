import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { sourceFiles, type Violation } from './source-files.ts';

/** Links of our pages to files and headings that are not there. Links to the web are not followed. */
export function linkViolations(): Violation[] {
  const pages = sourceFiles().filter((file) => file.endsWith('.md'));
  return pages.flatMap((file) =>
    brokenLinks(file, readFileSync(file, 'utf8')).map((link) => ({
      file,
      message: `the link to ${link} leads nowhere`,
    })),
  );
}

/** Of a page at the path `file`. */
export function brokenLinks(file: string, page: string): string[] {
  return linksOf(page).filter((link) => !leadsSomewhere(file, link));
}

/** Where a page's links lead, in its order: those into the repository alone. */
export function linksOf(page: string): string[] {
  const links = [...withoutFences(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((link) => !/^[a-z]+:/i.test(link));
}

/** The names that a page's headings can be linked by, made as Git hosts make them. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = [...withoutFences(page).matchAll(/^#{1,6} (.*)$/gm)];
  const names = headings.map(([, heading = '']) => {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const name = text.replace(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name}-${before}`;
  });
  return new Set(names);
}

function leadsSomewhere(file: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : normalize(join(dirname(file), path));
  if (!existsSync(target)) return false;
  if (anchor === undefined || !target.endsWith('.md')) return true;
  return anchorsOf(readFileSync(target, 'utf8')).has(anchor);
}

function withoutFences(page: string): string {
  return page.replace(/^( *)```[\s\S]*?^\1```$/gm, '');
}
