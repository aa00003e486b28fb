import { errorReasons, errorTable, FieldProblem, flowProblemReasons, FlowProblem } from '@parley/contract';
import { anchor, code, jsonBlock, page, table } from './markdown.ts';
import { keyTable } from './schema-table.ts';

/** The page of all errors: what each means and what to do about it. */
export function errorsPage(): string {
  return page(
    '# Errors',
    'Every error has this body. Programs act on `reason`, which never changes; `message` is for people, and `request_id` finds the request in the log.',
    jsonBlock({
      error: {
        status: 'NOT_FOUND',
        reason: 'CALL_NOT_FOUND',
        message: 'There is no call with the id e7f60d5c-4b3a-4c2d-8e1f-0a9b8c7d6e15.',
        request_id: 'req_4f9a61c07b2e',
      },
    }),
    table(
      ['reason', 'HTTP', 'status'],
      errorReasons.map((reason) => [
        `[${code(reason)}](#${anchor(reason)})`,
        String(errorTable[reason].http),
        code(errorTable[reason].status),
      ]),
    ),
    ...errorReasons.flatMap((reason) => [
      `## ${reason}`,
      `HTTP ${errorTable[reason].http}, status ${code(errorTable[reason].status)}.`,
      `Says: ${withSlots(errorTable[reason].message)}`,
      `Do: ${errorTable[reason].remedy}`,
    ]),
    '# Details',
    'Some errors carry `details`, a list with one entry for everything that is wrong, so that it can be put right in one go.',
    '## Of INVALID_ARGUMENT and INVALID_ID',
    keyTable(FieldProblem, noLinks),
    '## Of INVALID_FLOW',
    keyTable(FlowProblem, noLinks),
    table(
      ['reason', 'meaning'],
      Object.entries(flowProblemReasons).map(([reason, meaning]) => [code(reason), meaning]),
    ),
  );
}

function noLinks(): undefined {
  return undefined;
}

/** What is filled in stands out. */
function withSlots(message: string): string {
  return message.replaceAll(/\{(\w+)\}/g, '*$1*');
}
