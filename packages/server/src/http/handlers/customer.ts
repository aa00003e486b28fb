import { publicAccesskey, rotateWebhookSecret, type Stored, updateCustomer } from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome, refuse } from '../outcome.ts';
import { isDeleted } from '../presence.ts';

type CustomerHandlers = Pick<Handlers, 'getMe' | 'getCustomer' | 'updateCustomer' | 'rotateWebhookSecret'>;

export function createCustomerHandlers({ deps, change }: HandlerContext): CustomerHandlers {
  /** The customer was there when the key was looked up; when it is gone since, so is the key. */
  const find = async (id: string): Promise<Outcome<Stored<'customer'>>> => {
    const stored = await deps.store.get('customer', id);
    return stored === undefined || isDeleted(stored.row) ? refuse('INVALID_CREDENTIALS', {}) : answer(stored);
  };
  return {
    async getMe({ caller }) {
      const found = await find(caller.customer.id);
      if (!found.ok) return found;
      return answer({ customer: found.value.row, accesskey: publicAccesskey(caller.accesskey) });
    },
    async getCustomer({ caller }) {
      const found = await find(caller.customer.id);
      return found.ok ? answer(found.value.row) : found;
    },
    async updateCustomer({ caller, body }) {
      if (body.webhook_uri !== undefined && !isWebhookUri(body.webhook_uri)) return badWebhookUri();
      return change('customer', async (draft) => {
        const found = await find(caller.customer.id);
        return found.ok ? answer(updateCustomer(draft, found.value, body)) : found;
      });
    },
    rotateWebhookSecret: ({ caller }) =>
      change('customer', async (draft) => {
        const found = await find(caller.customer.id);
        return found.ok ? answer(rotateWebhookSecret(draft, deps.chance, found.value)) : found;
      }),
  };
}

/** The contract's pattern keeps out other schemes; this, what no HTTP client could make an address of. */
function isWebhookUri(text: string): boolean {
  return text === '' || URL.canParse(text);
}

function badWebhookUri() {
  const message = 'is not a URL that could be reached';
  return refuse('INVALID_ARGUMENT', { problem: `"webhook_uri" in the body ${message}` }, [
    { in: 'body', path: 'webhook_uri', reason: 'wrong_form', message },
  ]);
}
