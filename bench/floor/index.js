import { Hono } from "hono";

/** The floor: a bare Hono route that answers the same JSON to the same request. */
const app = new Hono();
app.get("/api/v1/auth/me", (c) => c.json(c.env.ME));
app.get("/api/v1/tasks", (c) => c.json(c.env.TASKS));
app.get("/health", (c) => c.json({ status: "ok", service: "rimlight" }));

export default app;
