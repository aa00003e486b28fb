import type { Line } from './demand-index.ts';
import type { WaitingCaller } from './facts.ts';
import { compareCallers } from './rank.ts';
import type { Roster } from './roster.ts';

/** With more agents fresh at a time it is cheaper to look at each line once than at each agent's. */
const fewAgents = 8;

interface First {
  line: Line | undefined;
  caller: WaitingCaller | undefined;
}

/**
 * The line whose first caller goes next: of all for whom there is an agent, the first in line. Looks only where
 * something may have changed since there was nobody: at the lines of fresh agents, and at fresh lines. An agent or line
 * where nothing is found is fresh no longer.
 */
export function nextLine(roster: Roster, freshLines: Set<Line>): Line | undefined {
  if (roster.fresh.size > fewAgents) lookAtLinesInstead(roster, freshLines);
  const first: First = { line: undefined, caller: undefined };
  for (const line of freshLines) {
    if (line.callers.size > 0 && line.index.hasAgentFor(line)) consider(line, first);
    else freshLines.delete(line);
  }
  for (const agentId of roster.fresh) {
    let found = false;
    forEachLineOf(agentId, roster, (line) => {
      found = true;
      consider(line, first);
    });
    if (!found) roster.fresh.delete(agentId);
  }
  return first.line;
}

function lookAtLinesInstead(roster: Roster, freshLines: Set<Line>): void {
  for (const agentId of roster.fresh) forEachLineOf(agentId, roster, (line) => freshLines.add(line));
  roster.fresh.clear();
}

/** The lines with somebody whom an agent could have now. */
function forEachLineOf(agentId: string, roster: Roster, visit: (line: Line) => void): void {
  roster.forEachServed(agentId, (index, standing) => {
    if (standing !== 'eligible') return;
    if (index.open.callers.size > 0) visit(index.open);
    const held = index.heldLine(agentId);
    if (held !== undefined && held.callers.size > 0) visit(held);
  });
}

function consider(line: Line, first: First): void {
  const caller = line.callers.first();
  if (caller === undefined) return;
  if (first.caller !== undefined && compareCallers(first.caller, caller) <= 0) return;
  first.line = line;
  first.caller = caller;
}
