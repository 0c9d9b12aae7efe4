import { env } from "cloudflare:workers";
import type { BatchItem } from "drizzle-orm/batch";
import type { Role } from "../identity/roles";
import type { Message } from "../jobs/events";
import { newId } from "../lib/id";
import { type Bookmark, Database } from "./database";

/** Who asks. Scopes are there when an API key speaks for the person. */
export type Actor = {
  id: string;
  role: Role;
  sessionId: string | null;
  keyId?: string;
  scopes?: readonly string[];
  /** The administrator behind an impersonated session. */
  impersonatorId?: string;
};

export type Outgoing = Message & { queue: "EVENTS" | "JOBS" };

/** The claim that a request lays to its `Idempotency-Key`, and what a lost answer is read from. */
export type Claim = {
  principal: string;
  key: string;
  requestHash: string;
  made: boolean;
};

/** Who asks, and the database session that answers: the first argument of every verb. */
export class Context<A extends Actor | null = Actor> {
  readonly recorded: Outgoing[] = [];
  /** `Set-Cookie` headers of the answer. */
  readonly cookies: string[] = [];
  claim: Claim | undefined;
  /** The version in `If-Match`: the write must find it unchanged. */
  expectedVersion: number | undefined;
  #search: Database | undefined;
  #drafts: Map<BatchItem<"sqlite">, Outgoing> | undefined;
  #wanted: Bookmark | null | undefined;

  constructor(
    public actor: A,
    readonly requestId: string,
    readonly database: Database,
    readonly request?: Request,
  ) {}

  get db() {
    return this.database.db;
  }

  /** Statements that record events, until `commit` knows which were recorded. */
  get drafts() {
    this.#drafts ??= new Map();
    return this.#drafts;
  }

  /** The write that the caller has seen: nothing older may be shown. */
  get wanted(): Bookmark | null {
    if (this.#wanted === undefined)
      this.#wanted = this.request?.headers.get("x-d1-bookmark") ?? null;
    return this.#wanted;
  }

  get search(): Database {
    const start = this.request ? "first-unconstrained" : "first-primary";
    this.#search ??= new Database(env.SEARCH, start);
    return this.#search;
  }

  /** The conversation with the search database, if there was one. */
  get searched(): Database | undefined {
    return this.#search;
  }

  /** Where the request comes from, as the edge tells it; never what a proxy header claims. */
  get client() {
    const headers = this.request?.headers;
    const place = (this.request as { cf?: { country?: string; city?: string } } | undefined)?.cf;
    return {
      ip: headers?.get("cf-connecting-ip") ?? "",
      userAgent: (headers?.get("user-agent") ?? "").slice(0, 256),
      country: place?.country ?? "",
      city: place?.city ?? "",
    };
  }
}

/** Any context, whoever asks. */
export type AnyContext = Context<Actor | null>;

/** For consumers, crons and Durable Objects, which act for nobody. */
export const systemContext = (requestId: string = newId()) =>
  new Context<null>(null, requestId, new Database(env.DB, "first-primary"));
