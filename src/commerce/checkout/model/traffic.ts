import { endOf } from "../answers";
import type { Visit } from "./explore";
import type { Bench } from "./model";
import { createPerform } from "./perform";
import { perPair } from "./pool";
import { type Packet, slots } from "./world";

/** Requests arrive, answers come home, alarms fire, objects die. */
export function createTraffic({ pools, objects, scenario, rules, spend }: Bench) {
  const { nets } = objects;
  const performs = scenario.checkouts.map((_, me) => createPerform(pools, scenario, rules, me));
  const labels = perPair((packet, me) => `c${me} ${describe(pools.packet.at(packet))}`);
  const woken = pools.event.idOf({ type: "woken" });
  const eventOf = perPair((id) => {
    const packet = pools.packet.at(id);
    return "event" in packet ? pools.event.idOf(packet.event) : 0;
  });
  const superseded = pools.event.idOf({ type: "cancelRequested", reason: "superseded" });

  function travel(world: number[], me: number, id: number, visit: Visit): void {
    const packet = pools.packet.at(id);
    const label = labels(id, me);
    const net = slots.net + me;
    const here = world[net] ?? 0;
    if ("event" in packet) {
      const taken = world.with(net, nets.take(here, id));
      visit(label, objects.deliver(taken, me, eventOf(id)), packet.kind === "answer");
      const twice = packet.kind === "answer" ? spend(world, "echoes") : null;
      const kept = twice?.with(net, nets.echo(here, id));
      if (kept) visit(`${label} (echoes)`, objects.deliver(kept, me, eventOf(id)), false);
      return;
    }
    const awaited = packet.kind === "request";
    const settle = (after: number[], answer: number) =>
      after.with(net, awaited ? nets.answer(here, id, answer) : nets.take(here, id));
    if (packet.effect.type === "displace") {
      const rival = Number(packet.effect.checkoutId.slice(1));
      const saga = pools.saga.at(world[slots.saga + rival] ?? 0);
      const outcome = saga && endOf(saga.state);
      const next = outcome
        ? settle(world, pools.event.idOf({ type: "displaced", outcome }))
        : objects.deliver(world, rival, superseded);
      visit(label, next, awaited);
      return;
    }
    const perform = performs[me]?.(world, id);
    for (const { part, answer, fault } of perform?.outcomes ?? []) {
      const left = fault ? spend(world, fault) : world;
      if (!left || !perform) continue;
      const next = settle(left, answer);
      next[perform.slot] = part;
      visit(fault ? `${label} (${fault})` : label, next, awaited && !fault);
    }
  }

  return (world: number[], me: number, visit: Visit): void => {
    const saga = pools.saga.at(world[slots.saga + me] ?? 0);
    const net = world[slots.net + me] ?? 0;
    for (const packet of pools.net.at(net)) travel(world, me, packet, visit);
    if (saga?.armed) {
      visit(`c${me} alarm`, objects.deliver(world, me, woken), true);
      visit(`c${me} alarm after expiry`, objects.deliver(world, me, woken, 1), true);
    }
    const crashed = me === 0 ? nets.crash(net) : net;
    const left = crashed === net ? null : spend(world, "crashes");
    if (left) visit(`c${me} crashes`, left.with(slots.net + me, crashed), false);
  };
}

function describe(packet: Packet): string {
  const late = packet.kind === "orphan" || packet.kind === "echo" ? "(late) " : "";
  const { type, ...rest } = "event" in packet ? packet.event : packet.effect;
  const values = Object.values(rest).map((value) =>
    value !== null && typeof value === "object" ? JSON.stringify(value) : value,
  );
  return `${late}${"event" in packet ? "←" : "→"} ${type} ${values.join(" ")}`.trimEnd();
}
