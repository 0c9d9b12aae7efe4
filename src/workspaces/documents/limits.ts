/** What a room allows itself and others. Bytes and milliseconds unless the name says otherwise. */
const defaults = {
  sockets: 200,
  frameBytes: 1_048_576,
  messagesPerFrame: 1_000,
  framesPerSecond: 60,
  /** Frames that a socket may have saved up while it was quiet. */
  frameBurst: 600,
  documentBytes: 8 * 1_048_576,
  structs: 400_000,
  awarenessBytes: 16_384,
  idsPerSocket: 8,

  commitMillis: 10,
  commitBytes: 262_144,
  presenceMillis: 50,
  /** A row of SQLite holds 2 MB; local workerd does not enforce it. */
  partBytes: 1_900_000,
  compactRows: 500,
  compactBytes: 1_000_000,

  skipPresenceBytes: 262_144,
  pauseBytes: 1_048_576,
  /** Beside the one whole document that a paused reader may still have to receive. */
  dropBytes: 8 * 1_048_576,
  stalledMillis: 60_000,
  resumeMillis: 100,

  versionEdits: 500,
  quietMillis: 600_000,
  inlineVersionBytes: 1_048_576,
  namedVersions: 500,
};

export type Limits = typeof defaults;

/** The limits, with those that a JSON object (the variable DOCUMENT_LIMITS) sets otherwise. */
export function limitsOf(overrides: string | undefined): Limits {
  return overrides ? { ...defaults, ...(JSON.parse(overrides) as Partial<Limits>) } : defaults;
}
