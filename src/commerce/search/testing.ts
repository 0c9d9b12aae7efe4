import { systemContext } from "../../data/context";
import { api, type Json } from "../../testing/api";
import { indexProducts } from "./indexing";

/** The body of a search that nobody else's cache answers. */
export async function find(query: string): Promise<Json> {
  const { status, body } = await api().get(`/products/search?${query}`);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

export const titlesOf = (body: Json): string[] => body.data.map(({ title }: Json) => title);

/** What the consumer would do after the change of a product. */
export const index = (...productIds: string[]) => indexProducts(systemContext(), productIds);
