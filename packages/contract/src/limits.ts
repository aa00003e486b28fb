/** How much a client may send. One place for each number, with its reason. */
export const limits = {
  /** Fits a line of a list on a screen. */
  nameLength: 255,
  /** A paragraph or two. */
  detailLength: 4096,
  /** What browsers, proxies and servers of our day agree to carry. */
  uriLength: 2048,
  /** RFC 3261 sets no limit to a user part; E.164 needs 16. Longer ones are noise. */
  numberLength: 64,
  /** Of a password: shorter ones are guessed, longer ones do not fit the menus of phones. */
  passwordShortest: 6,
  passwordLength: 128,
  /** Every event of an activeflow carries its whole list of actions. */
  actionsPerFlow: 500,
  /** A longer life than ten years is "for ever": leave `expire` out. */
  accesskeySeconds: 315_576_000,
  /** Calls of one request: a department, not a campaign. */
  destinationsPerCall: 50,
  /** Seconds that an outgoing call may ring: proxies give up by then (RFC 3261 section 16.6, timer C is three minutes). */
  dialSeconds: 180,
  /** Seconds that it rings when nothing is said. */
  defaultDialSeconds: 60,
  /** What a flow of core's may set. */
  variables: 100,
  variableNameLength: 255,
  variableLength: 32_768,
  /** Characters of one text to speak, as in the action `talk`: about five minutes. */
  speechLength: 5_000,
  /** Sounds of one request. */
  soundsPerPlay: 50,
  /** Keys that are sent in one go. */
  digitsLength: 100,
  /** Seconds of a conference: longer than a week is "for ever", which is 0. */
  conferenceSeconds: 604_800,
  /** Seconds of a recording: a day. */
  recordingSeconds: 86_400,
  /** Headers added to an INVITE: it has to stay well below what fits a datagram. */
  techHeaders: 10,
  techHeaderLength: 128,
  /** What a provider takes: more than one node can make. */
  providerCallsPerSecond: 10_000,
  providerCalls: 1_000_000,
  /** Beginnings of numbers: every country code, twice. */
  allowedPrefixes: 500,
  /** Addresses of one trunk. */
  allowedIps: 100,
  /** Of a user name at a provider or a trunk. */
  usernameLength: 64,
  /** Tags of one agent or queue: every skill of a large centre. */
  tagsPerList: 100,
  /** Where one agent can be reached: a phone on the desk, one in the pocket, one at home, and some more. */
  addressesPerAgent: 10,
  /** The highest bit mask of permissions. */
  permission: 65_535,
  /** Of the reason for a status: a code or a few words. */
  statusReasonLength: 64,
  /** How good an agent is at a skill, from 1 on: as many grades as people tell apart. */
  skillLevel: 10,
  /** Seconds of wrap-up, and between two attempts to reach an agent: an hour. */
  pauseSeconds: 3_600,
  /** Offers in a row that an agent leaves unanswered: more is nobody there. */
  noAnswers: 100,
  /** Seconds that a token of an agent is good for: a month; when nothing is said a long working day. */
  loginSeconds: 2_592_000,
  defaultLoginSeconds: 43_200,
  /** Tokens of one agent at one time: a computer, a phone, a tablet, and some that were forgotten. */
  loginsPerAgent: 10,
  /** Milliseconds of a wait or a talk: a day. */
  queueMs: 86_400_000,
  /** Priorities are from its negative to it: steps enough, and few enough to keep in mind. */
  priority: 100,
  /** Seconds for which a caller's last agent is remembered: a month. */
  stickySeconds: 2_592_000,
  /** Agents with a place or a weight of their own in one queue; every event of it carries them. */
  agentsPerQueue: 100,
  /** The largest share of a draw. */
  agentWeight: 100,
  /** Actions that an agent hears before it meets a caller: they are not to take long. */
  agentAnnouncement: 10,
  /** Callers who wait in one queue. */
  queueLength: 100_000,
  /** Phones that are rung at once for a caller who finds no room: a department. */
  overflowDestinations: 50,
  /** Calls to somebody who has asked for one: more is a nuisance. */
  callbackAttempts: 10,
  /** Seconds that a promise to call back is kept: a week, over any holidays. */
  callbackSeconds: 604_800,
  /** Seconds from one announcement to the next: nobody wants to hear them more often. */
  shortestAnnounceSeconds: 10,
  /** Intervals of one reply of figures: ten days of quarters of an hour, or six weeks of hours. */
  statisticsIntervals: 1_000,
  /** Days of one reply that has no intervals. */
  statisticsDays: 1_000,
  /** Seconds of a wait that is short enough: nobody calls an hour short. */
  thresholdSeconds: 3_600,
  /** A request's body in bytes: `actionsPerFlow` actions of two kilobytes each. */
  bodyBytes: 1_048_576,
  /** Rows of one page of a list. */
  pageSize: 100,
  /** Rows of a page when the client does not say, or says something that is not 1..100. */
  defaultPageSize: 10,
  /** Events of one reply of the feed. */
  eventPage: 1000,
  defaultEventPage: 100,
  /** Seconds that a request for events may wait; shorter than the idle time of usual proxies. */
  eventWaitSeconds: 55,
} as const;

/** The page size to use for what the client asked: anything outside 1..100 is 10. */
export function effectivePageSize(asked: number | undefined): number {
  if (asked === undefined || !Number.isInteger(asked)) return limits.defaultPageSize;
  return asked >= 1 && asked <= limits.pageSize ? asked : limits.defaultPageSize;
}
