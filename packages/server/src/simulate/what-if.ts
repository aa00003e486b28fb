import type { DayFile } from './day-file.ts';

export type WhatIf =
  | { readonly ok: true; readonly day: DayFile }
  | { readonly ok: false; readonly problem: string };

/** Beyond that no report is readable. */
const mostAgents = 5_000;

/**
 * The day with some things otherwise: `agents +3`, `agents late=-1`, `agents early=12`, `calls 120%`, `calls orders=+10%`,
 * several with commas. Without a name the first team is meant, and all queues.
 */
export function whatIf(day: DayFile, changes: string): WhatIf {
  let changed = day;
  for (const change of changes.split(',')) {
    const [what = '', how = '', ...rest] = change.trim().split(/\s+/);
    const made = rest.length > 0 ? undefined : changeOne(changed, what, how);
    if (made === undefined)
      return {
        ok: false,
        problem: `"${change.trim()}" is no change: say "agents +3", "agents TEAM=12", "calls 120%" or "calls QUEUE=+10%"`,
      };
    if (!made.ok) return made;
    changed = made.day;
  }
  return { ok: true, day: changed };
}

function changeOne(day: DayFile, what: string, how: string): WhatIf | undefined {
  const { name, sign, number, unit } =
    /^(?:(?<name>[^=]+)=)?(?<sign>[+-]?)(?<number>\d+(?:\.\d+)?)(?<unit>%?)$/.exec(how)?.groups ?? {};
  if (number === undefined) return undefined;
  if (what === 'agents' && unit === '') return agents(day, name, sign ?? '', Number(number));
  if (what === 'calls' && unit === '%') return calls(day, name, sign ?? '', Number(number) / 100);
  return undefined;
}

function agents(day: DayFile, name: string | undefined, sign: string, number: number): WhatIf {
  const team = name === undefined ? day.teams[0] : day.teams.find((each) => each.name === name);
  if (team === undefined) return unknown('team', name, day.teams);
  const count = sign === '' ? number : team.agents + (sign === '+' ? number : -number);
  if (!Number.isInteger(count) || count < 0 || count > mostAgents)
    return { ok: false, problem: `${team.name} cannot have ${count} agents: 0 to ${mostAgents} can be` };
  const teams = day.teams.map((each) => (each === team ? { ...team, agents: count } : each));
  return { ok: true, day: { ...day, teams } };
}

function calls(day: DayFile, name: string | undefined, sign: string, share: number): WhatIf {
  if (name !== undefined && !day.queues.some((queue) => queue.name === name))
    return unknown('queue', name, day.queues);
  const factor = sign === '' ? share : Math.max(0, 1 + (sign === '+' ? share : -share));
  const queues = day.queues.map((queue) =>
    name === undefined || queue.name === name
      ? {
          ...queue,
          calls_per_hour: Object.fromEntries(
            Object.entries(queue.calls_per_hour).map(([hour, rate]) => [hour, rate * factor]),
          ),
        }
      : queue,
  );
  return { ok: true, day: { ...day, queues } };
}

function unknown(
  kind: string,
  name: string | undefined,
  known: readonly { readonly name: string }[],
): WhatIf {
  const names = known.map((each) => each.name).join(', ');
  return { ok: false, problem: `there is no ${kind} ${name ?? ''}; there are ${names}` };
}
