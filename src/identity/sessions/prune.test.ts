import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { systemContext } from "../../data/context";
import { person } from "../../testing/people";
import { pruneSessions } from "./prune";

const day = 86_400_000;

test("sessions are forgotten a week after none could live any more, mailed tokens sooner", async () => {
  const ada = await person();
  const count = (table: string) =>
    env.DB.prepare(`SELECT count(*) n FROM ${table} WHERE user_id = ?`).bind(ada.id).first("n");
  const both = async () => [await count("sessions"), await count("one_time_tokens")];
  const now = Date.now();
  await pruneSessions(systemContext(), now + 7 * day);
  expect(await both()).toEqual([1, 1]);
  await pruneSessions(systemContext(), now + 9 * day);
  expect(await both()).toEqual([1, 0]);
  await pruneSessions(systemContext(), now + 38 * day);
  expect(await both()).toEqual([0, 0]);
});

test("more than one statement may take is forgotten all the same", async () => {
  const ada = await person();
  const old = (i: number) => `00000000-0000-7000-8000-${String(i).padStart(12, "0")}`;
  const ids = JSON.stringify(Array.from({ length: 2_500 }, (_, i) => old(i)));
  await env.DB.prepare(
    `INSERT INTO sessions (id, user_id, current_hash, rotated_at, created_at, idle_at, expires_at,
       user_agent, network, device, country, city, amr)
     SELECT value, ?1, '', 0, 0, 0, 0, '', '', '', '', '', '[]' FROM json_each(?2)`,
  )
    .bind(ada.id, ids)
    .run();
  await pruneSessions(systemContext());
  const left = await env.DB.prepare("SELECT count(*) n FROM sessions WHERE user_id = ?")
    .bind(ada.id)
    .first("n");
  expect(left).toBe(1);
});
