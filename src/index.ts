import { RateLimiter } from "./http/limiter";
export { RateLimiter };
export default { fetch: () => new Response("ok") } satisfies ExportedHandler<Env>;
