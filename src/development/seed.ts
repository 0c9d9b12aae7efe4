import { env } from "cloudflare:workers";
import { and, eq, inArray, isNull } from "drizzle-orm";
import { type AnyContext, Context, systemContext } from "../data/context";
import { Database } from "../data/database";
import { InProgress, send } from "../data/outbox";
import { Problem } from "../http/problem";
import { register } from "../identity/users/register";
import { users } from "../identity/users/tables";
import { day, iso } from "../lib/time";
import { tasks } from "../tasks/tables";
import { createTask } from "../tasks/tasks";
import * as demo from "./demo";
import { seedShop } from "./seedShop";

type Seeded = { people: number; tasks: number; products: number };

/** Fills in what the demo lacks, and tells how much that was: nothing, the second time. */
export async function seed(requestId: string): Promise<Seeded> {
  const ctx = systemContext(requestId);
  const known = await idsOf(ctx);
  const missing = demo.people.filter(({ email }) => !known.has(email));
  for (const person of missing) {
    const visit = visitOf(ctx, demo.people.indexOf(person));
    await addPerson(visit, person);
    await send(visit);
  }
  const ids = missing.length > 0 ? await idsOf(ctx) : known;
  const added = await addTasks(ctx, ids);
  const products = await seedShop(
    ctx,
    ids.get("admin@rimlight.dev")!,
    ids.get("seller@rimlight.dev")!,
  );
  await send(ctx);
  return { people: missing.length, tasks: added, products };
}

async function idsOf(ctx: AnyContext): Promise<Map<string | null, string>> {
  const addresses = demo.people.map(({ email }) => email);
  const rows = await ctx.db
    .select({ email: users.email, id: users.id })
    .from(users)
    .where(inArray(users.email, addresses));
  return new Map(rows.map(({ email, id }) => [email, id]));
}

/** Each from an address of their own, for one may not register everybody. */
function visitOf({ requestId }: AnyContext, index: number) {
  const headers = { "cf-connecting-ip": `127.1.0.${index + 1}`, "user-agent": "Rimlight demo" };
  const request = new Request("http://localhost/dev/seed", { headers });
  return new Context(null, requestId, new Database(env.DB, "first-primary"), request);
}

async function addPerson(ctx: AnyContext, { role, ...person }: (typeof demo.people)[number]) {
  await register(ctx, { ...person, password: demo.password }).catch((error) => {
    if (!(error instanceof Problem && error.code === "email_taken")) throw error;
  });
  await ctx.db
    .update(users)
    .set({ role, verifiedAt: Date.now() })
    .where(and(eq(users.email, person.email), isNull(users.verifiedAt)));
}

/** The claim on a key of its own makes each task exist once, even if two seeds run at once. */
async function addTasks(system: AnyContext, ids: Map<string | null, string>): Promise<number> {
  const createdBy = ids.get("admin@rimlight.dev")!;
  const there = await system.db
    .select({ title: tasks.title })
    .from(tasks)
    .where(eq(tasks.createdBy, createdBy));
  const titles = new Set(there.map(({ title }) => title));
  const missing = demo.tasks.filter(({ title }) => !titles.has(title));
  const now = Date.now();
  let added = 0;
  for (const { assignee, due, ...task } of missing) {
    const ctx = systemContext(system.requestId) as AnyContext;
    ctx.actor = { id: createdBy, role: "super_admin", sessionId: null };
    ctx.claim = { principal: "seed", key: task.title, requestHash: "", made: false };
    const assigneeId = assignee && ids.get(`${assignee}@rimlight.dev`)!;
    const dueAt = due === null ? null : iso(now + due * day);
    await createTask(ctx as never, { ...task, assigneeId, dueAt }).then(
      () => {
        added += 1;
      },
      (error) => {
        if (!(error instanceof InProgress)) throw error;
      },
    );
    await send(ctx);
  }
  return added;
}
