import { perPair } from "./pool";
import type { Pools } from "./world";

/** What happens to the packets under way of one checkout. */
export function createNets(pools: Pools) {
  const idOf = (packets: number[]) => pools.net.idOf([...new Set(packets)].sort((a, b) => a - b));

  const isSameEffect = perPair((request, other) => {
    const { effect, kind } = pools.packet.at(other);
    const awaited = kind === "request" || kind === "answer";
    return awaited && JSON.stringify(effect) === JSON.stringify(pools.packet.at(request).effect);
  });

  /** An effect whose answer is still awaited is not performed a second time beside it. */
  const send = perPair((net, request) => {
    const old = pools.net.at(net);
    return old.some((other) => isSameEffect(request, other)) ? net : idOf([...old, request]);
  });

  const take = perPair((net, packet) => idOf(pools.net.at(net).filter((id) => id !== packet)));

  const put = perPair((net, packet) => idOf([...pools.net.at(net), packet]));

  const answerOf = perPair((request, event) => {
    const { effect } = pools.packet.at(request);
    return pools.packet.idOf({ kind: "answer", effect, event: pools.event.at(event) });
  });

  /** The answer takes the place of its request. */
  const answer = (net: number, request: number, event: number) =>
    put(take(net, request), answerOf(request, event));

  /** The answer was heard, and will be heard once more. */
  const echo = perPair((net, answer) => {
    const packet = pools.packet.at(answer);
    if (packet.kind !== "answer") return net;
    return put(take(net, answer), pools.packet.idOf({ ...packet, kind: "echo" }));
  });

  /** Answers are lost with the one they were for; requests may still arrive. */
  const crash = perPair((net) =>
    idOf(
      pools.net.at(net).flatMap((id): number[] => {
        const packet = pools.packet.at(id);
        if (packet.kind === "orphan") return [id];
        if (packet.kind !== "request" || packet.effect.type === "retrieveIntent") return [];
        return [pools.packet.idOf({ kind: "orphan", effect: packet.effect })];
      }),
    ),
  );

  return { send, take, answer, echo, crash };
}
