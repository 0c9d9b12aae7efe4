import { expect, test } from "vitest";
import { systemContext } from "../data/context";
import { users } from "../identity/users/tables";
import { describe } from "./log";

test("an error of the database is logged with its cause and without the values of people", async () => {
  const { db } = systemContext();
  const secret = "ada@example.com\nlives here";
  const error = await db
    .insert(users)
    .values({ email: secret } as typeof users.$inferInsert)
    .catch((e) => e);
  const told = describe(error);
  expect(told).toContain("caused by");
  expect(told).toContain("insert into");
  expect(told).not.toContain("ada@");
  expect(told).not.toContain("lives here");
});
