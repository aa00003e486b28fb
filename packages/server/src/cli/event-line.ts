import type { LoggedEvent } from '@parley/contract';

/** An event in one line, for people: when (UTC), what, which, and what is interesting about it. */
export function eventLine(event: LoggedEvent): string {
  return `${event.tm_create.slice(11, 23)}  ${eventText(event)}`;
}

/** The same without the time. */
export function eventText(event: LoggedEvent): string {
  return `${event.type.padEnd(20)} ${textOf(event.data['id']).slice(0, 8)}  ${detail(event.data)}`.trimEnd();
}

function detail(data: LoggedEvent['data']): string {
  if (isRecord(data['current_action'])) return actionText(data['current_action']);
  const status = [routeText(data), textOf(data['status'])].filter((part) => part !== '').join('  ');
  const parts = [status, nameText(data), endText(data)];
  return parts.filter((part) => part !== '').join(' ');
}

function routeText({ source, destination }: LoggedEvent['data']): string {
  const both = isRecord(source) && isRecord(destination);
  return both ? `${textOf(source['target'])} -> ${textOf(destination['target'])}` : '';
}

/** Agents and queues have names. */
function nameText(data: LoggedEvent['data']): string {
  return textOf(data['name']) === '' ? '' : JSON.stringify(data['name']);
}

function endText(data: LoggedEvent['data']): string {
  const reason = textOf(data['hangup_reason']);
  return reason === '' ? '' : `by ${textOf(data['hangup_by'])}, ${reason}`;
}

const longestOption = 70;

function actionText(action: Readonly<Record<string, unknown>>): string {
  const type = action['type'] === '' ? '(start)' : textOf(action['type']);
  const option = isRecord(action['option']) ? JSON.stringify(action['option']) : '';
  const cut = option.length > longestOption ? `${option.slice(0, longestOption - 3)}...` : option;
  return cut === '{}' ? type : `${type} ${cut}`.trimEnd();
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
