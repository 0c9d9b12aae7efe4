import { DurableObject } from "cloudflare:workers";
import { utf8 } from "../../lib/crypto";
import { isSuperseded, recordAccess, recordSignOut } from "./access";
import { mayEdit, type ProjectRole } from "./admission";
import { anchorAt, placeOf } from "./anchors";
import { type Answer, answer, refuse } from "./answers";
import type { Entry, Head } from "./chain";
import {
  type NewText,
  plainText,
  readContent,
  readState,
  restoreContent,
  type Written,
  writeContent,
} from "./content";
import type { OpenDocument } from "./document";
import { upgrade } from "./door";
import { etagOf } from "./etag";
import { askFor } from "./exchange";
import { renewGeneration } from "./generation";
import { listHistory, type Verdict, verifyHistory } from "./history";
import { type LiveRoom, openRoom } from "./live";
import { readRoom } from "./storage";
import { unifiedDiff } from "./unified";
import { countStructs } from "./updates";
import * as versions from "./versions";

type Restoration = { version: number; author: string; epoch?: number };
type Page = { before?: number; limit: number };
const last = Number.MAX_SAFE_INTEGER;

/** Decides alone the order of a document's edits, and keeps everything it ever acknowledged. */
export class DocumentRoom extends DurableObject<Env> {
  readonly #room: LiveRoom;
  readonly #sql = this.ctx.storage.sql;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    this.#room = openRoom(ctx, env);
  }

  /** Only for upgrades that the route made with `admit`. */
  override fetch(request: Request): Response {
    return upgrade(this.#room, this.#sql, request);
  }

  override webSocketMessage(socket: WebSocket, data: ArrayBuffer | string): void {
    const live = this.#room.sockets.of(socket);
    if (live) this.#room.hear(live, data);
  }

  override webSocketClose(socket: WebSocket): void {
    const live = this.#room.sockets.of(socket);
    if (live) this.#room.forget(live);
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket);
  }

  readText() {
    return this.#read((document) => answer(readContent(document)));
  }

  /** The binary state and its vector. */
  readState() {
    return this.#read((document) => answer(readState(document)));
  }

  writeText(input: NewText): Answer<Written & { etag: string }> {
    const { author, epoch } = input;
    if (epoch !== undefined && isSuperseded(this.#sql, author, epoch)) return refuse("not_allowed");
    return this.#write((document) => writeContent(document, input));
  }

  listVersions({ before = last, limit }: Page): versions.Version[] {
    return versions.listVersions(this.#sql, before, limit);
  }

  async createVersion({ name, author }: { name: string; author: string }) {
    const taken = this.#read((document) => {
      if (versions.countNamed(this.#sql) >= this.#room.limits.namedVersions) {
        return refuse("too_many_versions");
      }
      const about = { kind: "named" as const, name, author };
      return answer(versions.takeVersion(document, about, plainText(document.text)));
    });
    if (!taken.ok) return taken;
    const { inlineVersionBytes } = this.#room.limits;
    const object =
      taken.body.length > inlineVersionBytes
        ? await versions.storeBody(this.env.MEDIA, this.#name, taken.body).catch(() => undefined)
        : null;
    if (object === undefined) return refuse("unavailable");
    return this.#read((document) => {
      const version = versions.keepVersion(document, taken, object);
      this.#room.versions()?.noteKept(version.revision);
      return answer({ version });
    });
  }

  async readVersion(number: number): Promise<Answer<{ version: versions.Version; text: string }>> {
    const found = await versions.readVersion(this.#sql, this.env.MEDIA, number);
    if (!found) return refuse("not_found");
    const { version, text } = found;
    return text === null ? refuse("corrupt") : answer({ version, text });
  }

  /** What is there now is kept as a version before. */
  async restoreVersion({ version, author, epoch }: Restoration) {
    const found = await this.readVersion(version);
    if (!found.ok) return found;
    if (epoch !== undefined && isSuperseded(this.#sql, author, epoch)) return refuse("not_allowed");
    this.#room.commit();
    this.#room.versions()?.keepNow();
    return this.#write((document) => restoreContent(document, author, found.text));
  }

  /** As unified text; without `to`, against the content as it is. */
  async diffVersions({
    from,
    to,
  }: {
    from: number;
    to?: number;
  }): Promise<Answer<{ diff: string }>> {
    const before = await this.readVersion(from);
    if (!before.ok) return before;
    const after = to === undefined ? this.readText() : await this.readVersion(to);
    if (!after.ok) return after;
    const names = { from: `version ${from}`, to: to === undefined ? "now" : `version ${to}` };
    return answer({ diff: unifiedDiff(before.text, after.text, names) });
  }

  history({ before = last, limit }: Page): Entry[] {
    return listHistory(this.#sql, before, limit);
  }

  verifyHistory(anchor?: Head): Verdict {
    this.#room.commit();
    return verifyHistory(this.#sql, anchor);
  }

  /** Names places in the text that stay where they are while others type; for comments. */
  anchor(places: number[]) {
    return this.#read((d) => answer({ anchors: places.map((place) => anchorAt(d, place)) }));
  }

  locate(anchors: string[]) {
    return this.#read((d) => answer({ places: anchors.map((anchor) => placeOf(d, anchor)) }));
  }

  /** A change of role takes effect on live sockets before this returns. */
  setAccess(userId: string, role: ProjectRole, epoch: number): void {
    recordAccess(this.#sql, userId, role, epoch);
    this.#room.commit();
    for (const live of this.#room.sockets.ofUser(userId)) {
      if (live.person.epoch > epoch || live.person.role === role) continue;
      const promoted = mayEdit(role) && !mayEdit(live.person.role);
      live.person = { ...live.person, role, epoch };
      this.#room.sockets.save(live);
      this.#room.presence.restamp(live);
      const document = promoted && this.#room.document();
      if (document) askFor(document, live);
    }
  }

  /** Nothing of this person is applied and nothing reaches them once this has returned. */
  revoke(userId: string, epoch: number): void {
    recordAccess(this.#sql, userId, null, epoch);
    this.#room.commit();
    for (const live of this.#room.sockets.ofUser(userId)) {
      if (live.person.epoch <= epoch) this.#room.dismiss(live, "notMember");
    }
  }

  revokeSession(sessionId: string): void {
    recordSignOut(this.#sql, sessionId, Date.now());
    this.#room.commit();
    for (const live of this.#room.sockets.ofSession(sessionId)) {
      this.#room.dismiss(live, "signedOut");
    }
  }

  /** Who is in, for presence in a project. */
  people() {
    return this.#room.sockets.all().map(({ person: { userId, name, role } }) => {
      return { userId, name, role };
    });
  }

  /** For lists. */
  status() {
    const people = this.people();
    return this.#read((document) => {
      const { generation, doc, text } = document;
      const updatedAt = document.lastChange()?.at ?? null;
      const updatedBy = document.lastChange()?.author ?? null;
      const bytes = utf8(plainText(text)).length;
      const [stateBytes, structs] = [document.size(), countStructs(doc)];
      return answer({ generation, bytes, stateBytes, structs, updatedAt, updatedBy, people });
    });
  }

  /** Drops the weight of the past; see `renewGeneration`. Sockets close with 4409. */
  renewGeneration(author: string): Answer<{ generation: number }> {
    const renewed = this.#read((document) => {
      this.#room.versions()?.keepNow();
      renewGeneration(document, author, this.#room.limits);
      return answer({ generation: document.generation + 1 });
    });
    this.#room.reopen();
    if (renewed.ok) {
      for (const live of this.#room.sockets.all()) this.#room.dismiss(live, "otherGeneration");
    }
    return renewed;
  }

  /** The document was deleted: nobody is in, nobody comes in, nothing is written. */
  close(): void {
    this.#room.commit();
    this.#sql.exec("UPDATE room SET closed = 1");
    for (const live of this.#room.sockets.all()) this.#room.dismiss(live, "gone");
  }

  reopen(): void {
    this.#sql.exec("UPDATE room SET closed = 0");
  }

  /** Forgets everything, for good. */
  async purge(): Promise<void> {
    this.close();
    await versions.deleteObjects(this.env.MEDIA, this.#name);
    await this.ctx.storage.deleteAll();
    this.#room.reopen();
  }

  get #name(): string {
    return this.ctx.id.name ?? this.ctx.id.toString();
  }

  /** What is read is durable. */
  #read<T extends object>(act: (document: OpenDocument) => Answer<T>): Answer<T> {
    const document = this.#room.document();
    if (!document || !this.#room.commit()) return refuse("unavailable");
    return act(document);
  }

  #write<T extends object>(
    act: (document: OpenDocument) => Answer<T>,
  ): Answer<T & { etag: string }> {
    if (readRoom(this.#sql).closed) return refuse("gone");
    return this.#read((document) => {
      this.#room.versions()?.beforeEdit();
      const done = act(document);
      if (!done.ok) return done;
      if (!this.#room.commit()) return refuse("unavailable");
      return { ...done, etag: etagOf(document) };
    });
  }
}
