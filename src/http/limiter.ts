import { DurableObject } from "cloudflare:workers";
export class RateLimiter extends DurableObject<Env> {
  hi() {
    return this.ctx.id.name;
  }
}
