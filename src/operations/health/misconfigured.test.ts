import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { api } from "../../testing/api";

test("with a weak secret readiness is red, while the Worker still says that it runs", async () => {
  env.RIMLIGHT_SECRETS = `v1:${btoa("too short")}`;
  const { status, body } = await api().get("//health/ready");
  expect([status, body.code]).toEqual([503, "misconfigured"]);
  expect(body.dependencies.secrets).toMatchObject({ status: "failing", required: true });
  expect((await api().get("//health")).status).toBe(200);
});
