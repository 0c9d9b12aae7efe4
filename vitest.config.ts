import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const secrets = `v1:${btoa("a secret for tests, known to all")}`;
process.env.RIMLIGHT_SECRETS = secrets; // or wrangler warns that it is missing

/** A secret of their own and no network; all values stand here, or a `.dev.vars` would change them. */
const bindings = async () => ({
  ENVIRONMENT: "development",
  PUBLIC_URL: "https://rimlight.test",
  CORS_ORIGINS: "https://shop.example",
  LOG_LEVEL: "error",
  MAIL_FROM: "Rimlight <no-reply@rimlight.dev>",
  CHECKOUT_MINUTES: "15",
  ANONYMOUS_LIMIT: "100",
  SIGNED_IN_LIMIT: "1000",
  RIMLIGHT_SECRETS: secrets,
  TEST_MIGRATIONS: await readD1Migrations("migrations"),
  TEST_SEARCH_MIGRATIONS: await readD1Migrations("migrations/search"),
});

export default defineConfig(async () => ({
  test: {
    // Files wait for queues, alarms and hashes more than they compute.
    // One at a time in CI, where some tests compare times; no test gets a second try.
    maxWorkers: process.env.CI ? 1 : 2,
    projects: [
      {
        plugins: [
          cloudflareTest({
            verbose: false,
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: await bindings(),
              outboundService: () => new Response("outbound network is blocked", { status: 599 }),
            },
          }),
        ],
        test: {
          name: "workers",
          include: ["src/**/*.test.ts"],
          exclude: ["src/**/*.node.test.ts"],
          setupFiles: ["src/testing/setup.ts"],
          testTimeout: 30_000,
          // One file instead of 150, whose source maps lead nowhere.
          deps: { optimizer: { ssr: { enabled: true, include: ["stripe"] } } },
        },
      },
      {
        test: {
          name: "node",
          environment: "node",
          include: ["src/**/*.node.test.ts"],
          testTimeout: 60_000,
        },
      },
    ],
  },
}));
