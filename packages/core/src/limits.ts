/** Every bound of the call centre's decisions, in one place, each with the reason for its number. */
export const limits = {
  /** Flows nested in flows (fetch, fetch_flow): deep enough for menus in menus, shallow enough to end a recursion. */
  nesting: 100,
  /** Actions of an activeflow with all that is nested at one time: every event of it carries them. */
  actionsInForce: 1000,
  /** Actions in a row of which none takes time: more is a loop that would never come to rest. */
  stepsWithoutRest: 100,
  /** Actions one activeflow may run in all: a day of waiting music in pieces of ten seconds is 8,640. */
  stepsPerActiveflow: 10_000,
  /** Keys a caller may leave waiting for a digits_receive. Card numbers have 19, IBANs 34. */
  digits: 128,
  /** Variables set by a flow: count, characters of one value, of a name. */
  variables: 100,
  variableValue: 32_768,
  variableName: 255,
  /** Characters of one option after its `${...}` have been filled in. */
  optionText: 65_536,
  /** A terminating call whose leg does not report its end: SIP gives up after 32 s (64 x T1), so it must have by then. */
  terminatingMs: 40_000,
  /** An answered call needs its media by then, or it is ended. Opening two sockets takes a millisecond. */
  openingMediaMs: 5_000,
  /** Body of a webhook_send, of a fetch's answer. */
  requestBody: 65_536,
  fetchAnswer: 1_048_576,
  /** What a fetch, fetch_flow or synchronous webhook_send may take: a caller waits in silence meanwhile. */
  requestMs: 10_000,
} as const;
