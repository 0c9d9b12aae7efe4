/** Loaded into wrangler: when whoever started it is gone, it ends in order instead of living on. */
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
