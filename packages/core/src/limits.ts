/** Every bound of the call centre's decisions, in one place, each with the reason for its number. */
export const limits = {
  /** Flows that follow a recording, one out of the other: by then they go round. */
  flowsInARow: 5,
  /** Flows nested in flows (fetch, fetch_flow): deep enough for menus in menus, shallow enough to end a recursion. */
  nesting: 100,
  /** Actions of an activeflow with all that is nested at one time. */
  actionsInForce: 1000,
  /**
   * Bytes, as JSON, of a flow's actions, with all that is nested at one time; and of one option, filled in or not. Every
   * event of an activeflow carries the actions and the option of the current one, so with the rest of it (under 4 KiB)
   * no event is larger than 256 KiB: what receivers and the proxies before them take without being told to.
   */
  actionsBytes: 196_608,
  optionBytes: 61_440,
  /** Problems told of one flow: whoever has more mends these first. */
  flowProblems: 100,
  /** Actions in a row of which none takes time: more is a loop that would never come to rest. */
  stepsWithoutRest: 100,
  /** Actions one activeflow may run in all: a day of waiting music in pieces of ten seconds is 8,640. */
  stepsPerActiveflow: 10_000,
  /** Keys a caller may leave waiting for a digits_receive. Card numbers have 19, IBANs 34. */
  digits: 128,
  /** Variables set by a flow: count, characters of one value, of a name, and of all names and values together. */
  variables: 100,
  variableValue: 32_768,
  variableName: 255,
  variablesText: 262_144,
  /** Time zones whose calendar is kept at hand; a flow names one or two, a node serves many flows. */
  timeZones: 64,
  /** Callers of whom is known with whom they talked last, in all queues: some ten megabytes. The oldest are forgotten first. */
  lastTalks: 100_000,
  /** Calls one decision may go on to: a full conference that closes, with room to spare. */
  agenda: 10_000,
  /** Destinations of one request, and calls they may come to in all: the devices of a team. */
  destinations: 50,
  /** How long an outgoing call may stay unanswered unless its request says otherwise; and at most. */
  unansweredMs: 60_000,
  longestUnansweredMs: 600_000,
  /** A room of type connect ends by then, whoever is in it. */
  connectRoomMs: 86_400_000,
  /** A conference is never closed sooner: less than a minute is a slip, and counts as a day. */
  shortestConferenceS: 60,
  /** Conferences at one time, of all customers; each is kept in memory until it is closed. */
  conferences: 10_000,
  /** Bytes, as JSON, of what a client keeps in a conference: with its actions no event is larger than 256 KiB. */
  conferenceDataBytes: 32_768,
  /** From queue to queue by overflow: more is a ring, in which a caller would wait for ever. */
  overflowHops: 5,
  /** After a start nobody is called back before phones have had the time to register, or agents to look up. */
  takeUpMs: 10_000,
  /** A recording that nobody ends, of a call or a room that stays. */
  longestRecordingMs: 86_400_000,
  /** A key that comes by SIP INFO is pressed for no longer where it is passed on: the next may follow soon. */
  passedKeyMs: 100,
  /** Media reports the end of a recording in a fraction of a second; after that it is over all the same. */
  endingRecordingMs: 10_000,
  /** What an agent hears of a caller before they meet is cut off then: the caller waits meanwhile. */
  briefingMs: 60_000,
  /** What it may take to find out how destinations are reached. */
  locateMs: 5_000,
  /** An agent whom nothing could be rung for rests so long at least, whatever its queue says: else it would be tried without end. */
  failedRestMs: 1_000,
  /** A terminating call whose leg does not report its end: SIP gives up after 32 s (64 x T1), so it must have by then. */
  terminatingMs: 40_000,
  /** An answered call needs its media by then, or it is ended. Opening two sockets takes a millisecond. */
  openingMediaMs: 5_000,
  /** What is read of the answer to a webhook_send, of which only the status counts, and to a fetch: no flow is larger. */
  webhookAnswer: 65_536,
  fetchAnswer: 262_144,
  /** What a fetch, fetch_flow or synchronous webhook_send may take: a caller waits in silence meanwhile. */
  requestMs: 10_000,
} as const;
