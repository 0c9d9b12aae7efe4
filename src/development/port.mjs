import { createServer } from "node:net";

/** One sentence if nothing can listen there, else null. */
export function checkPort(port) {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return `PORT must be a number from 1 to 65535, and it is ${process.env.PORT}.`;
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", ({ code }) =>
      resolve(
        code === "EADDRINUSE"
          ? `Port ${port} is busy: stop what listens there, or choose another with PORT=${port + 1} npm start.`
          : `Nothing may listen on port ${port} (${code}): choose another with PORT=8787 npm start.`,
      ),
    );
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(null)));
  });
}

/** Resolves when the Worker answers; rejects after a minute. */
export async function untilHealthy(server, address) {
  const ready = new Promise((resolve) => server.once("message", resolve));
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error("it did not answer within a minute")), 60_000).unref();
  });
  await Promise.race([ready, late]);
  const health = await Promise.race([fetch(`${address}/health`), late]);
  if (!health.ok) throw new Error(`/health answered ${health.status}: ${await health.text()}`);
}
